package io.keeptrusts.gateway.wire;

import io.vertx.core.Vertx;
import java.time.Duration;

/** The event loops and the clients that run on them. Thread-safe. */
public final class Network {
  private final Vertx vertx;

  public Network(Vertx vertx) {
    this.vertx = vertx;
  }

  /** The event loop of the calling thread. */
  public EventLoop loop() {
    return EventLoop.current(vertx);
  }

  /** A client for providers; {@code connections} is the most per host and event loop. */
  public UpstreamClient client(Duration connectTimeout, int connections) {
    return new UpstreamClient(vertx, connectTimeout, connections);
  }
}
