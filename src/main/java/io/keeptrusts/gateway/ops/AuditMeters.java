package io.keeptrusts.gateway.ops;

import io.keeptrusts.gateway.Trails;
import io.keeptrusts.gateway.audit.SinkSettings;
import io.keeptrusts.gateway.audit.sink.Shipper;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** How the trail and its sinks are doing, summed over the sinks of a type. */
@Singleton
public final class AuditMeters implements MeterBinder {
  private static final String PREFIX = "keeptrusts.gateway.audit.";

  private final Trails trails;

  public AuditMeters(Trails trails) {
    this.trails = trails;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder(PREFIX + "healthy", trails, all -> all.healthy() ? 1 : 0)
        .description("1 while the trail can be written and forced to the disk")
        .register(registry);
    sinks(registry, "otlp", sink -> sink instanceof SinkSettings.Otlp);
    sinks(registry, "kafka", sink -> sink instanceof SinkSettings.Kafka);
  }

  private void sinks(MeterRegistry registry, String type, Predicate<SinkSettings> which) {
    Gauge.builder(PREFIX + "sink.lag", trails, all -> sum(all, which, Shipper::lag))
        .description("What waits to be sent")
        .baseUnit("bytes")
        .tag("type", type)
        .register(registry);
    count(registry, type, "sent", "Records that arrived", which, Shipper::sent);
    count(registry, type, "failed", "Attempts that failed", which, Shipper::failed);
    count(registry, type, "lost", "Records that will never arrive", which, Shipper::lost);
  }

  private void count(
      MeterRegistry registry,
      String type,
      String name,
      String description,
      Predicate<SinkSettings> which,
      ToLongFunction<Shipper> value) {
    FunctionCounter.builder(PREFIX + "sink." + name, trails, all -> sum(all, which, value))
        .description(description)
        .tag("type", type)
        .register(registry);
  }

  private static double sum(
      Trails trails, Predicate<SinkSettings> which, ToLongFunction<Shipper> value) {
    return trails.sinks().stream()
        .filter(sink -> which.test(sink.settings()))
        .mapToLong(value)
        .sum();
  }
}
