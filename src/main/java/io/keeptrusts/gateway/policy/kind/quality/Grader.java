package io.keeptrusts.gateway.policy.kind.quality;

import io.keeptrusts.gateway.policy.Judge;
import io.keeptrusts.gateway.policy.JudgeException;
import io.keeptrusts.gateway.policy.kind.quality.Assertion.Enforcement;
import io.keeptrusts.gateway.policy.kind.quality.Grade.Outcome;
import io.keeptrusts.gateway.policy.kind.quality.Grade.Result;
import io.keeptrusts.gateway.policy.kind.quality.QualityScorer.Benchmarks;
import io.keeptrusts.gateway.policy.kind.quality.QualityScorer.Config;
import io.keeptrusts.gateway.policy.kind.quality.QualityScorer.PassPolicy;
import io.keeptrusts.gateway.policy.kind.quality.QualityScorer.Thresholds;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Measures, assertions, thresholds and pass policy of a pack, compiled. Thread-safe. */
final class Grader {
  private static final Logger LOG = Logger.getLogger(QualityScorer.class);
  private static final double ALMOST = 1e-9;

  private record Compiled(Assertion assertion, Scorer scorer) {
    Result came(Outcome outcome, double score) {
      String judge = scorer instanceof Rubric rubric ? rubric.label() : null;
      return new Result(assertion, judge, outcome, score);
    }
  }

  private final Measures measures;
  private final Map<Measure, Double> weights = new EnumMap<>(Measure.class);
  private final Thresholds thresholds;
  private final PassPolicy policy;
  private final List<Compiled> assertions = new ArrayList<>();

  Grader(Config config) {
    this.measures = new Measures(config.minOutputChars(), config.minSentences());
    this.thresholds = config.thresholds();
    this.policy = config.passPolicy();
    weigh(config);
    List<Assertion> all = config.assertions();
    for (int i = 0; i < all.size(); i++) {
      Scorer scorer = Scorers.of("assertions[" + i + "]", all.get(i), config);
      if (all.get(i).runs()) {
        assertions.add(new Compiled(all.get(i), scorer));
      }
    }
  }

  private void weigh(Config config) {
    Industry industry = config.industry() == null ? Industry.GENERAL : config.industry();
    Benchmarks benchmarks = config.benchmarks();
    double sum = 0;
    for (Measure measure : Measure.values()) {
      if (benchmarks.takes(measure)) {
        Double own = config.weights().of(measure);
        double weight = own == null ? industry.weight(measure) : own;
        weights.put(measure, weight);
        sum += weight;
      } else if (thresholds.of(measure) != null) {
        throw new IllegalArgumentException(
            "thresholds.min_" + measure + ": is never reached, as the benchmark is off");
      }
    }
    if (!weights.isEmpty() && sum == 0) {
      throw new IllegalArgumentException("weights: must not all be 0");
    }
    if (weights.isEmpty() && thresholds.minAggregate() != null) {
      throw new IllegalArgumentException(
          "thresholds.min_aggregate: is never reached, as all benchmarks are off");
    }
  }

  /**
   * @throws JudgeException if the judge of an enforced assertion did not judge
   */
  Grade grade(Scorer.Subject subject, Judge judge) {
    Map<Measure, Double> scores = measures.of(subject.choice(), subject.asked());
    scores.keySet().retainAll(weights.keySet());
    double aggregate = aggregate(scores);
    String failure = below(scores, aggregate);
    List<Result> results = new ArrayList<>();
    for (boolean asking : new boolean[] {false, true}) {
      for (Compiled each : assertions) {
        if (each.assertion.type().asksJudge() == asking) {
          boolean lost = failure != null || results.stream().anyMatch(Grader::isFatal);
          Result result =
              asking && lost ? each.came(Outcome.SKIPPED, 0) : test(each, subject, judge);
          add(result, results);
        }
      }
    }
    if (failure == null) {
      failure = failure(results, aggregate);
    }
    return new Grade(subject.choice().index(), scores, aggregate, List.copyOf(results), failure);
  }

  private static boolean isFatal(Result result) {
    return result.isCritical() && result.failed();
  }

  private static void add(Result result, List<Result> results) {
    if (result.assertion().mode() == Enforcement.SHADOW) {
      LOG.debugf(
          "policy=quality-scorer assertion=%s outcome=%s score=%s",
          result.assertion().label(), result.outcome(), result.score());
    } else {
      results.add(result);
    }
  }

  private static Result test(Compiled each, Scorer.Subject subject, Judge judge) {
    Assertion assertion = each.assertion;
    OptionalDouble scored;
    try {
      scored = each.scorer.score(subject, judge);
    } catch (JudgeException e) {
      if (assertion.mode() == Enforcement.ENFORCE) {
        throw e;
      }
      return each.came(Outcome.ERROR, 0);
    }
    if (scored.isEmpty()) {
      return each.came(Outcome.NOT_APPLICABLE, 0);
    }
    double limit =
        assertion.threshold() == null ? assertion.type().threshold() : assertion.threshold();
    boolean holds = scored.getAsDouble() >= limit - ALMOST;
    double score = assertion.isNegated() ? 1 - scored.getAsDouble() : scored.getAsDouble();
    return each.came(holds != assertion.isNegated() ? Outcome.PASSED : Outcome.FAILED, score);
  }

  /** A measure that the answer does not have gives its weight to the others. */
  private double aggregate(Map<Measure, Double> scores) {
    double sum = 0;
    double weight = 0;
    for (Map.Entry<Measure, Double> score : scores.entrySet()) {
      double by = weights.getOrDefault(score.getKey(), 0.0);
      sum += by * score.getValue();
      weight += by;
    }
    return weight == 0 ? 1 : sum / weight;
  }

  private @Nullable String below(Map<Measure, Double> scores, double aggregate) {
    for (Map.Entry<Measure, Double> score : scores.entrySet()) {
      Double least = thresholds.of(score.getKey());
      if (least != null && score.getValue() < least - ALMOST) {
        return "low_" + score.getKey();
      }
    }
    return aggregate < thresholds.aggregate() - ALMOST ? "low_aggregate" : null;
  }

  private @Nullable String failure(List<Result> results, double aggregate) {
    for (Result result : results) {
      if (isFatal(result)) {
        return "assertion_failed";
      }
    }
    List<Result> deciding = results.stream().filter(Result::decides).toList();
    long failed = deciding.stream().filter(Result::failed).count();
    boolean counted = policy.threshold() != null && !weights.isEmpty();
    boolean low = aggregate < policy.limit() - ALMOST;
    int votes = deciding.size() + (counted ? 1 : 0);
    long against = failed + (counted && low ? 1 : 0);
    boolean content =
        switch (policy.strategy()) {
          case ALL -> against == 0;
          case ANY -> votes == 0 || against < votes;
          case MAJORITY -> votes == 0 || 2 * against < votes;
          case WEIGHTED_AVERAGE -> average(deciding, aggregate) >= policy.limit() - ALMOST;
        };
    return content ? null : failed > 0 ? "assertion_failed" : "low_aggregate";
  }

  private double average(List<Result> deciding, double aggregate) {
    double sum = weights.isEmpty() ? 0 : aggregate;
    double weight = weights.isEmpty() ? 0 : 1;
    for (Result result : deciding) {
      sum += result.weight() * result.score();
      weight += result.weight();
    }
    return weight == 0 ? 1 : sum / weight;
  }
}
