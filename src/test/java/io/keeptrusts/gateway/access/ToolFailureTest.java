package io.keeptrusts.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.ToolCheck;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A tool check that breaks, or says something else than yes and no. */
class ToolFailureTest {
  private static final String CALL =
      """
      {"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"read","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}""";

  /** {@code test-kind}. */
  private record Kind(ToolCheck check) implements PolicyKind<Kind.Config> {
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
      return Policy.of(name()).withTools(check);
    }
  }

  static Stream<Arguments> checks() {
    ToolCheck breaksAtOnce =
        (prompt, caller) -> {
          throw new IllegalStateException("broken");
        };
    ToolCheck breaksLater =
        (prompt, caller) ->
            name -> {
              throw new IllegalStateException("broken over " + name);
            };
    ToolCheck escalates = (prompt, caller) -> name -> new Verdict.Escalate("e");
    ToolCheck flags = (prompt, caller) -> name -> new Verdict.Flag("f");
    return Stream.of(
        Arguments.of("block", breaksAtOnce, 409, "could not decide", "block"),
        Arguments.of("block", breaksLater, 409, "could not decide", "block"),
        Arguments.of("allow", breaksAtOnce, 200, "call_1", "skip"),
        Arguments.of("allow", breaksLater, 200, "call_1", "skip"),
        Arguments.of("allow", escalates, 409, "escalation_required", "escalate"),
        Arguments.of("block", flags, 200, "call_1", "flag"));
  }

  @ParameterizedTest
  @MethodSource("checks")
  void theVerdictIsActedUponAndTold(
      String failMode, ToolCheck check, int status, String says, String told) {
    try (FakeUpstream upstream = FakeUpstream.start().reply(Reply.json(200, CALL));
        TestGateway gateway =
            TestGateway.start(
                Map.of("gateway.fail-mode", failMode),
                TestGateway.pack(upstream.baseUrl(), "test-kind", ""),
                new Kind(check));
        RawClient client = RawClient.connect(gateway.url())) {
      client
          .post(
              "/v1/chat/completions",
              "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}")
          .readAll();

      assertThat(client.status()).as(client.body()).isEqualTo(status);
      assertThat(client.body()).contains(says).doesNotContain("broken");
      assertThat(gateway.metrics().find("keeptrusts.gateway.verdicts").counters())
          .anySatisfy(counter -> assertThat(counter.getId().getTag("verdict")).isEqualTo(told));
    }
  }
}
