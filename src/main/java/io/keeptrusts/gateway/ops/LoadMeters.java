package io.keeptrusts.gateway.ops;

import io.keeptrusts.gateway.Gateway;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;

/** What the gateway holds at the moment, beside the open exchanges. */
@Singleton
public final class LoadMeters implements MeterBinder {
  private static final String PREFIX = "keeptrusts.gateway.";

  private final Gateway gateway;

  public LoadMeters(Gateway gateway) {
    this.gateway = gateway;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder(PREFIX + "bodies", gateway, each -> each.bodies().taken())
        .description("Request bodies of open exchanges")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder(PREFIX + "workers.waiting", gateway, each -> each.workers().waiting())
        .description("Long checks that wait for a worker")
        .register(registry);
    Gauge.builder(PREFIX + "workers.overdue", gateway, each -> each.workers().overdue())
        .description("Workers whose check does not end though its time is over")
        .register(registry);
  }
}
