package io.keeptrusts.gateway.policy.kind.quality;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.exchange.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How thresholds, assertions and the pass policy decide, and what follows. */
class DecisionTest {
  private static final String FOUR =
      """
      pass_policy: {%s}
      assertions:
        - {type: contains, value: a}
        - {type: contains, value: b}
        - {type: contains, value: c, weight: 2}
        - {type: contains, value: d}""";

  @ParameterizedTest
  @CsvSource({
    "strategy: all, abcd, true",
    "strategy: all, abc, false",
    "strategy: any, d, true",
    "strategy: any, x, false",
    "strategy: majority, abc, true",
    "strategy: majority, ab, false",
    "strategy: weighted_average, ac, true",
    "strategy: weighted_average, ab, false",
    "'strategy: weighted_average, threshold: 0.6', abc, true",
    "'strategy: weighted_average, threshold: 0.6', abd, true",
    "'strategy: weighted_average, threshold: 0.7', abd, false",
    "'strategy: weighted_average, threshold: 0.7', abc, true",
    "'strategy: majority, threshold: 0.5', abx, true",
    "'strategy: majority, threshold: 1', abx, false",
    "'strategy: any, threshold: 0.5', x, true",
    "'strategy: any, threshold: 1', x, false"
  })
  void theStrategyPutsAssertionsAndAggregateTogether(String policy, String answer, boolean passes) {
    // One word in answer to a question that is about other words: an aggregate of 0.893.
    assertThat(Scored.by(FOUR.formatted(policy)).passes(answer)).isEqualTo(passes);
  }

  @Test
  void thePassPolicysThresholdHoldsWithoutAssertions() {
    assertThat(Scored.by("pass_policy: {threshold: 0.85}").passes("It is Paris.")).isTrue();
    assertThat(Scored.by("pass_policy: {threshold: 0.95}").answer("It is Paris."))
        .isEqualTo(Verdict.block("quality_scorer.low_aggregate"));
    assertThat(
            Scored.by("pass_policy: {strategy: weighted_average, threshold: 0.95}")
                .passes("It is Paris."))
        .isFalse();
  }

  @Test
  void aCriticalAssertionDecidesAlone() {
    String block =
        """
        pass_policy: {strategy: any}
        assertions:
          - {type: contains, value: Paris}
          - {type: contains, value: Lyon, severity: %s}""";

    assertThat(Scored.by(block.formatted("warning")).passes("It is Paris.")).isTrue();
    assertThat(Scored.by(block.formatted("critical")).answer("It is Paris."))
        .isEqualTo(Verdict.block("quality_scorer.assertion_failed"));
  }

  @Test
  void assertionsAloneDecideWhereAllBenchmarksAreOff() {
    String block =
        """
        benchmarks: {ragas_faithfulness: false, ragas_relevancy: false, coherence: false, completeness: false, accuracy: false}
        pass_policy: {strategy: weighted_average}
        assertions: [{type: contains, value: Paris}]""";

    assertThat(Scored.by(block).passes("It is Paris.")).isTrue();
    assertThat(Scored.by(block).passes("It is Lyon.")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "action: block                  | Block[reason=quality_scorer.assertion_failed, message=null]",
        "action: block, message: No.    | Block[reason=quality_scorer.assertion_failed, message=No.]",
        "message: No.                   | Block[reason=quality_scorer.assertion_failed, message=No.]",
        "action: escalate               | Escalate[reason=quality_scorer.assertion_failed]",
        "action: flag                   | Flag[reason=quality_scorer.assertion_failed]",
        "action: fallback, message: Hm. | Replace[text=Hm., reason=quality_scorer.assertion_failed]",
        "action: replace, message: Hm.  | Replace[text=Hm., reason=quality_scorer.assertion_failed]",
        "action: retry                  | Retry[reason=quality_scorer.assertion_failed, otherwise=Block[reason=quality_scorer.assertion_failed, message=null]]",
        "action: retry, message: No.    | Retry[reason=quality_scorer.assertion_failed, otherwise=Block[reason=quality_scorer.assertion_failed, message=No.]]",
        "action: retry, then: flag      | Retry[reason=quality_scorer.assertion_failed, otherwise=Flag[reason=quality_scorer.assertion_failed]]",
        "action: retry, then: fallback, message: Hm. | Retry[reason=quality_scorer.assertion_failed, otherwise=Replace[text=Hm., reason=quality_scorer.assertion_failed]]",
      })
  void theFailureActionFollows(String action, String verdict) {
    Scored scored =
        Scored.by("failure_action: {" + action + "}\nassertions: [{type: contains, value: Paris}]");

    assertThat(scored.answer("It is Lyon.")).hasToString(verdict);
    assertThat(scored.passes("It is Paris.")).isTrue();
  }

  @Test
  void aFallbackHasWordsOfItsOwn() {
    Verdict.OnAnswer verdict =
        Scored.by("{failure_action: {action: fallback}, thresholds: {min_aggregate: 1}}")
            .answer("It is Paris.");

    assertThat(verdict).isInstanceOf(Verdict.Replace.class);
    assertThat(((Verdict.Replace) verdict).text()).hasSizeGreaterThan(20).doesNotContain("Paris");
  }

  @Test
  void theReportHoldsNumbersAndNamesOfThePackAlone() {
    Scored scored =
        Scored.by(
            """
            report: true
            thresholds: {min_aggregate: 0.7}
            assertions:
              - {type: contains, name: city, value: Paris, severity: critical}
              - {type: similar, value: A secret reference., mode: audit}""");

    JsonNode report = scored.report("It is Lyon, surely.");

    assertThat(report)
        .hasToString(
            "{\"index\":0,\"passed\":false,\"aggregate\":0.893,\"failure\":\"assertion_failed\",\"scores\":"
                + "{\"relevancy\":0.6,\"coherence\":1.0,\"completeness\":1.0},\"assertions\":["
                + "{\"name\":\"city\",\"type\":\"contains\",\"mode\":\"enforce\",\"severity\":\"critical\",\"outcome\":\"failed\",\"score\":0.0},"
                + "{\"name\":\"similar\",\"type\":\"similar\",\"mode\":\"audit\",\"severity\":\"warning\",\"outcome\":\"failed\",\"score\":0.0}]}");
  }

  @Test
  void withoutTheKeyNothingIsReported() {
    assertThat(Scored.by("report: false").answer("It is Paris.")).isEqualTo(Verdict.ALLOW);
  }
}
