package io.keeptrusts.gateway.wire;

import io.vertx.core.Vertx;
import java.time.Duration;

/** The event loops and the clients that run on them. Thread-safe. */
public final class Network {
  private final Vertx vertx;
  private final Addresses addresses;
  private final TlsMaterial tls;

  /**
   * @param lookup decides which address a host's name leads to
   * @param tls what endpoints name as their {@link Endpoint#trust()}
   */
  public Network(Vertx vertx, Lookup lookup, TlsMaterial tls) {
    this.vertx = vertx;
    this.addresses = new Addresses(vertx, lookup);
    this.tls = tls;
  }

  /** The event loop of the calling thread. */
  public EventLoop loop() {
    return EventLoop.current(vertx);
  }

  /** A connection to Redis, not started. */
  public RedisLink redis(RedisLink.Settings settings) {
    return new RedisLink(vertx, settings);
  }

  /** A client for providers; {@code connections} is the most per host and event loop. */
  public UpstreamClient client(Duration connectTimeout, int connections) {
    return new UpstreamClient(vertx, addresses, tls, connectTimeout, connections);
  }
}
