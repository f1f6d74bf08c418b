package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.keeptrusts.gateway.provider.ProviderFailure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which targets may answer a request, in which order. Immutable.
 *
 * @param targets in file order; targets that share a model are each other's fallbacks
 * @param groups further names for lists of targets
 */
public record Routes(List<Target> targets, Map<String, Group> groups, Routing routing) {

  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final int DOUBLINGS = 3;

  /**
   * A name for several targets.
   *
   * @param targets at least one
   * @param spare asked after them, in file order; perhaps none
   */
  public record Group(List<Target> targets, Strategy strategy, List<Target> spare) {
    public Group {
      targets = List.copyOf(targets);
      spare = List.copyOf(spare);
    }
  }

  public Routes {
    targets = List.copyOf(targets);
    groups = new LinkedHashMap<>(groups);
  }

  /**
   * The targets to ask for a model name and a task, at least one, in the order of the attempts. A
   * target that stands in it twice is asked again when the others have failed too.
   *
   * @throws io.keeptrusts.gateway.exchange.GatewayException 404 for a name that nobody serves, 422
   *     if none of those who serve it has learned the task, 503 if no one can be asked
   */
  public List<Target> find(String model, Task task, Fleet fleet) {
    if (targets.isEmpty()) {
      throw unavailable(
          "The pack has no targets: add providers.targets with an id, a provider and a model.",
          Duration.ofSeconds(30));
    }
    List<Target> found = candidates(model, new Order(routing, fleet));
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
    List<Target> able = found.stream().filter(target -> target.cannot(task) == null).toList();
    if (able.isEmpty()) {
      throw GatewayError.invalid(
              "Target " + found.getFirst().id() + " " + found.getFirst().cannot(task) + ".",
              "model")
          .exception();
    }
    List<Target> ready = able.stream().filter(target -> target.missing() == null).toList();
    if (ready.isEmpty()) {
      throw unavailable(
          "Target " + able.getFirst().id() + " is unavailable: " + able.getFirst().missing() + ".",
          Duration.ofSeconds(30));
    }
    refuseAllOpen(ready, fleet);
    return attempts(ready);
  }

  /** The target with this id; null if there is none. */
  public @Nullable Target target(String id) {
    return targets.stream().filter(target -> target.id().equals(id)).findFirst().orElse(null);
  }

  private void refuseAllOpen(List<Target> ready, Fleet fleet) {
    long now = fleet.now();
    if (routing.breaker().refuse()
        && ready.stream().noneMatch(target -> fleet.of(target).isReady(routing.breaker(), now))) {
      Duration rest =
          ready.stream()
              .map(target -> fleet.of(target).rest(now))
              .min(Duration::compareTo)
              .orElseThrow();
      throw unavailable(
          "Every target of this model has failed lately and is given a rest; ask again later.",
          rest.plusSeconds(1));
    }
  }

  private List<Target> attempts(List<Target> ready) {
    int most = routing.maxRetries() + 1;
    return routing.again()
        ? Stream.generate(() -> ready).flatMap(List::stream).limit(most).toList()
        : ready.stream().limit(most).toList();
  }

  /** Whether the pack itself uses this name; a target that serves every name does not count. */
  public boolean names(String model) {
    return groups.containsKey(model)
        || targets.stream().anyMatch(t -> t.id().equals(model) || model.equals(t.model()));
  }

  private List<Target> candidates(String model, Order order) {
    Group group = groups.get(model);
    if (group != null) {
      return Stream.concat(
              order.of(group.targets(), group.strategy()).stream(), group.spare().stream())
          .distinct()
          .toList();
    }
    for (Target target : targets) {
      if (target.id().equals(model)) {
        List<Target> others =
            targets.stream()
                .filter(other -> !target.id().equals(other.id()) && sharesModel(target, other))
                .toList();
        // It was asked for by name: it leads, whatever the strategy says.
        return others.isEmpty()
            ? List.of(target)
            : order.of(
                Stream.concat(Stream.of(target), order.of(others, routing.strategy()).stream())
                    .toList(),
                Strategy.ORDERED);
      }
    }
    List<Target> named = targets.stream().filter(target -> model.equals(target.model())).toList();
    List<Target> all = targets.stream().filter(Target::servesAll).toList();
    List<Target> found =
        new ArrayList<>(named.isEmpty() ? List.of() : order.of(named, routing.strategy()));
    found.addAll(all.isEmpty() ? List.of() : order.of(all, routing.strategy()));
    return found;
  }

  private static boolean sharesModel(Target one, Target other) {
    return one.model() != null && one.model().equals(other.model());
  }

  private static RuntimeException unavailable(String message, Duration later) {
    return GatewayError.overloaded("no_provider", message, later).exception();
  }

  /** Begins an attempt at a target. */
  public Turn turn(Target target, Fleet fleet) {
    return new Turn(fleet, target, routing);
  }

  /**
   * How long to wait before a target that has failed is asked again: as long as it asked for, and
   * no shorter than a pause that grows with the attempts, drawn by lot so that the clients of a
   * target that comes back do not come all at once.
   */
  public Duration pause(Target target, int attempt, Fleet fleet) {
    long grown = FIRST_PAUSE_MILLIS << Math.min(attempt - 1, DOUBLINGS);
    Duration pause = Duration.ofMillis((long) (grown * (0.5 + fleet.lot() / 2)));
    Duration rest = fleet.of(target).rest(fleet.now());
    return rest.compareTo(pause) > 0 ? rest : pause;
  }

  /** Whether another target may be asked after this failure. */
  public boolean retries(ProviderFailure failure) {
    return switch (failure.kind()) {
      case CONNECTION ->
          routing.retryOn().contains(Kind.CONNECTION) || routing.retryOn().contains(Kind.SERVER);
      case SERVER, TIMEOUT, RATE_LIMIT -> routing.retryOn().contains(failure.kind());
      case CALLER -> false;
    };
  }

  /** Every name a request may use, in the order of the pack, with the vendor behind it. */
  public Map<String, String> models() {
    Map<String, String> names = new LinkedHashMap<>();
    groups.forEach((name, group) -> names.put(name, group.targets().getFirst().vendor().name()));
    for (Target target : targets) {
      names.putIfAbsent(
          target.model() == null ? target.id() : target.model(), target.vendor().name());
      names.putIfAbsent(target.id(), target.vendor().name());
    }
    return names;
  }
}
