package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.pack.PackDocument.Entry;
import io.keeptrusts.gateway.pack.PackDocument.Target;
import io.keeptrusts.gateway.pack.Problem.Code;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.provider.Task;
import java.util.List;
import java.util.Map;

/** Embeddings have no text: there is nothing to check in them, and nobody who could judge. */
final class TaskCheck {
  private final Problems problems;
  private final Yaml.Mapping root;
  private final List<Target> targets;

  TaskCheck(Problems problems, Yaml.Mapping root, List<Target> targets) {
    this.problems = problems;
    this.root = root;
    this.targets = targets;
  }

  void check(List<Entry> chain) {
    boolean embeds = !targets.isEmpty() && targets.stream().allMatch(TaskCheck::embeds);
    for (Entry entry : chain) {
      if (entry.enabled()) {
        judges(entry.bean(), entry.config());
      }
      if (entry.enabled() && embeds && checksAnswersOnly(entry.policy())) {
        problems.add(
            Code.W110,
            Yaml.nearest(root, "policies.chain").at(),
            "policies.chain",
            "`"
                + entry.kind()
                + "` has no effect: all targets are for embeddings, which are no text");
      }
    }
  }

  private <C extends Record> void judges(PolicyKind<C> kind, Record config) {
    Map<String, String> judges = kind.judges(kind.config().cast(config));
    judges.forEach(
        (key, id) -> {
          if (targets.stream().anyMatch(target -> target.id().equals(id) && embeds(target))) {
            String path = "policy." + kind.name() + "." + key;
            problems.add(
                Code.E003,
                Yaml.nearest(root, path).at(),
                path,
                "this target is for embeddings only: it cannot judge",
                "name one that chats");
          }
        });
  }

  private static boolean embeds(Target target) {
    return target.task() == Task.EMBEDDINGS;
  }

  private static boolean checksAnswersOnly(Policy policy) {
    boolean answers =
        policy.answer() != null || policy.tools() != null || !policy.output().isEmpty();
    return answers && policy.prompt() == null && policy.input().isEmpty();
  }
}
