package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.keeptrusts.gateway.provider.ProviderFailure.Kind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which targets may answer a request, in which order. Immutable.
 *
 * @param targets in file order; targets that share a model are each other's fallbacks
 * @param groups further names for lists of targets
 * @param maxRetries how many further targets are tried while nothing was delivered
 * @param retryOn which failures move on to the next target
 */
public record Routes(
    List<Target> targets, Map<String, List<Target>> groups, int maxRetries, Set<Kind> retryOn) {

  public Routes {
    targets = List.copyOf(targets);
    groups = new LinkedHashMap<>(groups);
    retryOn = Set.copyOf(retryOn);
  }

  /**
   * The targets to try for a model name, at least one.
   *
   * @throws io.keeptrusts.gateway.exchange.GatewayException 404 for a name that nobody serves, 503
   *     if no one can be asked
   */
  public List<Target> find(String model) {
    if (targets.isEmpty()) {
      throw unavailable(
          "The pack has no targets: add providers.targets with an id, a provider and a model.");
    }
    List<Target> found = candidates(model);
    if (found.isEmpty()) {
      throw new GatewayError(
              404,
              Type.VALIDATION_ERROR,
              "model_not_found",
              "This gateway serves no such model. GET /v1/models lists what it serves.",
              null,
              "model",
              null)
          .exception();
    }
    List<Target> ready =
        found.stream().filter(target -> target.missing() == null).limit(maxRetries + 1L).toList();
    if (ready.isEmpty()) {
      throw unavailable(
          "Target "
              + found.getFirst().id()
              + " is unavailable: "
              + found.getFirst().missing()
              + ".");
    }
    return ready;
  }

  private List<Target> candidates(String model) {
    List<Target> group = groups.get(model);
    if (group != null) {
      return group;
    }
    Set<Target> found = new LinkedHashSet<>();
    for (Target target : targets) {
      if (target.id().equals(model)) {
        found.add(target);
        targets.stream()
            .filter(other -> target.model() != null && target.model().equals(other.model()))
            .forEach(found::add);
        return List.copyOf(found);
      }
    }
    for (Target target : targets) {
      if (model.equals(target.model())) {
        found.add(target);
      }
    }
    targets.stream().filter(Target::servesAll).forEach(found::add);
    return List.copyOf(found);
  }

  private static RuntimeException unavailable(String message) {
    return GatewayError.overloaded("no_provider", message, Duration.ofSeconds(30)).exception();
  }

  /** Whether another target may be asked after this failure. */
  public boolean retries(ProviderFailure failure) {
    return switch (failure.kind()) {
      case CONNECTION -> retryOn.contains(Kind.CONNECTION) || retryOn.contains(Kind.SERVER);
      case SERVER, TIMEOUT, RATE_LIMIT -> retryOn.contains(failure.kind());
      case CALLER -> false;
    };
  }

  /** Every name a request may use, in the order of the pack, with the vendor behind it. */
  public Map<String, String> models() {
    Map<String, String> names = new LinkedHashMap<>();
    groups.forEach((name, members) -> names.put(name, members.getFirst().vendor().name()));
    for (Target target : targets) {
      names.putIfAbsent(
          target.model() == null ? target.id() : target.model(), target.vendor().name());
      names.putIfAbsent(target.id(), target.vendor().name());
    }
    return names;
  }
}
