package io.keeptrusts.gateway.policy;

/** What happens to a match. */
public enum Action {
  /** The match is masked and the text goes on. */
  REDACT,
  /** The text ends before the match. */
  BLOCK,
  /** As {@link #BLOCK}, and a person is to look at it. */
  ESCALATE
}
