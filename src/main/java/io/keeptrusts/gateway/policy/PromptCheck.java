package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Verdict;

/**
 * Looks at a whole request. Thread-safe; may take milliseconds: long prompts are checked off the
 * event loop.
 */
@FunctionalInterface
public interface PromptCheck {
  Verdict.OnPrompt check(Prompt prompt, Caller caller);
}
