package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.text.Masking;

/**
 * A rule of a policy and what to do where it matches.
 *
 * @param overflow what to do with a text that stays on the way to a match for longer than the
 *     rule's cap
 */
public record TextRule(Rule rule, Action action, Masking masking, Overflow overflow) {

  /** What happens when a body goes on past its rule's cap before it is certain. */
  public enum Overflow {
    /** Its beginning is let go, its last characters stay in view; {@code /metrics} counts it. */
    SLIDE,
    /** The text ends: the exchange is blocked. */
    BLOCK
  }

  /** A rule that slides. */
  public TextRule(Rule rule, Action action, Masking masking) {
    this(rule, action, masking, Overflow.SLIDE);
  }

  /** The same with another rule. */
  TextRule with(Rule other) {
    return new TextRule(other, action, masking, overflow);
  }
}
