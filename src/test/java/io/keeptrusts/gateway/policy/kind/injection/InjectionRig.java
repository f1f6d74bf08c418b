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
  static final Config DEFAULTS = new Config(null, null, null, null, null, null, null, null, null);
  private static final Policy POLICY = new PromptInjection().compile(DEFAULTS);

  static final Caller CALLER = new Caller("127.0.0.1", "");

  private InjectionRig() {}

  static Config with(PromptInjection.Backend backend) {
    return new Config(null, null, backend, null, null, null, null, null, null);
  }

  static Segment user(String text) {
    return new Segment("user", text);
  }

  static boolean caught(String user) {
    return !(verdict(POLICY, new Segment("user", user)) instanceof Verdict.Allow);
  }

  /** What the log would name: the label of what was found, or nothing. */
  static String finding(Config config, String user) {
    return finding(config, "user", user);
  }

  static String finding(Config config, String role, String text) {
    Detector detector = PromptInjection.detector(config);
    return switch (detector.look(prompt(new Segment(role, text)), true)) {
      case Detector.Finding.Attempt(String label) -> label;
      case Detector.Finding.Nothing _, Detector.Finding.Unsure _ -> "";
    };
  }

  static Prompt prompt(Segment... segments) {
    return new Prompt(
        "m",
        true,
        false,
        JsonNodeFactory.instance.objectNode(),
        List.copyOf(Stream.of(segments).toList()));
  }

  static Verdict verdict(Config config, String user) {
    return verdict(new PromptInjection().compile(config), new Segment("user", user));
  }

  static Verdict verdict(Policy policy, Segment... segments) {
    return policy.prompt().check(prompt(segments), CALLER);
  }
}
