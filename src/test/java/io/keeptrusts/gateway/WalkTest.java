package io.keeptrusts.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One request walks the whole way, over real sockets. */
class WalkTest {
  private static final String ASK =
      """
      {"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"Hello"}]}""";

  private FakeUpstream upstream;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private static String chunk(String delta, String finish) {
    return """
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":%s,"finish_reason":%s}]}

        """
        .formatted(delta, finish);
  }

  private String ask(TestGateway gateway, String body) {
    try (RawClient client = RawClient.connect(gateway.url())) {
      return client.post("/v1/chat/completions", body).readAll();
    }
  }

  @Test
  void bytesThatNoPolicyChangedGoOutAsTheyCame() {
    String stream =
        chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null")
            + chunk("{\"content\":\"Hi there. \"}", "null")
            + chunk("{}", "\"stop\"")
            + "data: [DONE]\n\n";
    upstream.reply(Reply.sse(stream));
    try (TestGateway gateway =
        TestGateway.start(TestGateway.pack(upstream.baseUrl(), "pii-detector", ""))) {
      assertThat(ask(gateway, ASK)).isEqualTo(stream);
    }
  }

  @Test
  void anAddressCutAcrossChunksIsMasked() {
    upstream.reply(
        Reply.sse(
            chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null")
                + chunk("{\"content\":\"Write to jane.d\"}", "null")
                + chunk("{\"content\":\"oe@exam\"}", "null")
                + chunk("{\"content\":\"ple.com now\"}", "null")
                + chunk("{}", "\"stop\"")
                + "data: [DONE]\n\n"));
    try (TestGateway gateway =
        TestGateway.start(TestGateway.pack(upstream.baseUrl(), "pii-detector", ""))) {
      String answer = ask(gateway, ASK);
      assertThat(answer)
          .contains("\"content\":\"Write to \"")
          .contains("[EMAIL_REDACTED] ")
          .contains("\"content\":\"now\"");
      assertThat(answer).doesNotContain("jane").doesNotContain("exam").endsWith("data: [DONE]\n\n");
    }
  }

  @Test
  void aBlockingPolicyBeforeAnythingWasSentIsA409() {
    upstream.reply(
        Reply.sse(
            chunk("{\"content\":\"jane.doe@example.com \"}", "null")
                + chunk("{}", "\"stop\"")
                + "data: [DONE]\n\n"));
    try (TestGateway gateway =
            TestGateway.start(
                TestGateway.pack(
                    upstream.baseUrl(), "pii-detector", "pii-detector: {action: block}"));
        RawClient client = RawClient.connect(gateway.url())) {
      client.post("/v1/chat/completions", ASK).readAll();
      assertThat(client.status()).isEqualTo(409);
      assertThat(client.header("x-should-retry")).contains("false");
      assertThat(client.body())
          .contains("\"code\":\"output_blocked\"")
          .contains("\"policy\":\"pii-detector\"");
    }
  }

  @Test
  void anAnswerThatIsNotStreamedPassesTheSamePolicies() {
    upstream.reply(
        Reply.json(
            200,
            """
            {"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Write to jane.doe@example.com."},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"""));
    try (TestGateway gateway =
        TestGateway.start(
            TestGateway.pack(
                upstream.baseUrl(), "pii-detector, quality-scorer, audit-logger", ""))) {
      String answer = ask(gateway, ASK.replace("true", "false"));
      assertThat(answer)
          .contains("\"content\":\"Write to [EMAIL_REDACTED].\"")
          .contains("\"total_tokens\":3");
    }
  }

  @Test
  void aBufferedPolicyHoldsTheStreamAndThenLetsItGo() {
    upstream.reply(
        Reply.sse(
            chunk("{\"content\":\"A whole and decent answer.\"}", "null")
                + chunk("{}", "\"stop\"")
                + "data: [DONE]\n\n"));
    try (TestGateway gateway =
            TestGateway.start(
                TestGateway.pack(
                    upstream.baseUrl(),
                    "pii-detector, quality-scorer",
                    "quality-scorer: {thresholds: {min_aggregate: 0.7}}"));
        RawClient client = RawClient.connect(gateway.url())) {
      String answer = client.post("/v1/chat/completions", ASK).readAll();
      assertThat(answer)
          .contains("A whole and decent ")
          .contains("answer.")
          .endsWith("data: [DONE]\n\n");
      assertThat(client.header("x-keeptrusts-stream")).contains("buffered; by=quality-scorer");
    }
  }
}
