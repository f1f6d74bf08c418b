package io.keeptrusts.gateway.exchange;

/**
 * Carries a {@link GatewayError} up to the edge. Has no stack trace: it is an answer, not an
 * accident.
 */
public class GatewayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient GatewayError error;

  public GatewayException(GatewayError error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  public final GatewayError error() {
    return error;
  }
}
