package io.keeptrusts.gateway.exchange;

/** What a policy says about a whole prompt or a whole answer. */
public sealed interface Verdict {

  /** Nothing to object to. */
  record Allow() implements Verdict {}

  /**
   * Must not go on. {@code reason} is a code such as {@code prompt_injection.detected}, never text
   * of the caller.
   */
  record Block(String policy, String code, String reason) implements Verdict {}

  /** Must not go on before a person has looked; on the wire a block with its own code. */
  record Escalate(String policy, String reason) implements Verdict {}

  Verdict ALLOW = new Allow();
}
