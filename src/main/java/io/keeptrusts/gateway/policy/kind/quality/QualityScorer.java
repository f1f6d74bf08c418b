package io.keeptrusts.gateway.policy.kind.quality;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code quality-scorer}: grades a whole answer and decides whether it may leave. The measures are
 * deterministic ({@link Measures}); assertions may also ask a judge. An answer that calls tools or
 * refuses is no prose and is not graded. An answer leaves if every threshold is reached, no
 * critical assertion fails and the pass policy is content; else the failure action follows.
 */
@Singleton
public final class QualityScorer implements PolicyKind<QualityScorer.Config> {

  /**
   * {@code policy.quality-scorer}.
   *
   * @param industry sets the default weights
   * @param minOutputChars an answer below it is as incomplete as it is short; default 1
   * @param minSentences likewise; default 1
   * @param mockScoring only false: made-up scores would let everything pass
   * @param providers judges, and how they are asked
   * @param benchmarks which measures are taken; default all
   * @param assertions what else must hold
   * @param thresholds what a score must reach
   * @param weights of the measures in the aggregate; a measure that an answer does not have gives
   *     its weight to the others
   * @param passPolicy how aggregate and assertions decide together
   * @param failureAction what happens to an answer that does not pass; default block
   * @param report the client is told the scores in the answer's last event; default false
   */
  public record Config(
      @Nullable Industry industry,
      @Nullable Integer minOutputChars,
      @Nullable Integer minSentences,
      @Nullable Boolean mockScoring,
      List<JudgeSettings> providers,
      Benchmarks benchmarks,
      List<Assertion> assertions,
      Thresholds thresholds,
      Weights weights,
      PassPolicy passPolicy,
      FailureAction failureAction,
      @Nullable Boolean report) {

    public Config {
      atLeastZero("min_output_chars", minOutputChars);
      atLeastZero("min_sentences", minSentences);
      if (mockScoring != null && mockScoring) {
        throw new IllegalArgumentException(
            "mock_scoring: true would let every answer pass; write `enabled: false` to switch the"
                + " policy off");
      }
      providers = providers == null ? List.of() : providers;
      benchmarks = benchmarks == null ? Benchmarks.ALL : benchmarks;
      assertions = assertions == null ? List.of() : assertions;
      thresholds = thresholds == null ? Thresholds.NONE : thresholds;
      weights = weights == null ? Weights.NONE : weights;
      passPolicy = passPolicy == null ? PassPolicy.DEFAULT : passPolicy;
      failureAction = failureAction == null ? FailureAction.BLOCK : failureAction;
    }

    private static void atLeastZero(String key, @Nullable Integer value) {
      if (value != null && value < 0) {
        throw new IllegalArgumentException(key + ": must be 0 or more");
      }
    }
  }

  /** Measures taken or not; absent: taken. */
  public record Benchmarks(
      @Nullable Boolean ragasFaithfulness,
      @Nullable Boolean ragasRelevancy,
      @Nullable Boolean coherence,
      @Nullable Boolean completeness,
      @Nullable Boolean accuracy) {
    static final Benchmarks ALL = new Benchmarks(null, null, null, null, null);

    boolean takes(Measure measure) {
      return !Boolean.FALSE.equals(
          switch (measure) {
            case FAITHFULNESS -> ragasFaithfulness;
            case RELEVANCY -> ragasRelevancy;
            case COHERENCE -> coherence;
            case COMPLETENESS -> completeness;
            case ACCURACY -> accuracy;
          });
    }
  }

  /**
   * Scores between 0 and 1 that an answer must reach; absent: not looked at, but for the aggregate,
   * whose default is 0.5.
   */
  public record Thresholds(
      @Nullable Double minAggregate,
      @Nullable Double minFaithfulness,
      @Nullable Double minRelevancy,
      @Nullable Double minCoherence,
      @Nullable Double minCompleteness,
      @Nullable Double minAccuracy) {
    static final Thresholds NONE = new Thresholds(null, null, null, null, null, null);
    private static final double AGGREGATE = 0.5;

    public Thresholds {
      share("min_aggregate", minAggregate);
      share("min_faithfulness", minFaithfulness);
      share("min_relevancy", minRelevancy);
      share("min_coherence", minCoherence);
      share("min_completeness", minCompleteness);
      share("min_accuracy", minAccuracy);
    }

    double aggregate() {
      return minAggregate == null ? AGGREGATE : minAggregate;
    }

    @Nullable Double of(Measure measure) {
      return switch (measure) {
        case FAITHFULNESS -> minFaithfulness;
        case RELEVANCY -> minRelevancy;
        case COHERENCE -> minCoherence;
        case COMPLETENESS -> minCompleteness;
        case ACCURACY -> minAccuracy;
      };
    }
  }

  /** Weights of the measures; absent: the industry's. */
  public record Weights(
      @Nullable Double faithfulness,
      @Nullable Double relevancy,
      @Nullable Double coherence,
      @Nullable Double completeness,
      @Nullable Double accuracy) {
    static final Weights NONE = new Weights(null, null, null, null, null);

    public Weights {
      share("faithfulness", faithfulness);
      share("relevancy", relevancy);
      share("coherence", coherence);
      share("completeness", completeness);
      share("accuracy", accuracy);
    }

    @Nullable Double of(Measure measure) {
      return switch (measure) {
        case FAITHFULNESS -> faithfulness;
        case RELEVANCY -> relevancy;
        case COHERENCE -> coherence;
        case COMPLETENESS -> completeness;
        case ACCURACY -> accuracy;
      };
    }
  }

  /**
   * How the enforced assertions decide together, and the aggregate with them.
   *
   * @param strategy default {@code all}
   * @param threshold between 0 and 1: of the weighted average, default 0.5; with the other
   *     strategies what the aggregate must reach to count as one that passes, default: it is not
   *     counted, as the thresholds have looked at it
   */
  public record PassPolicy(Strategy strategy, @Nullable Double threshold) {
    static final PassPolicy DEFAULT = new PassPolicy(Strategy.ALL, null);

    public PassPolicy {
      strategy = strategy == null ? Strategy.ALL : strategy;
      share("threshold", threshold);
    }

    double limit() {
      return threshold == null ? 0.5 : threshold;
    }
  }

  /** See {@link PassPolicy}. */
  public enum Strategy {
    /** Each passes. */
    ALL,
    /** One passes. */
    ANY,
    /** More than half pass. */
    MAJORITY,
    /** The average of the scores by weight reaches the threshold; the aggregate has weight 1. */
    WEIGHTED_AVERAGE
  }

  /**
   * What follows for an answer that does not pass.
   *
   * @param action default {@code block}
   * @param message what the client is told, as the error of a block or as the answer of a fallback;
   *     default the gateway's own words
   * @param then what follows if the answer to a retry does not pass either; default {@code block}
   */
  public record FailureAction(FailAction action, @Nullable String message, FailAction then) {
    static final FailureAction BLOCK = new FailureAction(FailAction.BLOCK, null, FailAction.BLOCK);
    private static final int LONGEST = 8192;

    public FailureAction {
      action = action == null ? FailAction.BLOCK : action;
      boolean retried = then != null && then != FailAction.BLOCK;
      if (retried && (action != FailAction.RETRY || then == FailAction.RETRY)) {
        throw new IllegalArgumentException(
            "then: says what follows a retry, which is done once: use it with `action: retry` and"
                + " another action");
      }
      then = then == null ? FailAction.BLOCK : then;
      if (message != null && (message.isBlank() || message.length() > LONGEST)) {
        throw new IllegalArgumentException("message: must have 1 to " + LONGEST + " characters");
      }
      FailAction last = action == FailAction.RETRY ? then : action;
      if (message != null && (last == FailAction.FLAG || last == FailAction.ESCALATE)) {
        throw new IllegalArgumentException("message: is told by a block or a fallback only");
      }
    }
  }

  /** See {@link FailureAction}. */
  public enum FailAction {
    BLOCK,
    /** The same target is asked once more. */
    RETRY,
    /** The client gets the message as its answer. */
    FALLBACK,
    /** As fallback. */
    REPLACE,
    /** A block that asks for a person. */
    ESCALATE,
    /** The answer leaves; metrics and trail tell it. */
    FLAG
  }

  /**
   * How a judge is asked. Provider, model and key belong to the target.
   *
   * @param id of a target of the pack
   * @param label what the report calls it; default the id
   * @param config members of the request
   */
  public record JudgeSettings(
      String id,
      @Nullable String label,
      @Nullable String provider,
      @Nullable String model,
      @Nullable JsonNode secretKeyRef,
      Map<String, JsonNode> config) {

    public JudgeSettings {
      if (id == null || id.isBlank()) {
        throw new IllegalArgumentException("id: must name a target of the pack");
      }
      moved("provider", provider);
      moved("model", model);
      moved("secret_key_ref", secretKeyRef);
      config = config == null ? Map.of() : config;
      JudgeOptions.check("config", config);
    }

    private static void moved(String key, @Nullable Object value) {
      if (value != null) {
        throw new IllegalArgumentException(
            key
                + ": a judge is a target: put it under providers.targets with its provider, model"
                + " and key, and name its id here");
      }
    }

    String name() {
      return label == null ? id : label;
    }
  }

  static void share(String key, @Nullable Double value) {
    if (value != null && !(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(key + ": must be between 0 and 1");
    }
  }

  @Override
  public String name() {
    return "quality-scorer";
  }

  @Override
  public Class<Config> config() {
    return Config.class;
  }

  @Override
  public Mode mode() {
    return Mode.BUFFERED;
  }

  @Override
  public Policy compile(Config config) {
    return Policy.of(name()).withAnswer(new Grading(config));
  }

  @Override
  public Map<String, String> judges(Config config) {
    Map<String, String> judges = new LinkedHashMap<>();
    Set<String> named = new LinkedHashSet<>();
    for (int i = 0; i < config.assertions().size(); i++) {
      Assertion assertion = config.assertions().get(i);
      if (assertion.provider() != null) {
        judges.put("assertions[" + i + "].provider", assertion.provider());
        named.add(assertion.provider());
      }
    }
    for (int i = 0; i < config.providers().size(); i++) {
      if (!named.contains(config.providers().get(i).id())) {
        judges.put("providers[" + i + "].id", config.providers().get(i).id());
      }
    }
    return judges;
  }

  @Override
  public List<String> warnings(Config config) {
    return QualityAdvice.of(config);
  }
}
