package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.pack.PackDocument.Fallback;
import io.keeptrusts.gateway.pack.PackDocument.ModelGroup;
import io.keeptrusts.gateway.pack.PackDocument.Target;
import io.keeptrusts.gateway.pack.Problem.Code;
import io.keeptrusts.gateway.provider.Strategy;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keys that do nothing without one another: weights, prices and the strategies that read them. */
final class StrategyCheck {
  private final Problems problems;
  private final Yaml.Mapping section;
  private final String path;

  StrategyCheck(Problems problems, Yaml.Mapping section, String path) {
    this.problems = problems;
    this.section = section;
    this.path = path;
  }

  void check(List<Target> targets, @Nullable Fallback fallback, List<ModelGroup> groups) {
    Set<Strategy> used = EnumSet.noneOf(Strategy.class);
    if (fallback != null) {
      used.add(fallback.strategy());
    }
    groups.forEach(
        group -> {
          if (group.strategy() != null) {
            used.add(group.strategy());
          }
        });
    boolean weights = targets.stream().anyMatch(target -> target.weight() != null);
    long priced = targets.stream().filter(target -> target.cost() != null).count();
    if (weights && !used.contains(Strategy.WEIGHTED)) {
      warn("targets", "a weight does nothing without the strategy `weighted`");
    }
    if (used.contains(Strategy.WEIGHTED) && !weights) {
      warn("fallback", "no target has a weight: `weighted` is the same as `random`");
    }
    if (priced > 0 && !used.contains(Strategy.COST)) {
      warn("targets", "a cost does nothing without the strategy `cost`");
    }
    if (used.contains(Strategy.COST) && priced < targets.size()) {
      warn("fallback", "a target without `cost` comes last under the strategy `cost`");
    }
  }

  private void warn(String key, String message) {
    Yaml at = section.get(key);
    problems.add(Code.W110, at == null ? section.at() : at.at(), path + "." + key, message);
  }
}
