package io.keeptrusts.gateway.policy.kind.quality;

import io.keeptrusts.gateway.policy.kind.quality.Assertion.Enforcement;
import io.keeptrusts.gateway.policy.kind.quality.Assertion.Severity;
import io.keeptrusts.gateway.policy.kind.quality.QualityScorer.Config;
import io.keeptrusts.gateway.policy.kind.quality.QualityScorer.PassPolicy;
import io.keeptrusts.gateway.policy.kind.quality.QualityScorer.Strategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Which settings of {@link QualityScorer} do less than they seem to, and why. */
final class QualityAdvice {
  private final Config config;
  private final List<String> warnings = new ArrayList<>();

  private QualityAdvice(Config config) {
    this.config = config;
  }

  static List<String> of(Config config) {
    var advice = new QualityAdvice(config);
    advice.measures();
    for (int i = 0; i < config.assertions().size(); i++) {
      if (config.assertions().get(i).runs()) {
        advice.assertion("assertions[" + i + "].", config.assertions().get(i));
      }
    }
    advice.judges();
    advice.passing();
    return List.copyOf(advice.warnings);
  }

  private void measures() {
    for (Measure measure : Measure.values()) {
      Double least = config.thresholds().of(measure);
      if (!takes(measure) && config.weights().of(measure) != null) {
        warnings.add("weights." + measure + ": has no effect, the benchmark is off");
      }
      if (least != null && least == 0) {
        warnings.add("thresholds.min_" + measure + ": 0 is reached by every answer");
      }
    }
    if (!takes(Measure.COMPLETENESS)) {
      if (config.minOutputChars() != null) {
        warnings.add("min_output_chars: has no effect, the benchmark completeness is off");
      }
      if (config.minSentences() != null) {
        warnings.add("min_sentences: has no effect, the benchmark completeness is off");
      }
    }
    if (config.industry() != null && all().allMatch(m -> config.weights().of(m) != null)) {
      warnings.add("industry: has no effect, as `weights` has them all");
    }
    if (!takesAny() && config.assertions().stream().noneMatch(Assertion::runs)) {
      warnings.add("nothing is looked at: all benchmarks are off and no assertion runs");
    }
    boolean always =
        all().anyMatch(m -> m != Measure.FAITHFULNESS && m != Measure.ACCURACY && weight(m) > 0);
    if (takesAny() && !always && config.thresholds().minAggregate() != null) {
      warnings.add(
          "thresholds.min_aggregate: without documents in the request every answer reaches it, as"
              + " only faithfulness and accuracy have a weight");
    }
  }

  private void assertion(String key, Assertion assertion) {
    if (assertion.mode() == Enforcement.ENFORCE && assertion.severity() == Severity.INFO) {
      warnings.add(key + "severity: info never blocks; it is reported only");
    }
    if (assertion.mode() != Enforcement.ENFORCE && assertion.severity() == Severity.CRITICAL) {
      warnings.add(key + "severity: has no effect, only an enforced assertion decides");
    }
    if (assertion.weight() != null && strategy() != Strategy.WEIGHTED_AVERAGE) {
      warnings.add(key + "weight: has no effect, pass_policy.strategy is not weighted_average");
    } else if (assertion.weight() != null && !decides(assertion)) {
      warnings.add(key + "weight: has no effect, the assertion is reported only");
    }
    if (assertion.threshold() != null && assertion.threshold() == 0) {
      warnings.add(
          key + "threshold: 0 is reached by every answer: it always " + outcome(assertion));
    }
  }

  private static String outcome(Assertion assertion) {
    return assertion.isNegated() ? "fails" : "passes";
  }

  private void judges() {
    List<Assertion> asking =
        config.assertions().stream()
            .filter(each -> each.runs() && each.type().asksJudge())
            .toList();
    if (asking.isEmpty() && !config.providers().isEmpty()) {
      warnings.add("providers: no assertion asks a judge");
      return;
    }
    // The only one is meant where none is named.
    boolean only = config.providers().size() == 1;
    for (int i = 0; i < config.providers().size(); i++) {
      String id = config.providers().get(i).id();
      if (asking.stream()
          .noneMatch(each -> each.provider() == null ? only : each.provider().equals(id))) {
        warnings.add("providers[" + i + "]: no assertion asks this judge");
      }
    }
  }

  private void passing() {
    PassPolicy policy = config.passPolicy();
    boolean decided = config.assertions().stream().anyMatch(QualityAdvice::decides);
    boolean votes = strategy() == Strategy.ANY || strategy() == Strategy.MAJORITY;
    if (votes && !decided && policy.threshold() == null) {
      warnings.add("pass_policy.strategy: has no effect, no assertion is there to decide");
    }
    if (strategy() == Strategy.WEIGHTED_AVERAGE || policy.threshold() == null) {
      return;
    }
    if (!takesAny()) {
      warnings.add("pass_policy.threshold: has no effect, all benchmarks are off");
    } else if (policy.threshold() <= config.thresholds().aggregate()) {
      String free = strategy() == Strategy.ANY && decided ? ", so that no assertion decides" : "";
      warnings.add(
          "pass_policy.threshold: is always reached: thresholds.min_aggregate asks for as much"
              + free);
    }
  }

  private static boolean decides(Assertion assertion) {
    return assertion.runs()
        && assertion.mode() == Enforcement.ENFORCE
        && assertion.severity() != Severity.INFO;
  }

  private Strategy strategy() {
    return config.passPolicy().strategy();
  }

  private boolean takes(Measure measure) {
    return config.benchmarks().takes(measure);
  }

  private boolean takesAny() {
    return all().anyMatch(this::takes);
  }

  private double weight(Measure measure) {
    Double own = config.weights().of(measure);
    Industry industry = config.industry() == null ? Industry.GENERAL : config.industry();
    return !takes(measure) ? 0 : own == null ? industry.weight(measure) : own;
  }

  private static Stream<Measure> all() {
    return Arrays.stream(Measure.values());
  }
}
