package io.keeptrusts.gateway.policy.match;

/**
 * A rule that cannot run on a stream: which one, which of its parts, where in the expression, and a
 * sentence that says what to do instead. The message holds the expression's place, never a text
 * that was matched.
 */
public final class RuleException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final int rule;
  private final String part;
  private final int offset;
  private final String reason;

  RuleException(int rule, String part, int offset, String reason) {
    super("rule " + rule + ", " + part + " at " + offset + ": " + reason);
    this.rule = rule;
    this.part = part;
    this.offset = offset;
    this.reason = reason;
  }

  /** Index of the rule in the list given to {@link Matcher#compile}. */
  public int rule() {
    return rule;
  }

  /**
   * {@code left}, {@code body}, {@code right}, {@code unless}, or {@code cap} for a cap and a
   * validator that do not fit the body.
   */
  public String part() {
    return part;
  }

  /** UTF-16 index in the expression of that part. */
  public int offset() {
    return offset;
  }

  /** A sentence that says what is wrong and what to write instead. */
  public String reason() {
    return reason;
  }
}
