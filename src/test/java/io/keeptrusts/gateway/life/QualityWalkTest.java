package io.keeptrusts.gateway.life;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.responses.Told;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code quality-scorer} over real sockets, on every way that an answer may go. */
class QualityWalkTest {
  private static final String POOR = "It is Lyon, says jane.poor@example.com. ";
  private static final String GOOD = "It is Paris, says jane.good@example.com. ";
  private static final String PARIS = "assertions: [{type: contains, name: city, value: Paris}]";
  private static final String JUDGED =
      "assertions: [{type: llm-rubric, name: fit, value: names Paris, provider: judge}]";

  private FakeUpstream upstream;
  private FakeUpstream bench;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
    bench = FakeUpstream.start();
  }

  @AfterEach
  void stop() {
    upstream.close();
    bench.close();
  }

  private TestGateway gateway(Way way, String failMode, String block) {
    String pack =
        """
        pack: {name: test, version: 1.0.0}
        providers:
          targets:
            - {id: up, provider: %s, model: gpt-4o, base_url: "%s", secret_key_ref: {env: TEST_KEY}}
            - {id: judge, provider: vllm, model: judge-1, base_url: "%s"}
        policies: {chain: [pii-detector, quality-scorer, audit-logger]}
        policy:
          quality-scorer:
        %s
        """
            .formatted(way.vendor, upstream.baseUrl(), bench.baseUrl(), block.indent(4));
    return TestGateway.start(
        Map.of("gateway.fail-mode", failMode, "gateway.workers.limit", "500ms"), pack);
  }

  private Heard ask(Way way, String failMode, String block) {
    try (TestGateway gateway = gateway(way, failMode, block)) {
      return Talk.send(gateway, "POST", way.path, Map.of(), way.ask().getBytes(UTF_8));
    }
  }

  private static void assertBlocked(Heard heard) {
    Talk.assertError(heard, 409, "policy_violation", "output_blocked", null);
    assertThat(heard.error().path("policy").asText()).isEqualTo("quality-scorer");
    assertThat(heard.body()).doesNotContain("Lyon").doesNotContain("jane").doesNotContain("judge");
  }

  @ParameterizedTest
  @EnumSource
  void aRetryMayBringABetterAnswer(Way way) {
    upstream.reply(way.reply(POOR), way.reply(GOOD));

    Heard heard = ask(way, "block", "report: true\nfailure_action: {action: retry}\n" + PARIS);

    assertThat(way.text(heard.body()).strip()).isEqualTo("It is Paris, says [EMAIL_REDACTED].");
    assertThat(way.report(heard.body()).at("/quality-scorer/choices/0/passed").asBoolean())
        .isTrue();
    assertThat(heard.body()).doesNotContain("Lyon").doesNotContain("jane");
  }

  @ParameterizedTest
  @EnumSource
  void aRetryThatFailsAgainIsBlocked(Way way) {
    upstream.reply(way.reply(POOR), way.reply(POOR), way.reply(GOOD));

    Heard heard = ask(way, "block", "failure_action: {action: retry}\n" + PARIS);

    assertBlocked(heard);
    assertThat(upstream.requests()).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource
  void aFallbackTakesThePlaceOfTheAnswer(Way way) {
    upstream.reply(way.reply(POOR));

    Heard heard =
        ask(
            way,
            "block",
            "report: true\nfailure_action: {action: fallback, message: Ask help@example.com instead.}\n"
                + PARIS);

    assertThat(way.text(heard.body())).isEqualTo("Ask [EMAIL_REDACTED] instead.");
    assertThat(way.report(heard.body()).at("/quality-scorer/replaced").asText())
        .isEqualTo("quality_scorer.assertion_failed");
    assertThat(way.report(heard.body()).at("/quality-scorer/choices/0/passed").isBoolean())
        .isTrue();
    assertThat(heard.body()).doesNotContain("Lyon").doesNotContain("jane");
  }

  @ParameterizedTest
  @EnumSource
  void aJudgeThatIsContentLetsTheAnswerGo(Way way) {
    upstream.reply(way.reply(GOOD));
    bench.reply(Reply.json(200, Talk.whole("{\\\"score\\\": 0.9}")));

    Heard heard = ask(way, "block", JUDGED);

    assertThat(way.text(heard.body()).strip()).isEqualTo("It is Paris, says [EMAIL_REDACTED].");
    assertThat(bench.take().text())
        .contains("names Paris")
        .contains("[EMAIL_REDACTED]")
        .contains("Hello")
        .doesNotContain("jane");
  }

  @ParameterizedTest
  @EnumSource
  void aJudgeThatIsNotContentBlocksIt(Way way) {
    upstream.reply(way.reply(POOR));
    bench.reply(Reply.json(200, Talk.whole("{\\\"score\\\": 0.1}")));

    assertBlocked(ask(way, "block", JUDGED));
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT_STREAM", "RESPONSES_WHOLE"})
  void aJudgeThatIsSilentBlocksIt(Way way) {
    upstream.reply(way.reply(POOR));
    bench.reply(Reply.silent());

    assertBlocked(ask(way, "block", JUDGED));
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT_STREAM", "RESPONSES_WHOLE"})
  void aJudgeThatIsSilentIsSkippedWhereTheOperatorAllowsIt(Way way) {
    upstream.reply(way.reply(GOOD));
    bench.reply(Reply.silent());

    Heard heard = ask(way, "allow", JUDGED);

    assertThat(way.text(heard.body()).strip()).isEqualTo("It is Paris, says [EMAIL_REDACTED].");
  }

  @Test
  void aJudgeThatSpeaksNonsenseBlocksAndIsNotQuoted() {
    upstream.reply(Way.CHAT_WHOLE.reply(POOR));
    bench.reply(Reply.json(200, Talk.whole("I think that Lyon is fine")));

    assertBlocked(ask(Way.CHAT_WHOLE, "block", JUDGED));
  }

  @Test
  void anAnswerThatRanOutOfTokensIsSeenOnEveryWay() {
    for (Way way : Way.values()) {
      Reply reply = way.chat() || way.vendor.equals("groq") ? cut(way) : incomplete(way);
      upstream.reply(reply);

      Heard heard = ask(way, "block", "report: true");

      assertThat(
              way.report(heard.body())
                  .at("/quality-scorer/choices/0/scores/completeness")
                  .asDouble())
          .as("%s: %s", way, heard.body())
          .isEqualTo(0.6);
    }
  }

  private static Reply cut(Way way) {
    return way.stream
        ? Reply.sse(Talk.stream("It is. ").replace("\"stop\"", "\"length\""))
        : Reply.json(200, Talk.whole("It is.").replace("\"stop\"", "\"length\""));
  }

  private static Reply incomplete(Way way) {
    Told told = Told.begin().text("It is. ");
    String details = "\"incomplete_details\":{\"reason\":\"max_output_tokens\"}";
    return way.stream
        ? Reply.sse(told.incomplete())
        : Reply.json(200, told.whole().replace("\"incomplete_details\":null", details));
  }
}
