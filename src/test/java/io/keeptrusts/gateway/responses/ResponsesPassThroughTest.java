package io.keeptrusts.gateway.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Responses over real sockets, to a provider that speaks them itself. */
class ResponsesPassThroughTest {
  private static final String ASK = "{\"model\":\"gpt-4o\",\"stream\":true,\"input\":\"Hello\"}";

  private FakeUpstream upstream;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private record Got(int status, String body) {
    Heard heard() {
      return Heard.of(body);
    }

    JsonNode error() {
      return Heard.json(body).path("error");
    }
  }

  private Got ask(String chain, String blocks, String request, Reply reply) {
    upstream.reply(reply);
    try (TestGateway gateway =
            TestGateway.start(TestGateway.pack(upstream.baseUrl(), chain, blocks));
        RawClient client = RawClient.connect(gateway.url())) {
      String body = client.post("/v1/responses", request).readAll();
      return new Got(client.status(), body);
    }
  }

  @Test
  void bytesThatNoPolicyChangedGoOutAsTheyCame() {
    String stream =
        Told.begin()
            .reasoning("Let me ", "think. ")
            .text("Hi ", "there. ")
            .call("look", "{}")
            .completed();
    Got got = ask("pii-detector, audit-logger", "", ASK, Reply.sse(stream).cutRandomly(1));
    assertThat(got.body()).isEqualTo(stream);
    assertThat(upstream.take().uri()).isEqualTo("/v1/responses");
  }

  @Test
  void theRequestGoesOutAsItCameButForTheModelAndWhatPoliciesMask() {
    String request =
        """
        {"model":"up","input":[{"role":"user","content":[{"type":"input_text","text":"I am jane.doe@example.com"}]}],\
        "previous_response_id":"resp_0","store":false,"include":["reasoning.encrypted_content"],"x_unknown":0.25}""";
    ask("pii-detector", "", request, Reply.json(200, Told.begin().text("Hi.").whole()));
    assertThat(upstream.take().text())
        .isEqualTo(
            request
                .replace("\"up\"", "\"gpt-4o\"")
                .replace("jane.doe@example.com", "[EMAIL_REDACTED]"));
  }

  @Test
  void anAddressCutAcrossDeltasIsMaskedWhereverItIsRepeated() {
    String stream = Told.begin().text("Write to jane.d", "oe@exam", "ple.com").completed();
    Got got = ask("pii-detector", "", ASK, Reply.sse(stream));
    assertThat(got.body())
        .isEqualTo(Told.begin().text("Write to ", "[EMAIL_REDACTED]").completed());
  }

  @Test
  void argumentsStayJson() {
    String stream =
        Told.begin()
            .call("mail", "{\\\"to\\\":\\\"jane.d", "oe@example.com\\\",\\\"pin\\\":", "1}")
            .completed();
    Got got = ask("pii-detector", "", ASK, Reply.sse(stream));
    assertThat(got.heard().texts()).containsValue("{\"to\":\"[EMAIL_REDACTED]\",\"pin\":1}");
    got.heard().assertNumbered();
    got.heard().assertSaysTheSameAgain(Heard.of(stream));
    assertThat(got.body()).doesNotContain("jane").doesNotContain("example");
  }

  @Test
  void aSummaryOfReasoningIsCheckedLikeAnyText() {
    Got got =
        ask(
            "pii-detector",
            "",
            ASK,
            Reply.sse(Told.begin().reasoning("She is jane.doe", "@example.com").completed()));
    assertThat(got.body())
        .isEqualTo(Told.begin().reasoning("She is ", "[EMAIL_REDACTED]").completed());
  }

  @Test
  void anAnswerThatWasCutByItsLengthEndsAsIncomplete() {
    String stream = Told.begin().text("Half a sen").incomplete();
    Got got = ask("pii-detector", "", ASK, Reply.sse(stream));
    assertThat(got.heard().last().at("/response/incomplete_details/reason").asText())
        .isEqualTo("max_output_tokens");
    assertThat(got.heard().texts()).containsValue("Half a sen");
  }

  @Test
  void aBlockBeforeAnythingWasSentIsA409() {
    String stream = Told.begin().text("jane.doe@example.com is ", "it").completed();
    Got got = ask("pii-detector", "pii-detector: {action: block}", ASK, Reply.sse(stream));
    assertThat(got.status()).isEqualTo(409);
    assertThat(got.error().path("code").asText()).isEqualTo("output_blocked");
  }

  @Test
  void aBlockInMidStreamFailsTheResponse() {
    String said = Told.begin().text("So far so good. ").cut();
    String body = said.substring(0, said.indexOf("event: response.output_text.done"));
    Reply reply =
        Reply.sse(
            Told.begin().text("So far so good. ", "jane.doe@example.com ", "more").completed());
    int first = body.length();
    Got got =
        ask(
            "pii-detector",
            "pii-detector: {action: block}",
            ASK,
            reply.cuts(first).delay(java.time.Duration.ofMillis(200)));
    assertThat(got.body()).startsWith(body).doesNotContain("jane").doesNotContain("[DONE]");
    got.heard().assertNumbered();
    JsonNode last = got.heard().last();
    assertThat(last.path("type").asText()).isEqualTo("response.failed");
    assertThat(last.at("/response/id").asText()).isEqualTo("resp_1");
    assertThat(last.at("/response/model").asText()).isEqualTo("gpt-4o");
    assertThat(last.at("/response/status").asText()).isEqualTo("failed");
    assertThat(last.at("/response/error/code").asText()).isEqualTo("output_blocked");
    assertThat(last.at("/response/error/policy").asText()).isEqualTo("pii-detector");
    assertThat(last.at("/response/output").isArray()).isTrue();
    assertThat(got.heard().events())
        .noneMatch(event -> event.path("type").asText().equals("error"));
  }

  @Test
  void aStreamThatBreaksOffFailsWithoutAnInventedEnd() {
    Reply reply = Reply.sse(Told.begin().text("So far so good. ").cut());
    Got got = ask("pii-detector", "", ASK, reply);
    got.heard().assertNumbered();
    assertThat(got.heard().events())
        .extracting(event -> event.path("type").asText())
        .endsWith("error", "response.failed");
    assertThat(got.heard().last().at("/response/error/code").asText()).isEqualTo("upstream_error");
  }

  @Test
  void anErrorOfTheProviderBeforeAnyTextKeepsItsStatus() {
    String nested =
        Told.begin()
            .event(
                "error",
                "\"error\":{\"type\":\"tokens\",\"code\":\"rate_limit_exceeded\",\"message\":\"Slow down.\",\"param\":null}")
            .cut();
    Got got = ask("", "", ASK, Reply.sse(nested));
    assertThat(got.status()).isEqualTo(429);
    assertThat(got.error().path("message").asText()).isEqualTo("Slow down.");

    String flat =
        Told.begin()
            .event("error", "\"code\":\"server_error\",\"message\":\"Oops.\",\"param\":null")
            .cut();
    assertThat(ask("", "", ASK, Reply.sse(flat)).status()).isEqualTo(502);

    String failed =
        Told.begin()
            .event(
                "response.failed",
                "\"response\":{\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"Oops.\"}}")
            .cut();
    Got last = ask("", "", ASK, Reply.sse(failed));
    assertThat(last.status()).isEqualTo(502);
    assertThat(last.error().path("code").asText()).isEqualTo("upstream_error");
  }

  @Test
  void aBufferedPolicyHoldsTheStreamAndThenLetsItGo() {
    String stream = Told.begin().reasoning("Hm. ").text("A whole and decent answer.").completed();
    Got got =
        ask(
            "pii-detector, quality-scorer",
            "quality-scorer: {thresholds: {min_aggregate: 0.7}}",
            ASK,
            Reply.sse(stream));
    assertThat(got.heard().texts()).containsValue("A whole and decent answer.");
    got.heard().assertNumbered();
    got.heard().assertSaysTheSameAgain(Heard.of(stream));
  }

  @Test
  void aBufferedPolicySeesTheAnswerOnce() {
    String poor =
        Told.begin()
            .text("no no no no no no no no no no no no no no no no no no no no no")
            .completed();
    Got got =
        ask(
            "quality-scorer",
            "quality-scorer: {thresholds: {min_aggregate: 0.7}}",
            ASK,
            Reply.sse(poor));
    assertThat(got.status()).isEqualTo(409);
  }

  @Test
  void anAnswerThatIsNotStreamedPassesTheSamePolicies() {
    Told told =
        Told.begin()
            .reasoning("jane.doe@example.com?")
            .text("Write to jane.doe@example.com.")
            .call("mail", "{\\\"to\\\":\\\"jane.doe@example.com\\\"}");
    Got got =
        ask(
            "pii-detector, quality-scorer, audit-logger",
            "",
            ASK.replace("true", "false"),
            Reply.json(200, told.whole()));
    String masked = told.whole().replace("jane.doe@example.com", "[EMAIL_REDACTED]");
    assertThat(got.body()).isEqualTo(masked);
  }

  @Test
  void anAnswerThatFailedWithoutAStreamIsAnError() {
    Got got =
        ask(
            "",
            "",
            ASK.replace("true", "false"),
            Reply.json(
                200,
                "{\"object\":\"response\",\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"Oops.\"},\"output\":[]}"));
    assertThat(got.status()).isEqualTo(502);
    assertThat(got.error().path("message").asText()).isEqualTo("Oops.");
  }

  @Test
  void anAnswerThatIsNoResponseIsAnError() {
    Got got = ask("", "", ASK.replace("true", "false"), Reply.json(200, "{\"hello\":\"world\"}"));
    assertThat(got.status()).isEqualTo(502);
  }

  @Test
  void theTrailHoldsTheTextOnce() throws Exception {
    upstream.reply(Reply.sse(Told.begin().text("Uniquely ", "said. ").completed()));
    try (TestGateway gateway =
            TestGateway.start(TestGateway.pack(upstream.baseUrl(), "audit-logger", ""));
        RawClient client = RawClient.connect(gateway.url())) {
      client.post("/v1/responses", ASK).readAll();
      String trail = "";
      try (var files = java.nio.file.Files.walk(gateway.auditDir())) {
        for (var file : files.filter(java.nio.file.Files::isRegularFile).toList()) {
          trail +=
              new String(
                  java.nio.file.Files.readAllBytes(file), java.nio.charset.StandardCharsets.UTF_8);
        }
      }
      assertThat(trail).containsOnlyOnce("Uniquely ").contains("output[0].content[0].output_text");
    }
  }
}
