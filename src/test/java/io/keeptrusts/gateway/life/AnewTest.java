package io.keeptrusts.gateway.life;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.policy.AnswerCheck;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An answer that a policy replaces, or has asked for once more, takes the whole way anew. */
class AnewTest {
  private static final String POOR = "A poor answer of jane.poor@example.com. ";
  private static final String GOOD = "A good answer of jane.good@example.com. ";
  private static final String SAFE = "Write to help@example.com instead.";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private FakeUpstream upstream;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private TestGateway gateway(Way way, String chain, AnswerKind... kinds) {
    String pack =
        TestGateway.pack(upstream.baseUrl(), chain, "")
            .replace("provider: openai", "provider: " + way.vendor);
    return TestGateway.start(Map.of(), pack, kinds);
  }

  private static Heard ask(TestGateway gateway, Way way) {
    return Talk.send(gateway, "POST", way.path, Map.of(), way.ask().getBytes(UTF_8));
  }

  private static AnswerKind kind(String name, AnswerCheck check) {
    return new AnswerKind(name, check);
  }

  /** Says {@code then} of poor answers, and nothing of others. */
  private static AnswerKind picky(Verdict.OnAnswer then) {
    return kind(
        "picky",
        (answer, prompt, judge) ->
            answer.choices().getFirst().content().startsWith("A poor") ? then : Verdict.ALLOW);
  }

  private static AnswerKind strict(Verdict.OnAnswer then) {
    return kind("strict", (answer, prompt, judge) -> then);
  }

  private static double verdicts(TestGateway gateway, String policy, String verdict) {
    return gateway
        .metrics()
        .find("keeptrusts.gateway.verdicts")
        .tags("policy", policy)
        .counters()
        .stream()
        .filter(counter -> verdict.equals(counter.getId().getTag("verdict")))
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  @ParameterizedTest
  @EnumSource
  void aRetriedAnswerIsAnotherOneOfTheSameTarget(Way way) {
    upstream.reply(way.reply(POOR), way.reply(GOOD));
    try (TestGateway gateway =
        gateway(
            way,
            "pii-detector, picky, audit-logger",
            picky(new Verdict.Retry("picky.poor", Verdict.block("picky.poor"))))) {

      Heard heard = ask(gateway, way);

      assertThat(heard.status()).as(heard.body()).isEqualTo(200);
      assertThat(way.text(heard.body()).strip()).isEqualTo("A good answer of [EMAIL_REDACTED].");
      assertThat(heard.body()).doesNotContain("poor").doesNotContain("jane");
      assertThat(upstream.requests()).hasSize(2);
      assertThat(upstream.requests().get(1).text()).isEqualTo(upstream.requests().get(0).text());
      assertThat(verdicts(gateway, "picky", "retry")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerIsRetriedOnceAndThenTheOtherVerdictHolds(Way way) {
    upstream.reply(way.reply(POOR), way.reply(POOR));
    try (TestGateway gateway =
        gateway(
            way,
            "pii-detector, picky, audit-logger",
            picky(new Verdict.Retry("picky.poor", Verdict.block("picky.poor"))))) {

      Heard heard = ask(gateway, way);

      Talk.assertError(heard, 409, "policy_violation", "output_blocked", null);
      assertThat(heard.error().path("policy").asText()).isEqualTo("picky");
      assertThat(heard.body()).doesNotContain("poor answer").doesNotContain("jane");
      assertThat(upstream.requests()).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aReplacementIsToldInTheWordsOfTheClient(Way way) {
    upstream.reply(way.reply(POOR));
    try (TestGateway gateway =
        gateway(
            way,
            "pii-detector, picky, audit-logger",
            picky(new Verdict.Replace(SAFE, "picky.poor")))) {

      Heard heard = ask(gateway, way);

      assertThat(heard.status()).as(heard.body()).isEqualTo(200);
      assertThat(way.text(heard.body())).isEqualTo("Write to [EMAIL_REDACTED] instead.");
      assertThat(heard.body()).doesNotContain("poor answer").doesNotContain("help@");
      assertThat(way.report(heard.body()))
          .isEqualTo(Talk.json("{\"picky\":{\"replaced\":\"picky.poor\"}}"));
      assertThat(verdicts(gateway, "picky", "replace")).isEqualTo(1);
      if (way.chat()) {
        assertThat(heard.body()).contains("\"finish_reason\":\"stop\"");
      } else {
        assertThat(way.last(heard.body()).path("status").asText()).isEqualTo("completed");
        assertThat(way.last(heard.body()).at("/usage/output_tokens").asInt()).isPositive();
      }
    }
  }

  @Test
  void aReplacementIsCheckedByAllButItsOwnPolicy() {
    upstream.reply(Way.CHAT_WHOLE.reply("Hi."));
    AnswerKind other =
        kind(
            "other",
            (answer, prompt, judge) ->
                answer.choices().getFirst().content().equals("Write to [EMAIL_REDACTED] instead.")
                    ? Verdict.block("other.no")
                    : Verdict.ALLOW);
    try (TestGateway gateway =
        gateway(
            Way.CHAT_WHOLE,
            "pii-detector, other, strict",
            other,
            strict(new Verdict.Replace(SAFE, "strict.no")))) {

      Heard heard = ask(gateway, Way.CHAT_WHOLE);

      Talk.assertError(heard, 409, "policy_violation", "output_blocked", null);
      assertThat(heard.error().path("policy").asText()).isEqualTo("other");
    }
  }

  @Test
  void policiesThatReplaceEachOthersTextsComeToAnEnd() {
    upstream.reply(Way.CHAT_STREAM.reply("Hi."));
    AnswerKind other = kind("other", (answer, prompt, judge) -> new Verdict.Replace("B", "other"));
    try (TestGateway gateway =
        gateway(
            Way.CHAT_STREAM, "other, strict", other, strict(new Verdict.Replace("A", "strict")))) {

      Heard heard = ask(gateway, Way.CHAT_STREAM);

      Talk.assertError(heard, 409, "policy_violation", "output_blocked", null);
      assertThat(upstream.requests()).hasSize(1);
    }
  }

  @Test
  void theReportOfThePolicyThatReplacedIsTold() {
    upstream.reply(Way.CHAT_STREAM.reply("Hi."));
    Verdict.OnAnswer replace =
        new Verdict.Report(
            JSON.objectNode().put("score", 0.25), new Verdict.Replace("Sorry.", "strict.low"));
    try (TestGateway gateway = gateway(Way.CHAT_STREAM, "strict", strict(replace))) {

      Heard heard = ask(gateway, Way.CHAT_STREAM);

      assertThat(Way.CHAT_STREAM.report(heard.body()))
          .isEqualTo(Talk.json("{\"strict\":{\"score\":0.25,\"replaced\":\"strict.low\"}}"));
    }
  }

  @Test
  void theReportOfAnAnswerThatWasRetriedIsForgotten() {
    upstream.reply(Way.CHAT_STREAM.reply(POOR), Way.CHAT_STREAM.reply(GOOD));
    Verdict.OnAnswer retry =
        new Verdict.Report(
            JSON.objectNode().put("score", 0), new Verdict.Retry("picky.poor", Verdict.ALLOW));
    AnswerKind first =
        kind(
            "first",
            (answer, prompt, judge) ->
                new Verdict.Report(
                    JSON.objectNode().put("length", answer.choices().getFirst().content().length()),
                    Verdict.ALLOW));
    try (TestGateway gateway = gateway(Way.CHAT_STREAM, "first, picky", first, picky(retry))) {

      Heard heard = ask(gateway, Way.CHAT_STREAM);

      assertThat(Way.CHAT_STREAM.report(heard.body()))
          .isEqualTo(Talk.json("{\"first\":{\"length\":" + GOOD.length() + "}}"));
    }
  }

  @Test
  void aReplacementCannotBeRetried() {
    upstream.reply(Way.CHAT_STREAM.reply(POOR));
    AnswerKind after =
        kind(
            "after",
            (answer, prompt, judge) -> new Verdict.Retry("after.no", Verdict.block("after.no")));
    try (TestGateway gateway =
        gateway(Way.CHAT_STREAM, "picky, after", picky(new Verdict.Replace("A", "picky")), after)) {

      Heard heard = ask(gateway, Way.CHAT_STREAM);

      assertThat(heard.error().path("policy").asText()).isEqualTo("after");
      assertThat(upstream.requests()).hasSize(1);
    }
  }

  @Test
  void aRetryThatTheProviderFailsGoesOnToTheNextTarget() {
    try (FakeUpstream second = FakeUpstream.start()) {
      upstream.reply(Way.CHAT_STREAM.reply(POOR), Reply.json(500, "{}"));
      second.reply(Way.CHAT_STREAM.reply(GOOD));
      String pack =
          Talk.twoTargets(
              upstream.baseUrl(), second.baseUrl(), "{max_retries: 1}", "pii-detector, picky");
      AnswerKind picky = picky(new Verdict.Retry("picky.poor", Verdict.block("picky.poor")));
      try (TestGateway gateway = TestGateway.start(Map.of(), pack, picky)) {

        Heard heard = ask(gateway, Way.CHAT_STREAM);

        assertThat(Way.CHAT_STREAM.text(heard.body())).startsWith("A good answer");
        assertThat(upstream.requests()).hasSize(2);
        assertThat(second.requests()).hasSize(1);
      }
    }
  }

  @Test
  void whatBothAnswersCostIsCounted() {
    upstream.reply(Way.CHAT_STREAM.reply(POOR), Way.CHAT_STREAM.reply(GOOD));
    AnswerKind picky = picky(new Verdict.Retry("picky.poor", Verdict.block("picky.poor")));
    try (TestGateway gateway = gateway(Way.CHAT_STREAM, "picky", picky)) {

      ask(gateway, Way.CHAT_STREAM);
      Talk.awaitIdle(gateway);

      assertThat(gateway.metrics().find("keeptrusts.gateway.tokens").counters().stream())
          .extracting(counter -> counter.getId().getTag("direction") + "=" + counter.count())
          .containsExactlyInAnyOrder("input=6.0", "output=8.0");
    }
  }

  @Test
  void theTrailHoldsWhatTheClientGotAndWhy() throws IOException {
    upstream.reply(Way.CHAT_STREAM.reply(POOR), Way.CHAT_STREAM.reply(POOR));
    Verdict.OnAnswer then =
        new Verdict.Retry("picky.first", new Verdict.Replace(SAFE, "picky.second"));
    try (TestGateway gateway =
        gateway(Way.CHAT_STREAM, "pii-detector, picky, audit-logger", picky(then))) {

      ask(gateway, Way.CHAT_STREAM);
      Talk.awaitIdle(gateway);

      assertThat(trail(gateway.auditDir()))
          .contains("\"picky\",\"retry\",\"picky.first\"")
          .contains("\"picky\",\"replace\",\"picky.second\"")
          .contains("[EMAIL_REDACTED] instead.")
          .doesNotContain("poor answer");
    }
  }

  private static String trail(Path dir) throws IOException {
    try (Stream<Path> files = Files.walk(dir)) {
      List<Path> found = files.filter(Files::isRegularFile).toList();
      StringBuilder all = new StringBuilder();
      for (Path file : found) {
        all.append(new String(Files.readAllBytes(file), UTF_8));
      }
      return all.toString();
    }
  }
}
