package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.pack.PackDocument.CircuitBreaker;
import io.keeptrusts.gateway.pack.PackDocument.Fallback;
import io.keeptrusts.gateway.pack.PackDocument.ModelGroup;
import io.keeptrusts.gateway.pack.PackDocument.Providers;
import io.keeptrusts.gateway.pack.PackDocument.Target;
import io.keeptrusts.gateway.pack.Problem.Code;
import io.keeptrusts.gateway.provider.Strategy;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keys of the providers section that do nothing without one another: weights, prices and the
 * strategies that read them, retries and their reasons, a circuit that never opens.
 */
final class StrategyCheck {
  private final Problems problems;
  private final Yaml.Mapping section;
  private final String path;
  private final List<Target> targets;
  private final @Nullable Fallback fallback;
  private final CircuitBreaker breaker;
  private final List<ModelGroup> groups;

  StrategyCheck(Problems problems, Yaml.Mapping section, String path, Providers providers) {
    this.problems = problems;
    this.section = section;
    this.path = path;
    this.targets = providers.targets();
    this.fallback = providers.fallback();
    this.breaker = providers.circuitBreaker();
    this.groups = providers.modelGroups();
  }

  void check() {
    figures(
        Strategy.WEIGHTED,
        "weight",
        target -> target.weight() != null,
        "no target has a weight: `weighted` is the same as `random`",
        false);
    figures(
        Strategy.COST,
        "cost",
        target -> target.cost() != null,
        "a target without `cost` comes last under the strategy `cost`",
        true);
    if (fallback != null) {
      fallback(fallback);
    }
    Yaml block = section.get("circuit_breaker");
    if (breaker.failureThreshold() == 0
        && block instanceof Yaml.Mapping keys
        && keys.fields().size() > 1) {
      warn(
          "circuit_breaker.failure_threshold",
          "0 never opens a circuit: the other keys have no effect");
    }
    for (int i = 0; i < groups.size(); i++) {
      group("model_groups[" + i + "]", groups.get(i));
    }
  }

  /**
   * A figure of targets that one strategy reads.
   *
   * @param all whether each target wants one, or one is enough
   */
  private void figures(
      Strategy strategy, String key, Predicate<Target> has, String without, boolean all) {
    if (targets.stream().anyMatch(target -> has.test(target) && !reads(strategy, target))) {
      warn("targets", "a " + key + " does nothing without the strategy `" + strategy + "`");
    }
    Predicate<List<Target>> lacks =
        read -> all ? !read.stream().allMatch(has) : read.stream().noneMatch(has);
    if (fallback != null && fallback.strategy() == strategy && lacks.test(targets)) {
      warn("fallback", without);
    } else if (groups.stream()
        .anyMatch(group -> group.strategy() == strategy && lacks.test(members(group)))) {
      warn("model_groups", without);
    }
  }

  private boolean reads(Strategy strategy, Target target) {
    return fallback != null && fallback.strategy() == strategy
        || groups.stream()
            .anyMatch(g -> g.strategy() == strategy && g.targets().contains(target.id()));
  }

  private List<Target> members(ModelGroup group) {
    return targets.stream().filter(target -> group.targets().contains(target.id())).toList();
  }

  private void fallback(Fallback given) {
    if (given.retryOn().isEmpty() && given.maxRetries() > 0) {
      warn("fallback.retry_on", "is empty: no failure leads to a further attempt");
    }
    boolean reasons =
        section.get("fallback") instanceof Yaml.Mapping m && m.get("retry_on") != null;
    if (given.maxRetries() == 0 && reasons && !given.retryOn().isEmpty()) {
      warn("fallback.retry_on", "has no effect with `max_retries: 0`");
    }
    boolean latency =
        given.strategy() == Strategy.LATENCY
            || given.maxLatencyMs() != null
            || groups.stream().anyMatch(group -> group.strategy() == Strategy.LATENCY);
    if (given.latencyWindow() != null && !latency) {
      warn(
          "fallback.latency_window",
          "has no effect without the strategy `latency` or max_latency_ms");
    }
    boolean shared = shared();
    boolean chooses = groups.stream().anyMatch(g -> g.strategy() == null && members(g).size() > 1);
    if (given.strategy() != Strategy.ORDERED && !shared && !chooses) {
      warn(
          "fallback.strategy",
          "has no effect: no two targets share a model and no group of several follows it");
    }
    if (given.maxLatencyMs() != null
        && !shared
        && groups.stream().allMatch(group -> members(group).size() < 2)) {
      warn("fallback.max_latency_ms", "has no effect: no model has several targets");
    }
  }

  /** Targets without a model serve every name, all of them. */
  private boolean shared() {
    return targets.stream().map(Target::model).distinct().count() < targets.size();
  }

  private void group(String key, ModelGroup group) {
    var own = new HashSet<>(group.targets());
    if (own.size() < group.targets().size()) {
      warn(key + ".targets", "a target stands twice: it is asked once");
    }
    if (own.size() == 1 && group.strategy() != null) {
      warn(key + ".strategy", "has no effect on a single target");
    }
    for (ModelGroup spare : groups) {
      if (!spare.name().equals(group.name())
          && spare.name().equals(group.fallbackGroup())
          && own.containsAll(spare.targets())) {
        warn(key + ".fallback_group", "has no effect: the group has its targets already");
      }
    }
    groups.stream()
        .filter(spare -> spare.name().equals(group.fallbackGroup()))
        .forEach(spare -> own.addAll(spare.targets()));
    for (Target target : targets) {
      boolean named =
          target.model() != null
              && (group.name().equals(target.model()) || group.aliases().contains(target.model()));
      if (named && !own.contains(target.id())) {
        warn(
            key,
            "goes by the model of target `%s` and leaves it out: by that name it is not asked"
                .formatted(Suggest.shortened(target.id())));
      }
    }
  }

  private void warn(String key, String message) {
    problems.add(Code.W110, Yaml.nearest(section, key).at(), path + "." + key, message);
  }
}
