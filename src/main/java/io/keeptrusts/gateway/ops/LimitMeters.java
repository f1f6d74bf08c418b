package io.keeptrusts.gateway.ops;

import io.keeptrusts.gateway.Gateway;
import io.keeptrusts.gateway.limits.Limiter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** How what counts for the limits is doing. */
@Singleton
public final class LimitMeters {
  private static final String PREFIX = "keeptrusts.gateway.limits.";

  void start(@Observes StartupEvent event, Gateway gateway, MeterRegistry registry) {
    register(gateway.limiter(), registry);
  }

  /** Gauges of Redis are there only where it is used. */
  public static void register(Limiter limiter, MeterRegistry registry) {
    Gauge.builder(PREFIX + "callers", limiter, each -> each.status().callers())
        .description("Counters in the memory of this process")
        .register(registry);
    if (limiter.status().shared()) {
      Gauge.builder(PREFIX + "redis.up", limiter, each -> each.status().up() ? 1 : 0)
          .description("1 while replicas can count together")
          .register(registry);
      FunctionCounter.builder(PREFIX + "redis.failed", limiter, each -> each.status().failures())
          .description("Times that Redis could not be asked")
          .register(registry);
    }
  }
}
