package io.keeptrusts.gateway.policy.kind.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.exchange.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The types of assertions that ask nobody. */
class AssertionsTest {

  private static boolean passes(String assertion, String answer) {
    return Scored.by("assertions: [{" + assertion + "}]").passes(answer);
  }

  private static double score(String assertion, String answer) {
    JsonNode report = Scored.by("{report: true, assertions: [{" + assertion + "}]}").report(answer);
    return report.at("/assertions/0/score").asDouble(-1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "type: contains, value: Paris                     | It is Paris.            | It is paris.",
        "type: contains, value: Paris, case_sensitive: false | It is PARIS.         | It is Lyon.",
        "type: contains, value: Paris, negate: true       | It is Lyon.             | It is Paris.",
        "type: icontains, value: PARIS                    | It is Paris.            | It is Lyon.",
        "type: not-contains, value: Paris                 | It is Lyon.             | It is Paris.",
        "type: not-contains, value: Paris, negate: true   | It is Paris.            | It is Lyon.",
        "type: not-icontains, value: PARIS                | It is Lyon.             | It is paris.",
        "type: contains-all, value: [Paris, Lyon]         | Paris and Lyon.         | Paris only.",
        "type: icontains-all, value: [PARIS, lyon]        | Paris and Lyon.         | Paris only.",
        "type: contains-any, value: [Paris, Lyon]         | Not Lyon.               | Nice it is.",
        "type: icontains-any, value: [PARIS, lyon]        | Not Lyon.               | Nice it is.",
        "type: not-contains-any, value: [Paris, Lyon]     | Nice it is.             | Not Lyon.",
        "type: not-icontains-any, value: [PARIS]          | Nice it is.             | Not paris.",
        "type: not-contains-all, value: [Paris, Lyon]     | Paris only.             | Paris and Lyon.",
        "type: starts-with, value: It                     | It is Paris.            | Paris it is.",
        "type: not-starts-with, value: It                 | Paris it is.            | It is Paris.",
        "type: ends-with, value: Paris.                   | It is Paris.            | It is Lyon.",
        "type: not-ends-with, value: Paris.               | It is Lyon.             | It is Paris.",
        "type: equals, value: Paris.                      | Paris.                  | It is Paris.",
        "type: not-equals, value: Paris.                  | It is Paris.            | Paris.",
        "type: regex, value: '\\bP\\w{4}\\b'              | It is Paris.            | It is Lyon.",
        "type: regex, value: '^p', case_sensitive: false  | Paris it is.            | It is Paris.",
        "type: not-regex, value: '\\d{4}'                 | It is Paris.            | Since 1789 it is.",
        "type: is-json                                    | {\"a\": [1, 2]}         | Here: {\"a\": 1}",
        "type: not-is-json                                | It is Paris.            | {\"a\": 1}",
        "type: contains-json                              | Here: {\"a\": 1} it is. | Here: {a it is.",
        "type: not-contains-json                          | Here it is.             | Here: [1, 2] it is.",
        "type: min-length, value: 12                      | It is Paris.            | It is Lyon.",
        "type: max-length, value: 11                      | It is Lyon.             | It is Paris.",
        "type: word-count, value: 3                       | It is Paris.            | It is not Paris.",
        "type: word-count, value: {min: 2, max: 3}        | It is Paris.            | It is not Paris.",
        "type: word-count, value: {min: 4}                | It is not Paris.        | It is Paris.",
        "type: sentence-count, value: {max: 1}            | It is Paris 2.5 times.  | It is. It is Paris.",
        "type: is-refusal                                 | I'm sorry, but I can't. | It is Paris.",
        "type: not-is-refusal                             | It is Paris.            | I cannot help with that.",
      })
  void eachTypePassesWhatHoldsAndFailsWhatDoesNot(String assertion, String good, String bad) {
    assertThat(passes(assertion, good)).as("%s on %s", assertion, good).isTrue();
    assertThat(passes(assertion, bad)).as("%s on %s", assertion, bad).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "similar, the red fox runs, the red fox runs, 1.0",
    "similar, the red fox runs, a blue whale swims, 0.0",
    "similar, a b c d, a b x y, 0.5",
    "levenshtein, kitten, sitting, 0.571",
    "levenshtein, same, same, 1.0",
    "rouge-1, the cat sat, the cat ran, 0.667",
    "rouge-l, the cat sat on the mat, the mat sat on the cat, 0.667",
    "bleu, the cat sat on the mat, the cat sat on the mat, 1.0",
    "bleu, a dog, the cat sat on the mat, 0.0"
  })
  void likenessIsScored(String type, String answer, String reference, double score) {
    assertThat(score("type: " + type + ", value: '" + reference + "', mode: audit", answer))
        .isCloseTo(score, within(0.001));
  }

  @Test
  void likenessCountsTheNearestReferenceAndItsThreshold() {
    String two = "type: levenshtein, value: [sitting, kitten], threshold: ";

    assertThat(passes(two + "1", "kitten")).isTrue();
    assertThat(passes(two + "0.95", "mitten")).isFalse();
    assertThat(passes(two + "0.8", "mitten")).isTrue();
    assertThat(passes("type: similar, value: KITTEN", "kitten")).isFalse();
    assertThat(passes("type: similar, value: KITTEN, case_sensitive: false", "kitten")).isTrue();
  }

  @Test
  void likenessBelowTheUsualThresholdFails() {
    assertThat(passes("type: rouge-1, value: the cat sat", "the cat ran")).isFalse();
    assertThat(passes("type: rouge-1, value: the cat sat, threshold: 0.6", "the cat ran")).isTrue();
  }

  @Test
  void jsonFitsASchemaOrDoesNot() {
    String schema =
        "{type: object, required: [city], properties: {city: {type: string, pattern: '^[A-Z]'}, size: {const: 5}}}";

    assertThat(passes("type: json-schema, value: " + schema, "{\"city\": \"Paris\", \"size\": 5}"))
        .isTrue();
    assertThat(passes("type: json-schema, value: " + schema, "{\"city\": \"paris\"}")).isFalse();
    assertThat(passes("type: json-schema, value: " + schema, "{\"size\": 5}")).isFalse();
    assertThat(passes("type: json-schema, value: " + schema, "It is Paris.")).isFalse();
    assertThat(passes("type: is-json, value: " + schema, "{\"size\": 5}")).isFalse();
    assertThat(passes("type: contains-json, value: " + schema, "So: {\"city\": \"Paris\"}!"))
        .isTrue();
    assertThat(passes("type: json-schema, value: '{\"type\": \"array\"}'", "[1]")).isTrue();
    assertThat(passes("type: json-schema, value: '{\"type\": \"array\"}'", "{\"a\": 1}")).isFalse();
  }

  @Test
  void aSchemaMayReferToItself() {
    String schema = "{$defs: {n: {type: integer}}, type: array, items: {$ref: '#/$defs/n'}}";

    assertThat(passes("type: json-schema, value: " + schema, "[1, 2]")).isTrue();
    assertThat(passes("type: json-schema, value: " + schema, "[1, \"2\"]")).isFalse();
  }

  @Test
  void expressionsThatTripBacktrackingMatchersRunInLinearTime() {
    String evil = "a".repeat(50_000) + "!";
    Scored plain = Scored.by("assertions: [{type: not-regex, value: '^(a+)+$'}]");
    Scored schema =
        Scored.by(
            "assertions: [{type: json-schema, value: {type: string, pattern: '^(a|aa)+$'}, negate: true}]");

    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          assertThat(plain.passes(evil)).isTrue();
          assertThat(schema.passes("\"" + evil + "\"")).isTrue();
        });
  }

  @Test
  void textsThatAreMadeToBeSlowAreNot() {
    String brackets = "[".repeat(200_000);
    String words = "word ".repeat(60_000);

    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          assertThat(passes("type: contains-json", brackets)).isFalse();
          assertThat(score("type: rouge-l, value: '" + words + "', mode: audit", words))
              .isEqualTo(1);
          assertThat(score("type: levenshtein, value: '" + words + "', mode: audit", words))
              .isEqualTo(1);
          assertThat(score("type: bleu, value: '" + words + "', mode: audit", words)).isEqualTo(1);
        });
  }

  @Test
  void anAssertionThatIsNotEnabledIsNotMade() {
    assertThat(passes("type: contains, value: Lyon, enabled: false", "It is Paris.")).isTrue();
    assertThat(passes("type: contains, value: Lyon, enabled: true", "It is Paris.")).isFalse();
  }

  @Test
  void whatFailsInAnAuditIsFlaggedAndGoesOn() {
    Scored audit =
        Scored.by("assertions: [{type: contains, name: city, value: Lyon, mode: audit}]");

    assertThat(audit.answer("It is Paris."))
        .isEqualTo(new Verdict.Flag("quality_scorer.audit.city"));
    assertThat(audit.passes("It is Lyon.")).isTrue();
  }

  @Test
  void whatFailsInTheShadowIsNotTold() {
    String block = "assertions: [{type: contains, value: Lyon, mode: shadow}]";

    assertThat(Scored.by(block).passes("It is Paris.")).isTrue();
    assertThat(Scored.by("report: true\n" + block).report("It is Paris.").has("assertions"))
        .isFalse();
  }

  @Test
  void whatIsOnlyInformativeIsReportedAndFlagged() {
    Scored info =
        Scored.by("assertions: [{type: contains, name: city, value: Lyon, severity: info}]");

    assertThat(info.answer("It is Paris."))
        .isEqualTo(new Verdict.Flag("quality_scorer.audit.city"));
  }
}
