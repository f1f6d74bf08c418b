package io.keeptrusts.gateway.life;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.policy.AnswerCheck;
import io.keeptrusts.gateway.policy.JudgeException;
import io.keeptrusts.gateway.policy.JudgeException.Reason;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Received;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A policy asks a target of the pack about an answer. */
class JudgeTest {
  private static final String PACK =
      """
      pack: {name: test, version: 1.0.0}
      providers:
        targets:
          - {id: up, provider: openai, model: gpt-4o, base_url: "%s", secret_key_ref: {env: TEST_KEY}}
          - {id: judge, provider: %s, model: judge-1, base_url: "%s", secret_key_ref: {env: TEST_KEY}}
          - {id: keyless, provider: openai, model: judge-2, secret_key_ref: {env: NOT_SET}}
      policies:
        chain: [pii-detector, asks]
      policy: {}
      """;
  private static final ObjectNode QUESTION = JsonNodeFactory.instance.objectNode();

  static {
    QUESTION.putArray("messages").addObject().put("role", "user").put("content", "Is it good?");
  }

  private FakeUpstream upstream;
  private FakeUpstream bench;
  private final AtomicReference<String> judged = new AtomicReference<>();
  private final AtomicReference<Reason> refused = new AtomicReference<>();

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
    bench = FakeUpstream.start();
    upstream.handle(
        request ->
            request.text().contains("\"stream\":true")
                ? Reply.sse(Talk.stream("An answer. "))
                : Reply.json(200, Talk.whole("An answer.")));
  }

  @AfterEach
  void stop() {
    upstream.close();
    bench.close();
  }

  private TestGateway gateway(String failMode, String limit, String vendor, AnswerCheck check) {
    return TestGateway.start(
        Map.of("gateway.fail-mode", failMode, "gateway.workers.limit", limit),
        PACK.formatted(upstream.baseUrl(), vendor, bench.baseUrl()),
        new AnswerKind("asks", check));
  }

  private AnswerCheck asks(String target) {
    return (answer, prompt, judge) -> {
      try {
        judged.set(judge.ask(target, QUESTION));
      } catch (JudgeException e) {
        refused.set(e.reason());
        throw e;
      }
      return Verdict.ALLOW;
    };
  }

  @Test
  void aTargetIsAskedInItsOwnProtocol() {
    bench.reply(
        Reply.json(
            200,
            """
            {"id":"msg_1","type":"message","role":"assistant","model":"judge-1","content":[{"type":"text","text":"It is good."}],"stop_reason":"end_turn","usage":{"input_tokens":5,"output_tokens":3}}"""));
    try (TestGateway gateway = gateway("block", "5s", "anthropic", asks("judge"))) {

      Heard heard = Talk.post(gateway, Talk.ASK);

      assertThat(heard.status()).as(heard.body()).isEqualTo(200);
      assertThat(judged.get()).isEqualTo("It is good.");
      Received asked = bench.take();
      assertThat(asked.uri()).isEqualTo("/v1/messages");
      assertThat(asked.text())
          .contains("\"model\":\"judge-1\"")
          .contains("Is it good?")
          .doesNotContain("\"stream\":true");
      assertThat(
              gateway
                  .metrics()
                  .get("keeptrusts.gateway.tokens")
                  .tags("provider", "anthropic", "direction", "output")
                  .counter()
                  .count())
          .isEqualTo(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"block", "allow"})
  void aJudgeThatFailsFollowsTheFailMode(String mode) {
    bench.reply(Reply.json(500, "{\"error\":{\"message\":\"broken inside\"}}"));
    try (TestGateway gateway = gateway(mode, "5s", "openai", asks("judge"))) {

      Heard heard = Talk.post(gateway, Talk.ASK_WHOLE);

      assertThat(refused.get()).isEqualTo(Reason.FAILED);
      assertDecided(heard, mode);
      assertThat(heard.body()).doesNotContain("broken inside").doesNotContain("judge");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"block", "allow"})
  void aJudgeThatIsTooSlowFollowsTheFailMode(String mode) {
    bench.reply(Reply.silent());
    try (TestGateway gateway = gateway(mode, "300ms", "openai", asks("judge"))) {

      Heard heard = Talk.post(gateway, Talk.ASK_WHOLE);

      assertDecided(heard, mode);
      await().until(() -> refused.get() == Reason.TIMEOUT);
      assertThat(bench.take().closedByPeer()).succeedsWithin(Duration.ofSeconds(2));
    }
  }

  private static void assertDecided(Heard heard, String mode) {
    if (mode.equals("block")) {
      Talk.assertError(heard, 409, "policy_violation", "output_blocked", null);
      assertThat(heard.error().path("policy").asText()).isEqualTo("asks");
    } else {
      assertThat(heard.status()).as(heard.body()).isEqualTo(200);
      assertThat(heard.body()).contains("An answer.");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"keyless", "nobody"})
  void aTargetThatCannotBeAskedIsUnavailable(String target) {
    try (TestGateway gateway = gateway("block", "5s", "openai", asks(target))) {

      Heard heard = Talk.post(gateway, Talk.ASK_WHOLE);

      assertThat(heard.status()).isEqualTo(409);
      assertThat(refused.get()).isEqualTo(Reason.UNAVAILABLE);
    }
  }

  @Test
  void anEmptyAnswerIsNoJudgement() {
    bench.reply(Reply.json(200, Talk.whole("")));
    try (TestGateway gateway = gateway("block", "5s", "openai", asks("judge"))) {

      Heard heard = Talk.post(gateway, Talk.ASK_WHOLE);

      assertThat(heard.status()).isEqualTo(409);
      assertThat(refused.get()).isEqualTo(Reason.SENSELESS);
    }
  }

  @Test
  void aClientThatLeavesTakesTheQuestionBack() {
    bench.reply(Reply.silent());
    try (TestGateway gateway = gateway("block", "30s", "openai", asks("judge"));
        RawClient client = RawClient.connect(gateway.url())) {
      client.post(Talk.CHAT, Talk.ASK);
      Received asked = bench.take();

      client.reset();

      assertThat(asked.closedByPeer()).succeedsWithin(Duration.ofSeconds(2));
      await().until(() -> refused.get() == Reason.CANCELLED);
      Talk.awaitIdle(gateway);
    }
  }

  @Test
  void whatFailedIsSaidWithoutText() {
    JudgeException failure =
        catchThrowableOfType(
            JudgeException.class,
            () -> {
              throw new JudgeException("judge", Reason.FAILED);
            });

    assertThat(failure).hasMessage("judge judge: failed").hasNoCause();
    assertThat(failure.getStackTrace()).isEmpty();
  }

  @Test
  void theJudgeSeesWhatThePoliciesBeforeItLeft() {
    upstream.reply(Reply.json(200, Talk.whole("Write to jane.doe@example.com.")));
    bench.reply(Reply.json(200, Talk.whole("Good.")));
    AnswerCheck shows =
        (answer, prompt, judge) -> {
          ObjectNode question = QUESTION.deepCopy();
          question.put("user", answer.choices().getFirst().content());
          judge.ask("judge", question);
          return Verdict.ALLOW;
        };
    try (TestGateway gateway = gateway("block", "5s", "openai", shows)) {

      Talk.send(gateway, "POST", Talk.CHAT, Map.of(), Talk.ASK_WHOLE.getBytes(UTF_8));

      assertThat(bench.take().text()).contains("[EMAIL_REDACTED]").doesNotContain("jane");
    }
  }
}
