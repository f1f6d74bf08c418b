package io.keeptrusts.gateway.http;

import io.keeptrusts.gateway.GatewayConfig;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/**
 * Counts how long a connection is idle by what is read from it alone: an answer's chunks are
 * written past the handler that would count them. While a client listens it may be silent for as
 * long as an answer may take, so that much is added to {@code quarkus.http.idle-timeout}.
 */
@Singleton
final class IdleConnections implements HttpServerOptionsCustomizer {
  /** In seconds. */
  private final long longestAnswer;

  IdleConnections(GatewayConfig config) {
    longestAnswer = config.upstream().total().toSeconds() + 1;
  }

  @Override
  public void customizeHttpServer(HttpServerOptions options) {
    limit(options, longestAnswer);
  }

  @Override
  public void customizeHttpsServer(HttpServerOptions options) {
    limit(options, longestAnswer);
  }

  static void limit(HttpServerOptions options, long longestAnswer) {
    if (options.getIdleTimeout() > 0) {
      long idle = options.getIdleTimeoutUnit().toSeconds(options.getIdleTimeout());
      options.setIdleTimeout(0);
      options.setReadIdleTimeout(Math.clamp(idle + longestAnswer, 1, Integer.MAX_VALUE));
      options.setIdleTimeoutUnit(TimeUnit.SECONDS);
    }
  }
}
