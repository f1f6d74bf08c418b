package io.keeptrusts.gateway.policy.kind.pii;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.TextRule.Overflow;
import io.keeptrusts.gateway.policy.kind.Rig;
import io.keeptrusts.gateway.policy.kind.pii.PiiDetector.Config;
import io.keeptrusts.gateway.policy.kind.pii.PiiDetector.Type;
import io.keeptrusts.gateway.policy.text.Hit;
import io.keeptrusts.gateway.policy.text.TextCheck;
import io.keeptrusts.gateway.policy.text.TextRules;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a pack says by type, by region and for texts that are too long. */
class PiiTypesTest {
  private static final Type OFF = new Type(false, null);
  private static final Type ON = new Type(true, null);
  private static final Type BLOCK = new Type(null, Action.BLOCK);

  private static final String TEXT = "ann@example.org, 4526 0181 5908 3012, call +1 415 867 5309";

  @Test
  void aTypeIsSwitchedOffByItsName() {
    assertThat(masked(Map.of("email_address", OFF), TEXT))
        .startsWith("ann@example.org, ····")
        .doesNotContain("867");
  }

  @Test
  void aGroupIsSwitchedOffWithAllItsTypes() {
    String text = "ssn 536-22-8471, CPF 868.288.909-90 of ann@example.org";
    assertThat(masked(Map.of("national-ids", OFF), text))
        .isEqualTo("ssn 536-22-8471, CPF 868.288.909-90 of ···············");
  }

  @Test
  void aTypeCountsBeforeItsGroup() {
    String text = "ssn 536-22-8471, CPF 868.288.909-90";
    assertThat(masked(Map.of("NATIONAL_IDS", OFF, "BR_CPF", ON), text))
        .isEqualTo("ssn 536-22-8471, CPF ··············");
  }

  @Test
  void aTypeCountsBeforeItsMode() {
    Config config =
        new Config(null, null, false, null, null, Map.of("CVV", ON, "NPI", ON), null, null);
    assertThat(Rig.masked(compile(config), "4526018159083012 cvv 123 NPI 1293847566 MRN: 00482917"))
        .isEqualTo("4526018159083012 cvv ··· NPI ·········· MRN: 00482917");
  }

  @Test
  void aTypeHasAnActionOfItsOwn() {
    Policy policy = compile(types(Map.of("CREDIT_CARD", BLOCK)));
    assertThat(hit(policy, "to ann@example.org ")).isNull();
    assertThat(hit(policy, "to 4526 0181 5908 3012 "))
        .isEqualTo(new Hit("pii-detector", Action.BLOCK, "CREDIT_CARD"));
  }

  @Test
  void aTypeIsMaskedWhereAllElseBlocks() {
    Config config =
        new Config(
            Action.BLOCK,
            null,
            null,
            null,
            null,
            Map.of("NETWORK", new Type(null, Action.REDACT)),
            null,
            null);
    assertThat(hit(compile(config), "to ann@example.org ")).isNull();
    assertThat(hit(compile(config), "ssn 536-22-8471 ")).isNotNull();
  }

  @Test
  void patternsOfThePackAreATypeToo() {
    Config config =
        new Config(
            null, null, null, List.of("EMP-\\d{4}"), null, Map.of("custom", BLOCK), null, null);
    assertThat(hit(compile(config), "ask EMP-1234 "))
        .isEqualTo(new Hit("pii-detector", Action.BLOCK, "CUSTOM"));
  }

  @Test
  void regionsDecideWhoseNationalNumbersAreKnown() {
    String text = "at 020 7946 0958 or 612 34 56 78 or 415-867-5309";
    assertThat(masked(List.of("GB"), text))
        .isEqualTo("at ············· or 612 34 56 78 or 415-867-5309");
    assertThat(masked(List.of("ES", "US"), text))
        .isEqualTo("at 020 7946 0958 or ············ or ············");
  }

  @Test
  void numbersThatSayWhatTheyAreNeedNoRegion() {
    assertThat(masked(List.of(), "+44 20 7946 0958, tel 020 7946 0958, 020 7946 0958"))
        .isEqualTo("················, tel ·············, 020 7946 0958");
  }

  @Test
  void aLongWayToAMatchSlidesOrBlocks() {
    List<String> patterns = List.of("x{10,}y");
    String text = "a " + "x".repeat(400) + " b";
    for (Overflow overflow : Overflow.values()) {
      Config config = new Config(null, null, null, patterns, null, null, null, overflow);
      Hit hit = hit(compile(config), text);
      assertThat(hit)
          .isEqualTo(
              overflow == Overflow.SLIDE ? null : new Hit("pii-detector", Action.BLOCK, "CUSTOM"));
    }
  }

  @Test
  void refusesWhatCannotAct() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> types(Map.of("EMIAL", OFF)))
        .withMessageStartingWith("types.EMIAL: no such type; the nearest are EMAIL, ")
        .withMessageEndingWith(
            "; groups are SECRETS, CARDS, ACCOUNTS, WALLETS, NATIONAL_IDS, IDENTITY, HEALTH, NETWORK,"
                + " PHONES");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> types(Map.of("EMAIL", new Type(null, null))))
        .withMessage("types.EMAIL: says nothing; give enabled or action");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> types(Map.of("EMAIL", new Type(false, Action.BLOCK))))
        .withMessage(
            "types.EMAIL: an action has no effect where enabled is false; take one of them out");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> types(Map.of("EMAIL", new Type(null, Action.ESCALATE))))
        .withMessage("types.EMAIL.action: must be redact or block");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Config(null, null, null, null, null, null, List.of("US", "Germany"), null))
        .withMessage("regions[1]: no such region; write ISO 3166 codes such as US or DE");
  }

  private static Config types(Map<String, Type> types) {
    return new Config(null, null, null, null, null, types, null, null);
  }

  private static Policy compile(Config config) {
    return new PiiDetector().compile(config);
  }

  private static String masked(Map<String, Type> types, String text) {
    return Rig.masked(compile(types(types)), text);
  }

  private static String masked(List<String> regions, String text) {
    return Rig.masked(compile(new Config(null, null, null, null, null, null, regions, null)), text);
  }

  private static Hit hit(Policy policy, String text) {
    TextCheck check =
        TextRules.compile(
                policy.output().stream()
                    .map(rule -> new TextRules.Owned(policy.kind(), rule))
                    .toList())
            .plain();
    check.feed(text.toCharArray(), 0, text.length(), new StringBuilder());
    return check.blocked();
  }
}
