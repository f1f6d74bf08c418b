package io.keeptrusts.gateway.policy.kind;

import static io.keeptrusts.gateway.policy.kind.DlpFilter.Sensitivity.HIGH;
import static io.keeptrusts.gateway.policy.kind.DlpFilter.Sensitivity.RESTRICTED;
import static io.keeptrusts.gateway.policy.kind.DlpFilter.Sensitivity.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.TextRule;
import io.keeptrusts.gateway.policy.kind.DlpFilter.Config;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DlpFilterTest {
  private final DlpFilter kind = new DlpFilter();

  @Test
  void redactsBothWaysAsTheTextStreams() {
    Policy policy = kind.compile(terms("Project Falcon"));
    assertThat(kind.name()).isEqualTo("dlp-filter");
    assertThat(kind.mode()).isEqualTo(PolicyKind.Mode.REALTIME);
    assertThat(policy.input())
        .isEqualTo(policy.output())
        .extracting(TextRule::action)
        .containsOnly(Action.REDACT);
  }

  @Test
  void termsMatchInAnyCaseAndAsWholeWordsOnly() {
    Policy policy = kind.compile(terms("Project Falcon", "C++", "机密"));
    assertThat(Rig.masked(policy, "PROJECT \n falcon, falcon"))
        .isEqualTo("················, falcon");
    assertThat(Rig.masked(policy, "project falcons")).isEqualTo("project falcons");
    assertThat(Rig.masked(policy, "in c++; abc++")).isEqualTo("in ···; abc++");
    assertThat(Rig.masked(policy, "这是机密文件")).isEqualTo("这是··文件");
  }

  @Test
  void patternsMatch() {
    Policy policy = kind.compile(new Config(List.of("EMP-\\d{4}"), null, null, null, null, null));
    assertThat(Rig.masked(policy, "ask EMP-1234")).isEqualTo("ask ········");
    assertThat(policy.output()).extracting(rule -> rule.rule().label()).containsExactly("PATTERN");
  }

  @Test
  void actionBlocks() {
    Policy policy =
        kind.compile(new Config(null, List.of("falcon"), Action.BLOCK, null, null, null));
    assertThat(policy.output()).extracting(TextRule::action).containsOnly(Action.BLOCK);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "falcon;1;the falcon flies;the ······ flies",
        "falcon;1;the falcn flies;the ····· flies",
        "falcon;1;the faalcon flies;the ······· flies",
        "falcon;1;the falkon flies;the ······ flies",
        "falcon;1;the alcon flies;the ····· flies",
        "falcon;1;the falkom flies;the falkom flies",
        "falcon;2;the falkom flies;the falkom flies",
        "peregrine;2;a perigrin x;a ········ x",
        "peregrine;2;a piregrin x;a ········ x",
        "peregrine;2;a pirigrin x;a pirigrin x",
        "peregrine;1;a perigrin x;a perigrin x",
        "fox;1;a fix x;a fix x",
        "fox;1;a fox x;a ··· x",
      })
  void fuzzyTermsMatchAsFarAsTheirLengthAllows(
      String term, int distance, String text, String masked) {
    Policy policy = kind.compile(new Config(null, List.of(term), null, true, distance, null));
    assertThat(Rig.masked(policy, text)).isEqualTo(masked);
  }

  @Test
  void distanceAloneDoesNothing() {
    Policy policy = kind.compile(new Config(null, List.of("falcon"), null, false, 2, null));
    assertThat(Rig.hits(policy, "falkon")).isFalse();
  }

  @Test
  void sensitivityAddsMarkings() {
    assertThat(Rig.hits(level(STANDARD), "CONFIDENTIAL and TOP SECRET")).isFalse();
    assertThat(Rig.masked(level(HIGH), "CONFIDENTIAL, for internal use only; TOP SECRET"))
        .isEqualTo("············, ·····················; TOP SECRET");
    assertThat(Rig.masked(level(RESTRICTED), "CONFIDENTIAL; TOP SECRET//SI/TK; Do not distribute"))
        .isEqualTo("············; ·················; ·················");
    assertThat(
            Rig.hits(
                level(RESTRICTED),
                "a confidential chat, the secret garden, a classified ad, restricted " + "area"))
        .isFalse();
  }

  @Test
  void refusesWhatCannotAct() {
    refused(
        () -> new Config(null, null, Action.ESCALATE, null, null, null),
        "action: must be redact or block");
    refused(
        () -> new Config(null, null, null, null, 9, null), "max_distance: must be between 0 and 8");
    refused(
        () -> new Config(null, null, null, null, -1, null),
        "max_distance: must be between 0 and 8");
    refused(
        () -> new Config(null, null, null, true, 3, null),
        "max_distance: more than 2 cannot be matched exactly while a text streams; use at most 2");
    refused(
        () -> new Config(null, List.of("ok", " "), null, null, null, null),
        "blocked_terms[1]: a term has 1 to " + "128 characters");
  }

  @Test
  void warnsOfSettingsThatDoLessThanTheySeemTo() {
    assertThat(kind.warnings(new Config(null, null, null, null, null, null)))
        .singleElement()
        .asString()
        .startsWith("nothing to look for");
    assertThat(kind.warnings(new Config(null, List.of("fox"), null, true, 1, null)))
        .containsExactly(
            "blocked_terms[0]: matched with distance 0; distance 1 takes 5 letters, distance 2 takes 9 "
                + "to 24");
    assertThat(kind.warnings(new Config(null, List.of("falcon"), null, null, 2, null)))
        .containsExactly("max_distance: has no effect without `fuzzy_matching: true`");
    assertThat(kind.warnings(terms("falcon"))).isEmpty();
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable config, String message) {
    assertThatIllegalArgumentException().isThrownBy(config).withMessage(message);
  }

  private static Config terms(String... terms) {
    return new Config(null, List.of(terms), null, null, null, null);
  }

  private Policy level(DlpFilter.Sensitivity level) {
    return kind.compile(new Config(null, null, null, null, null, level));
  }
}
