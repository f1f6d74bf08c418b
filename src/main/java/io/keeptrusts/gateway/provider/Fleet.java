package io.keeptrusts.gateway.provider;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * What the gateway knows of its targets from one request to the next. It outlives packs: a target
 * that stays what it is keeps its health across a reload. Thread-safe.
 */
public final class Fleet {
  private record Identity(String id, String host, int port, String path) {}

  private final Map<Identity, Health> health = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();
  private final LongSupplier clock;
  private final RandomGenerator random;

  public Fleet() {
    this(System::nanoTime, RandomGeneratorFactory.of("SplittableRandom").create());
  }

  /** With a clock and a lot of one's own. */
  Fleet(LongSupplier clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  public Health of(Target target) {
    var base = target.base();
    return health.computeIfAbsent(
        new Identity(target.id(), base.host(), base.port(), base.path()), key -> new Health());
  }

  public long now() {
    return clock.getAsLong();
  }

  /** Between 0 and 1. */
  synchronized double lot() {
    return random.nextDouble();
  }

  /** Counts how often these targets were chosen from; named by the first of them. */
  int turn(Target first) {
    return turns.computeIfAbsent(first.id(), id -> new AtomicInteger()).getAndIncrement();
  }
}
