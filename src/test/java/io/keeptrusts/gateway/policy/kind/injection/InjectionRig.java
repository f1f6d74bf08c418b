package io.keeptrusts.gateway.policy.kind.injection;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Prompt.Segment;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.kind.injection.PromptInjection.Config;
import java.util.List;
import java.util.stream.Stream;

/** Prompts through a policy. */
final class InjectionRig {
  static final Config DEFAULTS = new Config(null, null, null, null, null, null, null);
  private static final Policy POLICY = new PromptInjection().compile(DEFAULTS);

  private InjectionRig() {}

  static boolean caught(String user) {
    return !(verdict(POLICY, new Segment("user", user)) instanceof Verdict.Allow);
  }

  static Verdict verdict(Config config, String user) {
    return verdict(new PromptInjection().compile(config), new Segment("user", user));
  }

  static Verdict verdict(Policy policy, Segment... segments) {
    return policy
        .prompt()
        .check(
            new Prompt(
                "m",
                true,
                false,
                JsonNodeFactory.instance.objectNode(),
                List.copyOf(Stream.of(segments).toList())),
            new Caller("127.0.0.1", ""));
  }
}
