package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.ASK_WHOLE;
import static io.keeptrusts.gateway.life.Talk.assertError;
import static io.keeptrusts.gateway.life.Talk.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.AnswerCheck;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.PromptCheck;
import io.keeptrusts.gateway.policy.TextRule;
import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.text.Masking;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A policy that throws or takes too long: blocked by default, skipped and said where the operator
 * allows it.
 */
class FailModeTest {
  private static final String LONG = "word ".repeat(3000); // above gateway.workers.inline-input
  private static final String LONG_MARK = "LONG";
  private FakeUpstream upstream;

  /** {@code test-kind}, made of what each test gives it. */
  private record TestKind(PromptCheck prompt, List<TextRule> output, AnswerCheck answer, Mode mode)
      implements PolicyKind<TestKind.Config> {

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
    public Policy compile(Config config) {
      return Policy.of(name()).withPrompt(prompt).withOutput(output).withAnswer(answer);
    }
  }

  private static TestKind onPrompts(PromptCheck check) {
    return new TestKind(check, List.of(), null, null);
  }

  private static TestKind onAnswers(AnswerCheck check) {
    return new TestKind(null, List.of(), check, PolicyKind.Mode.BUFFERED);
  }

  private static TestKind onText(Action action) {
    Rule rule =
        Rule.of("CODE", "xy{1,4}z")
            .when(
                body -> {
                  throw new IllegalStateException("the validator broke over " + body);
                });
    return new TestKind(
        null, List.of(new TextRule(rule, action, Masking.LABELS)), null, PolicyKind.Mode.REALTIME);
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // never returns
  private static <T> T stuck() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
    throw new AssertionError("not reached");
  }

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
    upstream.handle(
        request ->
            request.text().contains("\"stream\":true")
                ? Reply.sse(Talk.stream("The code is xyyz and so on. "))
                : Reply.json(200, Talk.whole("The code is xyyz and so on.")));
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private TestGateway gateway(String mode, PolicyKind<?> kind) {
    return TestGateway.start(
        Map.of(
            "gateway.fail-mode",
            mode,
            "gateway.workers.limit",
            "300ms",
            "gateway.workers.threads",
            "2",
            "gateway.workers.queue",
            "1"),
        TestGateway.pack(upstream.baseUrl(), "pii-detector, test-kind", ""),
        kind);
  }

  private static void assertUndecided(Heard heard, String code) {
    assertError(heard, 409, "policy_violation", code, null);
    assertThat(heard.error().path("policy").asText()).isEqualTo("test-kind");
    assertThat(heard.headers()).containsEntry("x-should-retry", "false");
    assertThat(heard.body()).doesNotContain("xyyz").doesNotContain("broke");
  }

  private static void assertPassed(Heard heard, TestGateway gateway, String phase) {
    assertThat(heard.status()).as(heard.body()).isEqualTo(200);
    assertThat(heard.body()).contains("xyyz").contains("so on. ");
    assertThat(
            gateway
                .metrics()
                .get("keeptrusts.gateway.verdicts")
                .tags("phase", phase, "policy", "test-kind", "verdict", "skip")
                .counter()
                .count())
        .isEqualTo(1);
  }

  private static String ask(String content) {
    return ASK.replace("Hello", content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hello jane.doe@example.com", LONG_MARK})
  void aPromptCheckThatThrowsBlocksOrIsSkipped(String content) {
    String ask = ask(content.replace(LONG_MARK, LONG + "jane.doe@example.com"));
    PromptCheck broken =
        (prompt, caller) -> {
          throw new IllegalStateException("broke");
        };
    try (TestGateway closed = gateway("block", onPrompts(broken));
        TestGateway open = gateway("allow", onPrompts(broken))) {
      assertUndecided(post(closed, ask), "input_blocked");
      assertThat(upstream.requests()).isEmpty();

      assertPassed(post(open, ask), open, "input");
      assertThat(upstream.take().text()).contains("[EMAIL_REDACTED]").doesNotContain("jane");
    }
  }

  @Test
  void aPromptCheckThatTakesTooLongBlocksOrIsSkipped() {
    PromptCheck slow = (prompt, caller) -> stuck();
    try (TestGateway closed = gateway("block", onPrompts(slow));
        TestGateway open = gateway("allow", onPrompts(slow))) {
      assertUndecided(post(closed, ask(LONG)), "input_blocked");
      assertThat(upstream.requests()).isEmpty();

      assertPassed(post(open, ask(LONG + "jane.doe@example.com")), open, "input");
      assertThat(upstream.take().text())
          .as("the other policies did their part")
          .contains("[EMAIL_REDACTED]")
          .doesNotContain("jane");
    }
  }

  @Test
  void anAnswerCheckThatThrowsBlocksOrIsSkipped() {
    AnswerCheck broken =
        (answer, prompt, judge) -> {
          throw new IllegalStateException("broke");
        };
    try (TestGateway closed = gateway("block", onAnswers(broken));
        TestGateway open = gateway("allow", onAnswers(broken))) {
      assertUndecided(post(closed, ASK), "output_blocked");
      assertUndecided(post(closed, ASK_WHOLE), "output_blocked");
      assertPassed(post(open, ASK), open, "output");
    }
  }

  @Test
  void anAnswerCheckThatOverflowsTheStackBlocks() {
    AnswerCheck deep =
        (answer, prompt, judge) -> {
          throw new StackOverflowError();
        };
    try (TestGateway closed = gateway("block", onAnswers(deep))) {
      assertUndecided(post(closed, ASK), "output_blocked");
      Talk.awaitIdle(closed);
    }
  }

  @Test
  void anAnswerCheckThatTakesTooLongBlocksOrIsSkipped() {
    AnswerCheck slow = (answer, prompt, judge) -> stuck();
    try (TestGateway closed = gateway("block", onAnswers(slow));
        TestGateway open = gateway("allow", onAnswers(slow))) {
      assertUndecided(post(closed, ASK), "output_blocked");
      assertPassed(post(open, ASK), open, "output");
    }
  }

  @Test
  void aValidatorThatThrowsCountsAsFoundOrNot() {
    try (TestGateway redact = gateway("block", onText(Action.REDACT));
        TestGateway block = gateway("block", onText(Action.BLOCK));
        TestGateway open = gateway("allow", onText(Action.BLOCK))) {
      assertThat(Talk.content(post(redact, ASK).body()))
          .isEqualTo("The code is [CODE_REDACTED] and so on. ");
      assertThat(post(block, ASK_WHOLE).code()).isEqualTo("output_blocked");
      assertThat(Talk.content(post(open, ASK).body())).isEqualTo("The code is xyyz and so on. ");
    }
  }

  @Test
  void whenAllWorkersAreBusyTheClientIsToldToComeBack() throws Exception {
    CountDownLatch let = new CountDownLatch(1);
    AnswerCheck waits =
        (answer, prompt, judge) -> {
          try {
            let.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
          }
          return Verdict.ALLOW;
        };
    try (TestGateway gateway =
        TestGateway.start(
            Map.of("gateway.workers.threads", "1", "gateway.workers.queue", "1"),
            TestGateway.pack(upstream.baseUrl(), "test-kind", ""),
            onAnswers(waits))) {
      List<Thread> others =
          List.of(
              Thread.startVirtualThread(() -> post(gateway, ASK_WHOLE)),
              Thread.startVirtualThread(() -> post(gateway, ASK_WHOLE)));
      await()
          .until(
              () ->
                  upstream.requests().stream()
                          .filter(request -> request.answered().isDone())
                          .count()
                      == 2);
      await().until(() -> gateway.gateway().openExchanges() == 2);

      Heard answer = post(gateway, ASK_WHOLE);
      let.countDown();

      assertError(answer, 503, "overloaded", "busy", null);
      assertThat(answer.headers()).containsKey("retry-after");
      for (Thread other : others) {
        other.join();
      }
    }
  }
}
