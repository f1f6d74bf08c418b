package io.keeptrusts.gateway.ops;

import io.keeptrusts.gateway.Gateway;
import io.keeptrusts.gateway.pack.PackStore;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready: a pack is loaded and the process is not draining. A dead provider never makes a replica
 * unready.
 */
@Readiness
@Singleton
final class Ready implements HealthCheck {
  private final Gateway gateway;
  private final PackStore packs;

  Ready(Gateway gateway, PackStore packs) {
    this.gateway = gateway;
    this.packs = packs;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("gateway")
        .withData("pack", packs.isLoaded())
        .withData("draining", gateway.isDraining())
        .status(packs.isLoaded() && !gateway.isDraining())
        .build();
  }
}
