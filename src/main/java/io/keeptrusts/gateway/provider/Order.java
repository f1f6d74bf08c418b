package io.keeptrusts.gateway.provider;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Puts targets in the order in which a strategy asks them. */
final class Order {
  private final Routing routing;
  private final Fleet fleet;
  private final long now;

  Order(Routing routing, Fleet fleet) {
    this.routing = routing;
    this.fleet = fleet;
    this.now = fleet.now();
  }

  /** All of them, in order; those that need a rest come after those that do not. */
  List<Target> of(List<Target> targets, Strategy strategy) {
    if (targets.size() == 1) {
      return targets;
    }
    List<Target> order =
        switch (strategy) {
          case ORDERED -> new ArrayList<>(targets);
          case ROUND_ROBIN -> inTurn(targets);
          case WEIGHTED -> drawn(targets, true);
          case RANDOM -> drawn(targets, false);
          case LATENCY -> sorted(targets, Comparator.comparingDouble(this::latency));
          case COST -> sorted(targets, Comparator.comparingDouble(Target::price));
        };
    return rested(order);
  }

  private List<Target> inTurn(List<Target> targets) {
    int first = Math.floorMod(fleet.turn(targets.getFirst()), targets.size());
    List<Target> order = new ArrayList<>(targets.subList(first, targets.size()));
    order.addAll(targets.subList(0, first));
    return order;
  }

  private List<Target> drawn(List<Target> targets, boolean weighted) {
    List<Target> left = new ArrayList<>(targets);
    List<Target> order = new ArrayList<>();
    while (!left.isEmpty()) {
      double all = left.stream().mapToDouble(target -> weighted ? target.weight() : 1).sum();
      double lot = fleet.lot() * all;
      int chosen = 0;
      while (chosen < left.size() - 1 && lot >= (weighted ? left.get(chosen).weight() : 1)) {
        lot -= weighted ? left.get(chosen).weight() : 1;
        chosen++;
      }
      order.add(left.remove(chosen));
    }
    return order;
  }

  private static List<Target> sorted(List<Target> targets, Comparator<Target> by) {
    List<Target> order = new ArrayList<>(targets);
    order.sort(by); // stable: equals stay in file order
    return order;
  }

  /** One that was not measured lately is asked first, so that it is. */
  private double latency(Target target) {
    return fleet.of(target).latency(routing.latencyWindow(), now);
  }

  private List<Target> rested(List<Target> order) {
    order.sort(Comparator.comparingInt(this::rank));
    return order;
  }

  private int rank(Target target) {
    Health health = fleet.of(target);
    if (!health.isReady(routing.breaker(), now)) {
      return 2;
    }
    return routing.maxLatency() != null
            && health.latency(routing.latencyWindow(), now) > routing.maxLatency().toNanos()
        ? 1
        : 0;
  }
}
