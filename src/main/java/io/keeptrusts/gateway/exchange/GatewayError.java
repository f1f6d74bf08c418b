package io.keeptrusts.gateway.exchange;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is not a completion: HTTP status and the contract's envelope. Immutable.
 *
 * @param status HTTP status, sent as such while nothing has been delivered
 * @param type the coarse class of the error
 * @param code what programs switch on
 * @param message says what to do next; never holds prompt text, matched text or keys
 * @param policy the kind that decided, if a policy did
 * @param param the request field at fault
 * @param retryAfter sent as {@code Retry-After}, whole seconds, rounded up
 * @param reason why the policy decided so, a code such as {@code prompt_injection.detected}; traces
 *     tell it, the client is not told; null where the code says it all
 */
public record GatewayError(
    int status,
    Type type,
    String code,
    String message,
    @Nullable String policy,
    @Nullable String param,
    @Nullable Duration retryAfter,
    @Nullable String reason) {

  /** The contract's error types (DESIGN 2). */
  public enum Type {
    POLICY_VIOLATION,
    RATE_LIMIT,
    UPSTREAM_ERROR,
    VALIDATION_ERROR,
    AUTHENTICATION_ERROR,
    OVERLOADED;

    /** The name on the wire. */
    public String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** An error whose code says it all. */
  public GatewayError(
      int status,
      Type type,
      String code,
      String message,
      @Nullable String policy,
      @Nullable String param,
      @Nullable Duration retryAfter) {
    this(status, type, code, message, policy, param, retryAfter, null);
  }

  /** Something that nobody expected; who says this has written to the log what it was. */
  public static GatewayError internal() {
    return new GatewayError(
        500,
        Type.UPSTREAM_ERROR,
        "internal_error",
        "The gateway failed; its log says why.",
        null,
        null,
        null);
  }

  /** A request that cannot be served as it is; {@code param} names the field. */
  public static GatewayError invalid(String message, @Nullable String param) {
    return new GatewayError(
        422, Type.VALIDATION_ERROR, "invalid_request", message, null, param, null);
  }

  /** The provider failed in a way the caller cannot mend. */
  public static GatewayError upstream(String message) {
    return new GatewayError(502, Type.UPSTREAM_ERROR, "upstream_error", message, null, null, null);
  }

  /** The gateway cannot take this now. */
  public static GatewayError overloaded(String code, String message, Duration retryAfter) {
    return new GatewayError(503, Type.OVERLOADED, code, message, null, null, retryAfter);
  }

  /** This error as something to throw. */
  public GatewayException exception() {
    return new GatewayException(this);
  }
}
