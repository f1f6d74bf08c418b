package io.keeptrusts.gateway.http;

import io.keeptrusts.gateway.GatewayConfig;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask: the holder of the gateway's token, or everybody if there is none. The token comes as
 * {@code Authorization: Bearer} or, where that carries a token of the user's, as {@code
 * X-Keeptrusts-Token}. Thread-safe.
 */
@Singleton
public final class Tokens {
  private static final String OWN_HEADER = "X-Keeptrusts-Token";

  private final byte @Nullable [] token;

  public Tokens(GatewayConfig config) {
    this.token =
        config
            .apiToken()
            .filter(t -> !t.isBlank())
            .map(t -> t.getBytes(StandardCharsets.UTF_8))
            .orElse(null);
  }

  /** For applications. */
  boolean accepts(HttpServerRequest request) {
    return token == null || holds(request, token);
  }

  /** For operators: with the token, or without one from this machine. */
  boolean acceptsAdmin(HttpServerRequest request) {
    return token == null ? isLoopback(request) : holds(request, token);
  }

  /** Whether there is a token and the request carries it. */
  boolean holds(HttpServerRequest request) {
    return token != null && holds(request, token);
  }

  private static boolean holds(HttpServerRequest request, byte[] token) {
    String own = request.getHeader(OWN_HEADER);
    if (own != null) {
      return MessageDigest.isEqual(token, own.strip().getBytes(StandardCharsets.UTF_8));
    }
    String header = request.getHeader("Authorization");
    if (header == null || header.length() < 7 || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return false;
    }
    // In constant time: how much of a guess was right must not show.
    return MessageDigest.isEqual(
        token, header.substring(7).strip().getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isLoopback(HttpServerRequest request) {
    try {
      return request.remoteAddress() != null
          && request.remoteAddress().hostAddress() != null
          && InetAddress.getByName(request.remoteAddress().hostAddress()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  static GatewayError refusal() {
    return new GatewayError(
        401,
        Type.AUTHENTICATION_ERROR,
        "invalid_api_key",
        "Send the gateway's token as Authorization: Bearer <token>, or as X-Keeptrusts-Token.",
        null,
        null,
        null);
  }
}
