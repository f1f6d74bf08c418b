package io.keeptrusts.gateway.audit;

import org.jspecify.annotations.Nullable;

/**
 * A record could not be written. Whether the exchange goes on without it is the caller's fail mode.
 * Has no stack trace.
 */
public final class AuditException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AuditException(String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
  }
}
