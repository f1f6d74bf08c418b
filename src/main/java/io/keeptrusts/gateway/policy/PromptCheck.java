package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a whole request. Thread-safe; may take milliseconds: long prompts are checked off the
 * event loop.
 */
@FunctionalInterface
public interface PromptCheck {
  Verdict.OnPrompt check(Prompt prompt, Caller caller);

  /**
   * What can be said of a short prompt at once, on the event loop; null if that takes {@link
   * #check}, which then runs on the worker pool.
   */
  default Verdict.@Nullable OnPrompt glance(Prompt prompt, Caller caller) {
    return check(prompt, caller);
  }

  /**
   * The user that is established beyond what a caller may claim, from what came with the request
   * alone; null if none is. On the event loop.
   */
  default @Nullable String provenUser(Caller caller) {
    return null;
  }
}
