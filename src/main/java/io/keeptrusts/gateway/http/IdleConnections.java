package io.keeptrusts.gateway.http;

import io.keeptrusts.gateway.GatewayConfig;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/**
 * Counts how long a connection is idle by what is read from it, and not by what is written: noting
 * each write costs as much as writing its chunk. While a client listens it may be silent for as
 * long as an answer may take, so that much is added to {@code quarkus.http.idle-timeout}.
 */
@Singleton
final class IdleConnections implements HttpServerOptionsCustomizer {
  private final int longestAnswer;

  IdleConnections(GatewayConfig config) {
    longestAnswer = Math.toIntExact(config.upstream().total().toSeconds() + 1);
  }

  @Override
  public void customizeHttpServer(HttpServerOptions options) {
    limit(options, longestAnswer);
  }

  @Override
  public void customizeHttpsServer(HttpServerOptions options) {
    limit(options, longestAnswer);
  }

  static void limit(HttpServerOptions options, int longestAnswer) {
    if (options.getIdleTimeout() > 0) {
      long idle = options.getIdleTimeoutUnit().toSeconds(options.getIdleTimeout());
      options.setIdleTimeout(0);
      options.setReadIdleTimeout(Math.toIntExact(idle + longestAnswer));
      options.setIdleTimeoutUnit(TimeUnit.SECONDS);
    }
  }
}
