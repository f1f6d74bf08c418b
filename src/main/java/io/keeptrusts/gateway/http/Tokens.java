package io.keeptrusts.gateway.http;

import io.keeptrusts.gateway.GatewayConfig;
import io.keeptrusts.gateway.access.TokenStore;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.keeptrusts.gateway.ops.Keyring;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask: the holder of a gateway token, or everybody if there is none. The token comes as
 * {@code Authorization: Bearer} or, where that carries a token of the user's, as {@code
 * X-Keeptrusts-Token}. Thread-safe.
 */
@Singleton
public final class Tokens {
  private static final String OWN_HEADER = "X-Keeptrusts-Token";

  /** Somebody else stands behind a peer that sends one of these. */
  private static final List<String> FORWARDED =
      List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via");

  private final TokenStore applications;
  private final TokenStore operators;
  private final boolean local;

  public Tokens(Keyring keyring, GatewayConfig config) {
    this.applications = keyring.applications();
    this.operators = keyring.operators();
    this.local = config.admin().local();
  }

  /** For applications. */
  boolean accepts(HttpServerRequest request) {
    return !applications.isConfigured() || !key(request).isEmpty();
  }

  /**
   * For operators: with an operator's token; where there is none, with {@code gateway.api-token};
   * without either, from this machine.
   */
  boolean acceptsAdmin(HttpServerRequest request) {
    String token = presented(request);
    if (operators.isConfigured()) {
      return token != null && operators.nameOf(token) != null;
    }
    if (applications.hasDefault()) {
      return token != null && TokenStore.DEFAULT.equals(applications.nameOf(token));
    }
    return local && isLocal(request);
  }

  /** The name of the gateway token that the request carries; empty if it carries none. */
  String key(HttpServerRequest request) {
    String token = presented(request);
    String name = token == null ? null : applications.nameOf(token);
    return name == null ? "" : name;
  }

  private static @Nullable String presented(HttpServerRequest request) {
    String own = request.getHeader(OWN_HEADER);
    if (own != null) {
      return own.strip();
    }
    String header = request.getHeader("Authorization");
    return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
        ? header.substring(7).strip()
        : null;
  }

  private static boolean isLocal(HttpServerRequest request) {
    if (request.remoteAddress() == null
        || request.remoteAddress().hostAddress() == null
        || FORWARDED.stream().anyMatch(request.headers()::contains)) {
      return false;
    }
    try {
      return InetAddress.ofLiteral(request.remoteAddress().hostAddress()).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
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
