package io.keeptrusts.gateway.policy;

import java.util.Locale;

/** A judge has not judged. Says why, and never what was asked or answered. */
public final class JudgeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why there is no judgement. */
  public enum Reason {
    /** The pack has no such target, or its key is missing. */
    UNAVAILABLE,
    /** The target failed, refused, or cannot do what was asked. */
    FAILED,
    /** It took longer than a worker may. */
    TIMEOUT,
    /** The exchange is over. */
    CANCELLED,
    /** It answered, but not with what it was asked for. */
    SENSELESS
  }

  private final Reason reason;

  public JudgeException(String target, Reason reason) {
    super("judge " + target + ": " + reason.name().toLowerCase(Locale.ROOT), null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
