package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.ASK_WHOLE;
import static io.keeptrusts.gateway.life.Talk.ROLE;
import static io.keeptrusts.gateway.life.Talk.assertError;
import static io.keeptrusts.gateway.life.Talk.post;
import static io.keeptrusts.gateway.life.Talk.text;
import static java.nio.charset.StandardCharsets.UTF_8;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of a provider's refusals and of answers that are none: true status, kept code,
 * nothing leaked.
 */
class ProviderFaultsTest {
  private static final String KEY = "sk-test-0123456789abcdef";
  private static FakeUpstream upstream;
  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    upstream = FakeUpstream.start();
    gateway =
        TestGateway.start(
            Map.of("gateway.sse.max-event", "2M"),
            TestGateway.pack(upstream.baseUrl(), "pii-detector", ""));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstream.close();
  }

  @AfterEach
  void nothingStaysOpen() {
    Talk.awaitIdle(gateway);
  }

  private static Heard ask(boolean stream, Reply reply) {
    upstream.reply(reply);
    return post(gateway, stream ? ASK : ASK_WHOLE);
  }

  private static String said(String message, String more) {
    return "{\"error\":{\"message\":\"" + message + "\"" + more + "}}";
  }

  @ParameterizedTest
  @CsvSource({
    "400, 400, validation_error, bad_thing, temperature",
    "404, 404, validation_error, bad_thing, temperature",
    "413, 413, validation_error, bad_thing, temperature",
    "422, 422, validation_error, bad_thing, temperature",
    "409, 400, validation_error, bad_thing, temperature",
    "418, 400, validation_error, bad_thing, temperature",
    "429, 429, rate_limit, bad_thing,",
    "401, 502, upstream_error, provider_auth,",
    "403, 502, upstream_error, provider_auth,",
    "500, 502, upstream_error, upstream_error,",
    "503, 502, upstream_error, upstream_error,",
    "529, 502, upstream_error, upstream_error,",
    "504, 504, upstream_error, upstream_timeout,",
    "302, 502, upstream_error, upstream_error,",
    "204, 502, upstream_error, upstream_error,",
  })
  void aStatusBecomesTheContracts(int theirs, int ours, String type, String code, String param) {
    for (boolean stream : new boolean[] {true, false}) {
      Heard heard =
          ask(
              stream,
              Reply.json(
                  theirs,
                  said(
                      "This cannot be.",
                      ",\"type\":\"t\",\"code\":\"bad_thing\",\"param\":\"temperature\"")));

      assertError(heard, ours, type, code, param);
      assertThat(heard.headers()).containsKey("x-request-id").doesNotContainKey("x-should-retry");
    }
  }

  @Test
  void aThrottlingProvidersTimeIsPassedOn() {
    Heard heard =
        ask(
            true,
            Reply.of(
                429, Map.of("retry-after", "7"), said("Slow down, please.", "").getBytes(UTF_8)));

    assertError(heard, 429, "rate_limit", "rate_limit_exceeded", null);
    assertThat(heard.headers()).containsEntry("retry-after", "7");
    assertThat(heard.error().path("message").asText()).isEqualTo("Slow down, please.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "Wed, 21 Oct 2015 07:28:00 GMT", "99999999999"})
  void aThrottlingProviderWithoutASensibleTimeMeansASecond(String retryAfter) {
    Heard heard = ask(true, Reply.of(429, Map.of("retry-after", retryAfter), new byte[0]));

    assertThat(heard.status()).isEqualTo(429);
    assertThat(heard.headers()).containsEntry("retry-after", "1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"message\":\"No such thing.\"}}",
        "{\"error\":\"No such thing.\"}",
        "{\"message\":\"No such thing.\",\"object\":\"error\"}",
        "{\"detail\":\"No such thing.\"}",
        "[{\"error\":{\"code\":400,\"message\":\"No such thing.\",\"status\":\"INVALID_ARGUMENT\"}}]",
      })
  void everyShapeOfAnErrorIsRead(String body) {
    Heard heard = ask(true, Reply.json(400, body));

    assertThat(heard.status()).isEqualTo(400);
    assertThat(heard.error().path("message").asText()).isEqualTo("No such thing.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>xyzzy</html>",
        "null",
        "[]",
        "{\"error\":7}",
        "{\"error\":{\"message\":[\"xyzzy\"]}}",
        "\u0000xyzzy"
      })
  void anErrorWithoutAMessageGetsOne(String body) {
    Heard heard = ask(true, Reply.of(400, Map.of(), body.getBytes(UTF_8)));

    assertError(heard, 400, "validation_error", "invalid_request", null);
    assertThat(heard.body()).doesNotContain("xyzzy");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 429, 500})
  void aMessageLosesKeysAndAddresses(int status) {
    Heard heard =
        ask(
            true,
            Reply.json(
                status,
                said(
                    "Key " + KEY + " or sk-test-0123********cdef of jane.doe@example.com is wrong",
                    "")));

    assertThat(heard.body())
        .doesNotContain("0123")
        .doesNotContain("cdef")
        .doesNotContain("jane")
        .contains("[EMAIL_REDACTED]");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 429})
  void codesAndFieldsLoseKeysAndAddresses(int status) {
    for (String secret : new String[] {KEY, "jane.doe@example.com"}) {
      Heard heard =
          ask(
              true,
              Reply.json(
                  status,
                  said("Wrong.", ",\"code\":\"" + secret + "\",\"param\":\"" + secret + "\"")));

      assertThat(heard.status()).isEqualTo(status);
      assertThat(heard.body()).doesNotContain(secret);
    }
  }

  @Test
  void anErrorOfAMegabyteIsCut() {
    Heard heard = ask(true, Reply.json(500, said("long ".repeat(200_000), "")));

    assertError(heard, 502, "upstream_error", "upstream_error", null);
    assertThat(heard.body()).hasSizeLessThan(2000);
  }

  @ParameterizedTest
  @CsvSource({"true, text/html", "false, text/html", "true, application/json"})
  void aPageInsteadOfAnAnswerIsA502(boolean stream, String type) {
    Heard heard =
        ask(
            stream,
            Reply.of(200, Map.of("content-type", type), "<html>xyzzy</html>".getBytes(UTF_8)));

    assertError(heard, 502, "upstream_error", "upstream_error", null);
    assertThat(heard.body()).contains("base_url").doesNotContain("xyzzy");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPackedAnswerIsA502(boolean stream) {
    String type = stream ? "text/event-stream" : "application/json";
    Heard heard =
        ask(
            stream,
            Reply.of(
                200,
                Map.of("content-type", type, "content-encoding", "gzip"),
                new byte[] {0x1f, (byte) 0x8b}));

    assertError(heard, 502, "upstream_error", "upstream_error", null);
  }

  @Test
  void theGatewayAsksForNoPackedAnswer() {
    ask(false, Reply.json(200, Talk.whole("Fine.")));

    assertThat(upstream.requests().getLast().headers().get("accept-encoding"))
        .isIn(null, "identity");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "xyzzy", "[]", "null", "{}", "{\"choices\":[]}", "{\"choices\":\"xyzzy\"}"})
  void anEmptyOrSenselessAnswerIsA502(String body) {
    Heard heard = ask(false, Reply.json(200, body));

    assertError(heard, 502, "upstream_error", "upstream_error", null);
    assertThat(heard.body()).doesNotContain("xyzzy");
  }

  static Stream<Arguments> firstEvents() {
    String data = "data: ";
    return Stream.of(
        Arguments.of(
            data + said("Too fast.", ",\"type\":\"rate_limit_error\",\"code\":\"slow\""),
            429,
            "slow"),
        Arguments.of(data + said("Too fast.", ",\"code\":429"), 429, "429"),
        Arguments.of(
            data + said("Key " + KEY + " is wrong.", ",\"code\":\"invalid_api_key\""),
            502,
            "provider_auth"),
        Arguments.of(data + said("Key.", ",\"code\":401"), 502, "provider_auth"),
        Arguments.of(data + said("Key.", ",\"code\":403"), 502, "provider_auth"),
        Arguments.of(
            data
                + said(
                    "Too long.",
                    ",\"type\":\"invalid_request_error\",\"code\":\"context_length_exceeded\""),
            400,
            "context_length_exceeded"),
        Arguments.of(
            data + said("Too long.", ",\"type\":\"BadRequestError\",\"code\":400"), 400, "400"),
        Arguments.of(
            data + said("No model.", ",\"type\":\"NotFoundError\",\"code\":404"), 404, "404"),
        Arguments.of(data + said("Too large.", ",\"code\":413"), 413, "413"),
        Arguments.of(data + said("Late.", ",\"code\":504"), 504, "upstream_timeout"),
        Arguments.of(data + said("Busy.", ",\"type\":\"overloaded_error\""), 502, "upstream_error"),
        Arguments.of(data + said("Broken.", ",\"code\":500"), 502, "upstream_error"),
        Arguments.of(data + "{\"error\":\"Broken.\"}", 502, "upstream_error"),
        Arguments.of(
            "event: error\n" + data + "{\"message\":\"Broken.\",\"code\":\"b\"}",
            502,
            "upstream_error"),
        Arguments.of("error: {\"message\":\"Broken.\"}", 502, "upstream_error"),
        Arguments.of(said("Broken.", ""), 502, "upstream_error"));
  }

  @ParameterizedTest
  @MethodSource("firstEvents")
  void aStreamThatBeginsWithAnErrorHasItsTrueStatus(String event, int status, String code) {
    Heard heard = ask(true, Reply.sse(ROLE + event + "\n\n"));

    assertThat(heard.status()).as(heard.body()).isEqualTo(status);
    assertThat(heard.code()).isEqualTo(code);
    assertThat(heard.headers()).containsEntry("content-type", "application/json");
    assertThat(heard.body()).doesNotContain("0123");
  }

  @Test
  void anErrorInMidStreamIsAnEventAndNoMadeUpFinish() {
    String before = ROLE + text("So far ");
    String after =
        "data: "
            + said("jane.doe@example.com broke " + KEY, ",\"code\":\"boom\"")
            + "\n\n"
            + text("xyzzy");

    Heard heard =
        ask(true, Reply.sse(before + after).cuts(before.length()).delay(Duration.ofMillis(200)));

    assertThat(heard.status()).isEqualTo(200);
    Talk.assertEnvelope(Talk.lastError(heard.body()), "upstream_error", "upstream_error", null);
    assertThat(Talk.content(heard.body())).isEqualTo("So far ");
    assertThat(Talk.finishes(heard.body())).isEmpty();
    assertThat(heard.body()).doesNotContain("xyzzy").doesNotContain("jane").doesNotContain("0123");
  }

  @Test
  void aLineOfAMegabytePasses() {
    String word = "word ".repeat(200_000);
    Heard heard = ask(true, Reply.sse(Talk.stream(word, "end")));

    assertThat(Talk.content(heard.body()).length()).isEqualTo(word.length() + 3);
    assertThat(heard.body()).endsWith(Talk.DONE);
  }

  @Test
  void aLineAboveTheLimitIsAnUpstreamError() {
    Heard heard = ask(true, Reply.sse(Talk.stream("word ".repeat(500_000))));

    assertError(heard, 502, "upstream_error", "upstream_error", null);
    assertThat(heard.body()).contains("gateway.sse.max-event");
  }
}
