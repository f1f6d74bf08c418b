package io.keeptrusts.gateway.policy.kind.quality;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.policy.kind.quality.Assertion.Enforcement;
import io.keeptrusts.gateway.policy.kind.quality.Assertion.Severity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one choice of an answer came to.
 *
 * @param choice its index
 * @param scores the measures that it has
 * @param results of the assertions, the shadows not among them
 * @param failure the code of the first thing that it failed by; null if it passed
 */
record Grade(
    int choice,
    Map<Measure, Double> scores,
    double aggregate,
    List<Result> results,
    @Nullable String failure) {

  /** How an assertion came out. */
  enum Outcome {
    PASSED,
    FAILED,
    /** There was nothing to hold the answer against. */
    NOT_APPLICABLE,
    /** The judge was not asked: the answer had failed before. */
    SKIPPED,
    /** The judge did not judge. */
    ERROR
  }

  /**
   * @param judge who was asked; null if nobody is
   * @param score after negation; 0 where there is none
   */
  record Result(Assertion assertion, @Nullable String judge, Outcome outcome, double score) {

    boolean decides() {
      boolean told = outcome == Outcome.PASSED || outcome == Outcome.FAILED;
      return told
          && assertion.mode() == Enforcement.ENFORCE
          && assertion.severity() != Severity.INFO;
    }

    boolean isCritical() {
      return decides() && assertion.severity() == Severity.CRITICAL;
    }

    boolean failed() {
      return outcome == Outcome.FAILED;
    }

    double weight() {
      return assertion.weight() == null ? 1 : assertion.weight();
    }
  }

  boolean passed() {
    return failure == null;
  }

  /** The name of the first assertion that failed without deciding anything; null if none did. */
  @Nullable String audited() {
    return results.stream()
        .filter(result -> result.failed() && !result.decides())
        .map(result -> result.assertion().label())
        .findFirst()
        .orElse(null);
  }

  /** Names of the pack and numbers; never text of the answer. */
  ObjectNode report() {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    report.put("index", choice).put("passed", passed()).put("aggregate", rounded(aggregate));
    if (failure != null) {
      report.put("failure", failure);
    }
    ObjectNode parts = report.putObject("scores");
    scores.forEach((measure, score) -> parts.put(measure.toString(), rounded(score)));
    if (!results.isEmpty()) {
      var list = report.putArray("assertions");
      for (Result result : results) {
        ObjectNode told = list.addObject().put("name", result.assertion().label());
        told.put("type", result.assertion().type().toString());
        told.put("mode", lower(result.assertion().mode()));
        told.put("severity", lower(result.assertion().severity()));
        if (result.judge() != null) {
          told.put("judge", result.judge());
        }
        told.put("outcome", lower(result.outcome()));
        if (result.outcome() == Outcome.PASSED || result.failed()) {
          told.put("score", rounded(result.score()));
        }
      }
    }
    return report;
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static double rounded(double score) {
    return Math.round(score * 1000) / 1000.0;
  }
}
