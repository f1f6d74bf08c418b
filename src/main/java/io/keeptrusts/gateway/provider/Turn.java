package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.GatewayError;

/**
 * One attempt at a target, told to its {@link Health}. Whatever is told after its end is not heard.
 * One event loop.
 */
public final class Turn {
  private final Fleet fleet;
  private final Health health;
  private final Routing routing;
  private final long started;
  private boolean spoke;
  private boolean over;

  Turn(Fleet fleet, Target target, Routing routing) {
    this.fleet = fleet;
    this.health = fleet.of(target);
    this.routing = routing;
    this.started = fleet.now();
    health.asked(started);
  }

  public void firstToken() {
    if (!spoke && !over) {
      spoke = true;
      long now = fleet.now();
      health.firstToken(now - started, routing.latencyWindow(), now);
    }
  }

  public void succeeded() {
    if (!over) {
      over = true;
      health.succeeded(routing.breaker());
    }
  }

  public void failed(ProviderFailure failure) {
    if (!over) {
      over = true;
      GatewayError error = failure.error();
      health.failed(failure.kind(), error.retryAfter(), routing.breaker(), fleet.now());
    }
  }

  /** Ended by somebody else than the target. */
  public void left() {
    if (!over) {
      over = true;
      health.leave();
    }
  }
}
