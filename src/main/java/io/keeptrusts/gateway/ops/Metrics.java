package io.keeptrusts.gateway.ops;

import io.keeptrusts.gateway.exchange.Ended;
import io.keeptrusts.gateway.exchange.Observer;
import io.keeptrusts.gateway.exchange.Operation;
import io.keeptrusts.gateway.exchange.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All metric names, and how they are counted. Tags come from the pack and the code, never from a
 * request.
 */
@Singleton
public final class Metrics implements Observer {
  private static final String PREFIX = "keeptrusts.gateway.";
  private static final Duration[] LATENCIES = {
    Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMillis(50), Duration.ofMillis(100),
        Duration.ofMillis(250),
    Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2500), Duration.ofSeconds(5),
        Duration.ofSeconds(10),
    Duration.ofSeconds(30), Duration.ofSeconds(120)
  };

  private final MeterRegistry registry;
  private final GenAiMeters genAi;
  private final AtomicInteger open = new AtomicInteger();
  private final Counter chunks;
  private final Counter late;
  private final Counter slides;
  private final DistributionSummary held;
  private final Timer heldFor;
  private final Map<String, Timer> timers = new ConcurrentHashMap<>();
  private final Map<String, BooleanSupplier> ready = new ConcurrentHashMap<>();
  private final Map<String, Counter> attempts = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> continued = new ConcurrentHashMap<>();

  public Metrics(MeterRegistry registry) {
    this.registry = registry;
    this.genAi = new GenAiMeters(registry);
    registry.gauge(PREFIX + "open.streams", open);
    chunks = counter("chunks", "Chunks written to clients");
    late = counter("late.characters", "Characters that came after their choice had ended, dropped");
    slides = counter("slides", "Matches that outgrew the cap of their rule");
    held =
        DistributionSummary.builder(PREFIX + "holdback.characters")
            .description("Characters held after a batch until they are certain")
            .serviceLevelObjectives(0.5, 1, 4, 16, 64, 256, 1024)
            .register(registry);
    heldFor =
        Timer.builder(PREFIX + "holdback")
            .description("For how long something was held without a break")
            .serviceLevelObjectives(LATENCIES)
            .register(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(PREFIX + name).description(description).register(registry);
  }

  @Override
  public void opened() {
    open.incrementAndGet();
  }

  @Override
  public void closed(Ended ended) {
    open.decrementAndGet();
    String provider = ended.operation().provider();
    registry
        .counter(
            PREFIX + "requests",
            "provider",
            provider,
            "status",
            Integer.toString(ended.status()),
            "outcome",
            ended.outcome(),
            "stream",
            Boolean.toString(ended.stream()))
        .increment();
    timer("request.duration", provider).record(ended.nanos(), TimeUnit.NANOSECONDS);
    if (ended.code() != null) {
      String policy = ended.policy() == null ? "none" : ended.policy();
      registry.counter(PREFIX + "errors", "code", ended.code(), "policy", policy).increment();
    }
    genAi.served(ended);
  }

  @Override
  public void asked(Operation operation, String error, long nanos, @Nullable Usage usage) {
    genAi.asked(operation, error, nanos, usage);
  }

  @Override
  public void chunks(int count) {
    chunks.increment(count);
  }

  @Override
  public void upstreamFirst(String provider, long nanos) {
    timer("upstream.first.token", provider).record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void deliveredFirst(String provider, long nanos) {
    timer("delivered.first.token", provider).record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(String name, String provider) {
    return timers.computeIfAbsent(
        name + "/" + provider,
        key ->
            Timer.builder(PREFIX + name)
                .tag("provider", provider)
                .serviceLevelObjectives(LATENCIES)
                .register(registry));
  }

  @Override
  public void held(int characters) {
    held.record(characters);
  }

  @Override
  public void heldFor(long nanos) {
    heldFor.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void verdict(String phase, String policy, String verdict, int count) {
    registry
        .counter(PREFIX + "verdicts", "phase", phase, "policy", policy, "verdict", verdict)
        .increment(count);
  }

  @Override
  public void limited(String scope, String measure) {
    registry.counter(PREFIX + "limits.refused", "scope", scope, "limit", measure).increment();
  }

  @Override
  public void late(int characters) {
    late.increment(characters);
  }

  @Override
  public void slides(long count) {
    slides.increment((double) count);
  }

  @Override
  public void attempt(String target, BooleanSupplier isReady) {
    // Of a target that a reload has moved elsewhere, the new place counts.
    if (ready.put(target, isReady) == null) {
      Gauge.builder(
              PREFIX + "target.ready",
              ready,
              all -> all.getOrDefault(target, isReady).getAsBoolean() ? 1 : 0)
          .description("1 while neither its circuit nor a rate limit keeps a target back")
          .tag("target", target)
          .register(registry);
    }
    attempts.computeIfAbsent(target, this::counterOf).increment();
  }

  @Override
  public void attemptFailed(String target, String kind, boolean next) {
    failures.computeIfAbsent(target, id -> new LongAdder()).increment();
    registry
        .counter(
            PREFIX + "attempts.failed",
            "target",
            target,
            "kind",
            kind,
            "fallback",
            Boolean.toString(next))
        .increment();
  }

  @Override
  public void continued(String target) {
    continued.computeIfAbsent(target, id -> new LongAdder()).increment();
    registry.counter(PREFIX + "streams.continued", "target", target).increment();
  }

  @Override
  public void tokens(String provider, long prompt, long completion) {
    registry
        .counter(PREFIX + "tokens", "provider", provider, "direction", "input")
        .increment((double) Math.max(0, prompt));
    registry
        .counter(PREFIX + "tokens", "provider", provider, "direction", "output")
        .increment((double) Math.max(0, completion));
  }

  private Counter counterOf(String target) {
    return Counter.builder(PREFIX + "attempts")
        .description("Requests to a target")
        .tag("target", target)
        .register(registry);
  }

  /** How often a target was asked since the start. */
  public long attempts(String target) {
    Counter count = attempts.get(target);
    return count == null ? 0 : (long) count.count();
  }

  /** How often a target failed since the start. */
  public long failures(String target) {
    return count(failures, target);
  }

  /** How often it went on with an answer that another target had broken off, since the start. */
  public long continuations(String target) {
    return count(continued, target);
  }

  private static long count(Map<String, LongAdder> counts, String target) {
    LongAdder count = counts.get(target);
    return count == null ? 0 : count.sum();
  }
}
