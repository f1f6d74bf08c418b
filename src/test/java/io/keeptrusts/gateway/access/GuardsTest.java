package io.keeptrusts.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.PromptCheck;
import io.keeptrusts.gateway.policy.ToolCheck;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever decides about access and fails has said no, also where fail-mode is allow. */
class GuardsTest {
  private static final String SHORT = "x";
  private static final String LONG = "word ".repeat(3000); // above gateway.workers.inline-input
  private static final String CALL =
      """
      {"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"read","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}""";

  /** {@code test-kind}. */
  private record Kind(boolean guards, PromptCheck prompt, ToolCheck tools)
      implements PolicyKind<Kind.Config> {
    record Config() {}

    @Override
    public String name() {
      return "test-kind";
    }

    @Override
    public Class<Config> config() {
      return Config.class;
    }

    @Override
    public Mode mode() {
      return Mode.REALTIME;
    }

    @Override
    public Policy compile(Config config) {
      return Policy.of(name()).withPrompt(prompt).withTools(tools);
    }
  }

  static Stream<Arguments> failures() {
    PromptCheck broken =
        (prompt, caller) -> {
          throw new IllegalStateException("broken");
        };
    PromptCheck slow =
        (prompt, caller) -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
          }
          throw new AssertionError("not reached");
        };
    ToolCheck brokenTools =
        (prompt, caller) -> {
          throw new IllegalStateException("broken");
        };
    ToolCheck brokenCall =
        (prompt, caller) ->
            name -> {
              throw new IllegalStateException("broken over " + name);
            };
    return Stream.of(
        Arguments.of("a prompt check that throws", SHORT, broken, null),
        Arguments.of("one that throws on a worker", LONG, broken, null),
        Arguments.of("one that takes too long", LONG, slow, null),
        Arguments.of("a tool check that throws at the start", SHORT, null, brokenTools),
        Arguments.of("a tool check that throws at a call", SHORT, null, brokenCall));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void aGuardThatFailsBlocksWhereAnotherPolicyIsSkipped(
      String what, String text, PromptCheck prompt, ToolCheck tools) {
    assertThat(status(new Kind(true, prompt, tools), text)).as(what).isEqualTo(409);
    assertThat(status(new Kind(false, prompt, tools), text)).as(what).isEqualTo(200);
  }

  private static int status(Kind kind, String text) {
    Map<String, String> settings =
        Map.of("gateway.fail-mode", "allow", "gateway.workers.limit", "PT0.2S");
    try (FakeUpstream upstream = FakeUpstream.start().reply(Reply.json(200, CALL));
        TestGateway gateway =
            TestGateway.start(
                settings, TestGateway.pack(upstream.baseUrl(), "test-kind", ""), kind);
        RawClient client = RawClient.connect(gateway.url())) {
      String ask = "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}";
      client.post("/v1/chat/completions", ask.formatted(text)).readAll();
      return client.status();
    }
  }

  @Test
  void theKindsThatGuardAreThoseThatDecideAboutAccess() {
    List<String> guards =
        TestGateway.kinds().stream().filter(PolicyKind::guards).map(PolicyKind::name).toList();

    assertThat(guards).containsExactlyInAnyOrder("rbac", "agent-firewall");
  }
}
