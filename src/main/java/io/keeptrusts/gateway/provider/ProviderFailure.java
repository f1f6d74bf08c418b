package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.wire.Call;

/**
 * A provider did not answer, or answered with an error. Says whether another target may do better.
 */
public final class ProviderFailure extends GatewayException {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it was, as far as routing is concerned. */
  public enum Kind {
    /** 5xx, a senseless answer, a refused key: not the caller's fault. */
    SERVER,
    /** No connection, or one that was cut. */
    CONNECTION,
    /** Too slow. */
    TIMEOUT,
    /** 429. */
    RATE_LIMIT,
    /** 4xx: any provider would say the same. */
    CALLER
  }

  private final Kind kind;

  public ProviderFailure(GatewayError error, Kind kind) {
    super(error);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** A call that did not end regularly. */
  public static ProviderFailure of(Call.Failure failure) {
    return switch (failure) {
      case CONNECT ->
          connection(
              "The provider cannot be reached; its operator must check the target's base_url.");
      case CLOSED ->
          connection("The provider closed the connection before the answer was complete.");
      case TIMEOUT -> ProviderErrors.timeout("The provider did not answer in time.");
    };
  }

  public static ProviderFailure connection(String message) {
    return new ProviderFailure(GatewayError.upstream(message), Kind.CONNECTION);
  }

  /** An answer that makes no sense. */
  public static ProviderFailure broken(String message) {
    return new ProviderFailure(GatewayError.upstream(message), Kind.SERVER);
  }
}
