package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.pack.PackDocument.Fallback;
import io.keeptrusts.gateway.pack.PackDocument.Providers;
import io.keeptrusts.gateway.pack.PackDocument.StreamFailure;
import io.keeptrusts.gateway.pack.PackDocument.Target;
import io.keeptrusts.gateway.pack.Problem.Code;
import java.util.List;

/** Whether {@code stream_failure: continue} can ever do what it says. */
final class ContinueCheck {
  private static final String KEY = "stream_failure";

  private final Problems problems;
  private final Yaml.Mapping section;
  private final String path;
  private final VendorNames vendors;
  private final Providers providers;

  ContinueCheck(
      Problems problems,
      Yaml.Mapping section,
      String path,
      VendorNames vendors,
      Providers providers) {
    this.problems = problems;
    this.section = section;
    this.path = path;
    this.vendors = vendors;
    this.providers = providers;
  }

  void check() {
    List<Target> targets = providers.targets();
    if (providers.streamFailure() == StreamFailure.ERROR || targets.isEmpty()) {
      return;
    }
    Fallback fallback = providers.fallback();
    if (targets.stream().noneMatch(this::prefills)) {
      inert(
          "no target can be given the beginning of its answer: mistral, vllm, ollama and the models"
              + " of anthropic before 4.6 can");
    } else if (fallback != null && fallback.maxRetries() == 0) {
      inert("`max_retries: 0` leaves no further attempt");
    } else if (fallback == null && targets.stream().noneMatch(this::standsIn)) {
      inert(
          "no target that can go on with an answer stands in for another one, and without a"
              + " `fallback` block none is asked twice");
    }
  }

  private boolean prefills(Target target) {
    return vendors.prefills(target.provider(), target.model());
  }

  private boolean standsIn(Target target) {
    return prefills(target)
        && (providers.targets().stream()
                .anyMatch(
                    other ->
                        !other.id().equals(target.id())
                            && target.model() != null
                            && target.model().equals(other.model()))
            || providers.modelGroups().stream()
                .anyMatch(
                    group ->
                        group.targets().contains(target.id())
                                && (group.targets().size() > 1 || group.fallbackGroup() != null)
                            || isSpare(target, group)));
  }

  private boolean isSpare(Target target, PackDocument.ModelGroup group) {
    return providers.modelGroups().stream()
        .anyMatch(
            spare ->
                spare.name().equals(group.fallbackGroup())
                    && spare.targets().contains(target.id()));
  }

  private void inert(String why) {
    problems.add(
        Code.W110,
        Yaml.nearest(section, KEY).at(),
        path + "." + KEY,
        "`continue` has no effect: " + why);
  }
}
