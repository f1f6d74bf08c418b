package io.keeptrusts.gateway.exchange;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What a policy says about what it looked at. Each place of the walk has its own verdicts: see the
 * sealed interfaces inside. Who said it, the chain knows. A {@code reason} is a code such as {@code
 * prompt_injection.detected}, never text of the caller or of the model.
 */
public sealed interface Verdict {

  /** About a whole request. */
  sealed interface OnPrompt extends Verdict {}

  /** About a whole answer. */
  sealed interface OnAnswer extends Verdict {}

  /** About a tool that the model calls. */
  sealed interface OnCall extends Verdict {}

  /** Nothing to object to. */
  record Allow() implements OnPrompt, OnAnswer, OnCall {}

  /** Goes on, but metrics and trail tell it. */
  record Flag(String reason) implements OnPrompt, OnAnswer, OnCall {}

  /**
   * Must not go on.
   *
   * @param message what the caller is told, null for the gateway's own words; never text of the
   *     caller
   */
  record Block(String reason, @Nullable String message) implements OnPrompt, OnAnswer, OnCall {}

  /** Must not go on before a person has looked; on the wire a block with its own code. */
  record Escalate(String reason) implements OnPrompt, OnAnswer, OnCall {}

  /**
   * The request goes on changed, in something that is not its texts: those are the rules' business.
   *
   * @param label what was taken out or put in, such as {@code TOOL}
   * @param count how often
   */
  record Change(Prompt prompt, String label, int count) implements OnPrompt {}

  /** The request goes on, and from here on it is known who asks. */
  record Identify(Caller caller) implements OnPrompt {}

  /**
   * The caller has not proven who it is.
   *
   * @param message what the caller is told; never text of the caller
   */
  record Unproven(String reason, String message) implements OnPrompt {}

  /**
   * Tells the client about the answer, then {@code then}. Stands in the answer's last event as
   * {@code "keeptrusts": {"<kind>": report}}, wherever the answer goes out.
   *
   * @param report indexes, codes, counts and scores; never text of the answer or the prompt
   */
  record Report(ObjectNode report, OnAnswer then) implements OnAnswer {}

  /**
   * The client gets this text in the place of the answer. It takes the same way: every other policy
   * checks it as it would a provider's.
   */
  record Replace(String text, String reason) implements OnAnswer {}

  /** The same target is asked once more; {@code otherwise} where that was done already. */
  record Retry(String reason, OnAnswer otherwise) implements OnAnswer {}

  Allow ALLOW = new Allow();

  /** A block in the gateway's own words. */
  static Block block(String reason) {
    return new Block(reason, null);
  }
}
