package io.keeptrusts.gateway.http;

import io.keeptrusts.gateway.GatewayConfig;
import io.keeptrusts.gateway.access.IdentityProvider;
import io.keeptrusts.gateway.access.Proof;
import io.keeptrusts.gateway.access.TokenStore;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.ops.Keyring;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask: the holder of a gateway token or of one that the identity provider has signed, or
 * everybody if neither is configured. The token comes as {@code Authorization: Bearer} or, where
 * that carries a token of the user's, as {@code X-Keeptrusts-Token}. Thread-safe.
 */
@Singleton
public final class Tokens {
  private static final String OWN_HEADER = "X-Keeptrusts-Token";

  /** Somebody else stands behind a peer that sends one of these. */
  private static final List<String> FORWARDED =
      List.of(
          "Forwarded",
          "X-Forwarded-For",
          "X-Forwarded-Host",
          "X-Forwarded-Proto",
          "X-Real-IP",
          "Via");

  private final TokenStore applications;
  private final TokenStore operators;
  private final @Nullable IdentityProvider provider;
  private final boolean local;

  /**
   * Who came in.
   *
   * @param key as {@link Caller#key}
   * @param user whom a signed token names; empty if none did
   */
  record Admitted(String key, String user, Set<String> roles) {}

  public Tokens(Keyring keyring, GatewayConfig config) {
    this.applications = keyring.applications();
    this.operators = keyring.operators();
    this.provider = keyring.provider();
    this.local = config.admin().local();
  }

  /**
   * Lets an application in.
   *
   * @throws GatewayException 401 if it may not come in, 503 if that cannot be told yet
   */
  Admitted admit(HttpServerRequest request) {
    String token = presented(request);
    String name = token == null ? null : applications.nameOf(token);
    if (name != null) {
      return new Admitted(name, "", Set.of());
    } else if (provider != null && token != null && Proof.isSigned(token)) {
      return switch (provider.verify(token)) {
        case IdentityProvider.Result.Proven(Proof.Subject subject) ->
            new Admitted(Caller.OIDC, subject.user(), subject.roles());
        case IdentityProvider.Result.Refused(String why) ->
            throw refusal("The bearer token is refused: " + why + ".").exception();
        case IdentityProvider.Result.AskAgain() -> throw noKeys().exception();
      };
    } else if (provider != null || applications.isConfigured()) {
      throw refusal().exception();
    }
    return new Admitted("", "", Set.of());
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
    return refusal(
        "Send the gateway's token as Authorization: Bearer <token>, or as X-Keeptrusts-Token.");
  }

  private static GatewayError refusal(String message) {
    return new GatewayError(
        401, Type.AUTHENTICATION_ERROR, "invalid_api_key", message, null, null, null);
  }

  private static GatewayError noKeys() {
    return GatewayError.overloaded(
        "no_keys",
        "The keys of the identity provider are being fetched; ask again.",
        Duration.ofSeconds(1));
  }
}
