package io.keeptrusts.gateway.policy.kind.quality;

import io.keeptrusts.gateway.exchange.Answer;
import io.keeptrusts.gateway.policy.Judge;
import java.util.OptionalDouble;

/** Scores one answer for one assertion. Thread-safe. */
@FunctionalInterface
interface Scorer {

  /** One choice of an answer and what it is held against. */
  record Subject(Answer.Choice choice, Asked asked) {
    String text() {
      return choice.content();
    }
  }

  /**
   * Between 0 and 1; empty where the assertion does not apply.
   *
   * @throws io.keeptrusts.gateway.policy.JudgeException if a judge was asked and did not judge
   */
  OptionalDouble score(Subject subject, Judge judge);
}
