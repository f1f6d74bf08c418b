package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.exchange.Answer;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Verdict;

/**
 * Looks at a whole answer, as the policies before it left it. Thread-safe; runs on the worker pool
 * and may block there, within the time that a worker has.
 */
@FunctionalInterface
public interface AnswerCheck {
  Verdict.OnAnswer check(Answer answer, Prompt prompt, Judge judge);
}
