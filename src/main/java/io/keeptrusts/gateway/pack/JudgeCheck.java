package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.pack.PackDocument.Entry;
import io.keeptrusts.gateway.pack.Problem.Code;
import io.keeptrusts.gateway.policy.PolicyKind;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The targets that policies ask about answers: they must exist, and they see what the policies
 * before left, so personal data should be masked by then.
 */
final class JudgeCheck {

  private static final String MASKS = "pii-detector";

  private final Problems problems;
  private final Yaml.Mapping root;
  private final Set<String> targets;

  /**
   * @param targets every id of the pack
   */
  JudgeCheck(Problems problems, Yaml.Mapping root, Set<String> targets) {
    this.problems = problems;
    this.root = root;
    this.targets = targets;
  }

  void check(List<Entry> chain) {
    boolean masked = false;
    for (Entry entry : chain) {
      masked |= entry.enabled() && entry.kind().equals(MASKS);
      if (entry.enabled()) {
        check(entry.bean(), entry.config(), masked);
      }
    }
  }

  private <C extends Record> void check(PolicyKind<C> kind, Record config, boolean masked) {
    Map<String, String> judges = kind.judges(kind.config().cast(config));
    String path = "policy." + kind.name() + ".";
    judges.forEach((key, target) -> exists(path + key, target));
    if (!judges.isEmpty() && !masked) {
      String key = path + judges.keySet().iterator().next();
      problems.add(
          Code.W106,
          Yaml.nearest(root, key).at(),
          key,
          "this judge is shown answers before `" + MASKS + "` has masked them",
          "put `" + MASKS + "` before `" + kind.name() + "` in policies.chain");
    }
  }

  private void exists(String key, String target) {
    if (!targets.contains(target)) {
      problems.add(
          Code.E008,
          Yaml.nearest(root, key).at(),
          key,
          "no target has the id `" + Suggest.shortened(target) + "`",
          Suggest.among(target, targets));
    }
  }
}
