package io.keeptrusts.gateway.audit.sink;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A sink took nothing; the same records are sent again. The message holds no record and no key. */
final class SinkException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Duration after;

  SinkException(String message, @Nullable Duration after) {
    super(message);
    this.after = after;
  }

  /** When to try again, if the sink said so. */
  @Nullable Duration after() {
    return after;
  }
}
