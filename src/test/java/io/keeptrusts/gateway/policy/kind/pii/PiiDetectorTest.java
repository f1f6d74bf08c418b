package io.keeptrusts.gateway.policy.kind.pii;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.TextRule;
import io.keeptrusts.gateway.policy.kind.Rig;
import io.keeptrusts.gateway.policy.kind.pii.PiiDetector.Config;
import io.keeptrusts.gateway.policy.kind.pii.PiiDetector.Redaction;
import io.keeptrusts.gateway.policy.text.Masking;
import io.keeptrusts.gateway.policy.text.Masking.Format;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PiiDetectorTest {
  private static final Config DEFAULTS = new Config(null, null, null, null, null);

  private final PiiDetector kind = new PiiDetector();

  @Test
  void redactsBothWaysWithLabelsByDefault() {
    Policy policy = kind.compile(DEFAULTS);
    assertThat(policy.kind()).isEqualTo(kind.name()).isEqualTo("pii-detector");
    assertThat(kind.mode()).isEqualTo(PolicyKind.Mode.REALTIME);
    assertThat(policy.input()).isEqualTo(policy.output());
    assertThat(policy.output()).extracting(TextRule::action).containsOnly(Action.REDACT);
    assertThat(policy.output()).extracting(TextRule::masking).containsOnly(Masking.LABELS);
    assertThat(Rig.masked(policy, "Ann <ann@example.org>")).isEqualTo("Ann <···············>");
  }

  @Test
  void actionBlocks() {
    Policy policy = kind.compile(new Config(Action.BLOCK, null, null, null, null));
    assertThat(policy.input()).extracting(TextRule::action).containsOnly(Action.BLOCK);
    assertThat(policy.output()).extracting(TextRule::action).containsOnly(Action.BLOCK);
  }

  @Test
  void healthcareModeAddsRecordNumbers() {
    assertThat(Rig.hits(kind.compile(DEFAULTS), "MRN: 00482917")).isFalse();
    assertThat(Rig.hits(kind.compile(new Config(null, true, null, null, null)), "MRN: 00482917"))
        .isTrue();
  }

  @Test
  void pciModeIsWhatFindsCards() {
    String text = "card 4526 0181 5908 3012, cvv 123";
    assertThat(Rig.masked(kind.compile(DEFAULTS), text))
        .isEqualTo("card ···················, cvv ···");
    assertThat(Rig.hits(kind.compile(new Config(null, null, false, null, null)), text)).isFalse();
  }

  @Test
  void patternsOfThePackAreCustom() {
    Policy policy = kind.compile(new Config(null, null, null, List.of("\\bEMP-\\d{4}\\b"), null));
    assertThat(Rig.masked(policy, "ask EMP-1234")).isEqualTo("ask ········");
    assertThat(policy.output().getLast().rule().label()).isEqualTo("CUSTOM");
  }

  @Test
  void redactionDecidesHowASpanLooks() {
    var redaction =
        new Redaction(Format.PARTIAL, null, true, Map.of("ssn", "<SSN>", "Email", "<mail>"));
    Masking masking =
        kind.compile(new Config(null, null, null, null, redaction)).output().getFirst().masking();
    assertThat(masking)
        .isEqualTo(new Masking(Format.PARTIAL, true, Map.of("US_SSN", "<SSN>", "EMAIL", "<mail>")));
  }

  @Test
  void withoutMetadataNothingTellsTheType() {
    var redaction = new Redaction(null, false, null, Map.of("email", "<mail>"));
    Policy policy = kind.compile(new Config(null, null, null, null, redaction));
    assertThat(policy.output()).extracting(rule -> rule.rule().label()).containsOnly("PII");
    assertThat(policy.output())
        .extracting(rule -> rule.masking().custom())
        .containsOnly(Map.of(), Map.of("PII", "<m" + "ail>"));
  }

  @Test
  void refusesWhatCannotAct() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Config(Action.ESCALATE, null, null, null, null))
        .withMessage("action: must be redact or block");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Config(null, null, null, List.of("ok", "(?!x)y"), null))
        .withMessageStartingWith("detect_patterns[1]: at character 0: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Redaction(null, null, null, Map.of("shoe_size", "x")))
        .withMessageStartingWith("custom_markers.shoe_size: no such type; the nearest are ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Redaction(null, null, null, Map.of("email", "a\nb")))
        .withMessage("custom_markers.email: a marker has 1 to 64 visible characters");
  }
}
