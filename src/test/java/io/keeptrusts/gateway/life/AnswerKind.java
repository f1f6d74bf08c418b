package io.keeptrusts.gateway.life;

import io.keeptrusts.gateway.policy.AnswerCheck;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;

/** A buffered kind that says of whole answers what a test gives it. */
record AnswerKind(String name, AnswerCheck check) implements PolicyKind<AnswerKind.Config> {

  record Config() {}

  @Override
  public Class<Config> config() {
    return Config.class;
  }

  @Override
  public Mode mode() {
    return Mode.BUFFERED;
  }

  @Override
  public Policy compile(Config config) {
    return Policy.of(name).withAnswer(check);
  }
}
