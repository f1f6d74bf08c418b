package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.ASK_WHOLE;
import static io.keeptrusts.gateway.life.Talk.ROLE;
import static io.keeptrusts.gateway.life.Talk.assertError;
import static io.keeptrusts.gateway.life.Talk.post;
import static io.keeptrusts.gateway.life.Talk.text;
import static io.keeptrusts.gateway.life.Talk.twoTargets;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Targets that share a model stand in for each other until something was delivered, and the client
 * sees one clean answer.
 */
class FallbackTest {
  private static final String GOOD = Talk.stream("The second ", "answers. ");
  private static TestGateway gateway;
  private FakeUpstream one;
  private FakeUpstream two;

  @BeforeAll
  static void startGateway() {
    gateway =
        TestGateway.start(
            Map.of(
                "gateway.upstream.first-byte", "500ms",
                "gateway.upstream.idle", "500ms",
                "gateway.upstream.total", "3s",
                "gateway.sse.heartbeat", "100ms"),
            TestGateway.pack("http://127.0.0.1:9", "", ""));
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  @BeforeEach
  void start() {
    one = FakeUpstream.start();
    two = FakeUpstream.start();
    pack("{}", "pii-detector");
  }

  @AfterEach
  void stop() {
    Talk.awaitIdle(gateway);
    one.close();
    two.close();
  }

  private void pack(String fallback, String chain) {
    gateway.repack(twoTargets(one.baseUrl(), two.baseUrl(), fallback, chain));
  }

  static Stream<Reply> failures() {
    return Stream.of(
        Reply.json(500, "{\"error\":{\"message\":\"xyzzy\"}}"),
        Reply.json(529, "xyzzy"),
        Reply.json(429, "{\"error\":{\"message\":\"xyzzy\"}}"),
        Reply.json(401, "{\"error\":{\"message\":\"xyzzy\"}}"),
        Reply.json(504, ""),
        Reply.silent(),
        Reply.sse("").resetAfter(0),
        Reply.sse(ROLE).closeAfter(1),
        Reply.sse(ROLE + "data: {\"error\":{\"message\":\"xyzzy\"}}\n\n"),
        Reply.sse(ROLE + text("jane.doe@xyzzy")).closeAfter(1),
        Reply.sse("<html>xyzzy"),
        Reply.of(200, Map.of("content-type", "text/html"), new byte[] {'<'}),
        Reply.sse(ROLE + "data: xyzzy\n\n"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void theNextTargetAnswersAndNothingShowsOfTheFirst(Reply failure) {
    one.reply(failure);
    two.reply(Reply.sse(GOOD));

    Heard heard = post(gateway, ASK);

    assertThat(heard.status()).isEqualTo(200);
    assertThat(heard.body()).isEqualTo(GOOD);
    assertThat(heard.headers().toString()).doesNotContain("xyzzy");
    assertThat(one.requests()).hasSize(1);
  }

  @Test
  void theNextTargetAnswersWhatIsNotStreamed() {
    one.reply(Reply.json(200, "{\"choices\":[{\"message\":{\"content\":\"xy"));
    two.reply(Reply.json(200, Talk.whole("Fine.")));

    assertThat(post(gateway, ASK_WHOLE).body()).isEqualTo(Talk.whole("Fine."));
  }

  @Test
  void oneThatIsNotThereIsSkipped() {
    one.close();
    two.reply(Reply.sse(GOOD));

    Heard heard = post(gateway, ASK);
    one = FakeUpstream.start();

    assertThat(heard.body()).isEqualTo(GOOD);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 413, 422})
  void aCallersMistakeIsToldAtOnce(int status) {
    one.reply(Reply.json(status, "{\"error\":{\"message\":\"Not like that.\"}}"));

    assertThat(post(gateway, ASK).status()).isEqualTo(status);
    assertThat(two.requests()).isEmpty();
  }

  @Test
  void whenAllFailTheLastOneIsTold() {
    pack("{max_retries: 1}", "pii-detector");
    one.reply(Reply.json(500, "{\"error\":{\"message\":\"The first.\"}}"));
    two.reply(Reply.json(429, "{\"error\":{\"message\":\"The second.\"}}"));

    Heard heard = post(gateway, ASK);

    assertError(heard, 429, "rate_limit", "rate_limit_exceeded", null);
    assertThat(heard.error().path("message").asText()).isEqualTo("The second.");
  }

  @Test
  void afterSomethingWasDeliveredNobodyElseIsAsked() {
    one.reply(Reply.sse(ROLE + text("So far ")).stall());

    Heard heard = post(gateway, ASK);

    assertThat(Talk.content(heard.body())).isEqualTo("So far ");
    assertThat(Talk.lastError(heard.body()).path("code").asText()).isEqualTo("upstream_timeout");
    assertThat(two.requests()).isEmpty();
  }

  @Test
  void aCommentIsNotDelivered() {
    one.reply(Reply.sse(ROLE).stall());
    two.reply(Reply.sse(GOOD));

    Heard heard = post(gateway, ASK);

    assertThat(heard.body()).startsWith(": keep-alive\n\n").endsWith(GOOD);
    assertThat(heard.body().replace(": keep-alive\n\n", "")).isEqualTo(GOOD);
  }

  @Test
  void aFailureAfterACommentIsAnEvent() {
    one.reply(Reply.sse(ROLE).stall());
    two.reply(Reply.json(400, "{\"error\":{\"message\":\"Not like that.\",\"code\":\"no\"}}"));

    Heard heard = post(gateway, ASK);

    assertThat(heard.status()).isEqualTo(200);
    Talk.assertEnvelope(Talk.lastError(heard.body()), "validation_error", "no", null);
    assertThat(Talk.events(heard.body())).hasSize(1);
  }

  @Test
  void whatTheFirstTargetHadBufferedIsForgotten() {
    pack("{}", "pii-detector, quality-scorer");
    one.reply(Reply.sse(ROLE + text("xyzzy decent answer.")).stall());
    two.reply(Reply.sse(Talk.stream("A whole and decent answer. ")));

    Heard heard = post(gateway, ASK);

    assertThat(Talk.content(heard.body())).isEqualTo("A whole and decent answer. ");
    assertThat(heard.body()).doesNotContain("xyzzy").endsWith(Talk.DONE);
  }

  @Test
  void noRetriesMeansNoRetries() {
    pack("{max_retries: 0}", "pii-detector");
    one.reply(Reply.json(500, "{}"));

    assertThat(post(gateway, ASK).status()).isEqualTo(502);
    assertThat(two.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "5xx, 500, 200",
    "5xx, 429, 429",
    "rate_limit, 429, 200",
    "rate_limit, 500, 502",
    "timeout, 504, 200",
    "timeout, 500, 502"
  })
  void onlyWhatThePackNamesIsRetried(String on, int failure, int status) {
    pack("{retry_on: [" + on + "]}", "pii-detector");
    one.reply(Reply.json(failure, "{}"));
    two.reply(Reply.sse(GOOD));

    assertThat(post(gateway, ASK).status()).isEqualTo(status);
    assertThat(two.requests()).hasSize(status == 200 ? 1 : 0);
  }

  @Test
  void theTimeOfTheWholeExchangeIsNotStartedAnew() {
    try (TestGateway hasty =
        TestGateway.start(
            Map.of("gateway.upstream.total", "400ms"),
            twoTargets(one.baseUrl(), two.baseUrl(), "{}", "pii-detector"))) {
      one.reply(Reply.silent());
      two.reply(Reply.silent());

      Heard heard = post(hasty, ASK);

      assertError(heard, 504, "upstream_error", "upstream_timeout", null);
      assertThat(two.requests()).isEmpty();
      assertThat(one.requests().getFirst().closedByPeer()).succeedsWithin(Duration.ofSeconds(5));
    }
  }

  @Test
  void aTargetWithoutItsKeyIsPassedOver() {
    gateway.repack(
        twoTargets(one.baseUrl(), two.baseUrl(), "{}", "pii-detector")
            .replaceFirst("TEST_KEY", "ABSENT_KEY"));
    two.reply(Reply.sse(GOOD));

    assertThat(post(gateway, ASK).body()).isEqualTo(GOOD);
    assertThat(one.requests()).isEmpty();
  }
}
