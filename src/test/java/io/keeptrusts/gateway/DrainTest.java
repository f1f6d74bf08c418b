package io.keeptrusts.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The polite end, without the process around it. */
class DrainTest {
  private static final String ASK =
      """
      {"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"Hello"}]}""";
  private static final String WORD =
      """
      data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o",\
      "choices":[{"index":0,"delta":{"content":"word "},"finish_reason":null}]}

      """;

  private FakeUpstream upstream;
  private TestGateway gateway;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
    gateway = TestGateway.start(TestGateway.pack(upstream.baseUrl(), "pii-detector", ""));
  }

  @AfterEach
  void stop() {
    gateway.close();
    upstream.close();
  }

  @Test
  void whileDrainingNewRequestsAreSentElsewhere() {
    try (RawClient client = RawClient.connect(gateway.url())) {
      gateway.gateway().drain();
      client.post("/v1/chat/completions", ASK).readAll();

      assertThat(client.status()).isEqualTo(503);
      assertThat(client.header("retry-after")).contains("1");
      assertThat(client.body()).contains("\"code\":\"draining\"");
      assertThat(upstream.requests()).isEmpty();
      assertThat(client.header("connection")).contains("close");
      client.awaitClosed();
    }
  }

  @Test
  void anAnswerThatBeginsWhileDrainingIsTheLastOfItsConnection() {
    upstream.reply(Reply.sse(WORD + "data: [DONE]\n\n").headDelay(Duration.ofMillis(300)));
    try (RawClient client = RawClient.connect(gateway.url())) {
      client.post("/v1/chat/completions", ASK);
      upstream.take();
      gateway.gateway().drain();
      client.readAll();

      assertThat(client.status()).isEqualTo(200);
      assertThat(client.body()).contains("word ").endsWith("data: [DONE]\n\n");
      assertThat(client.header("connection")).contains("close");
      client.awaitClosed();
    }
  }

  @Test
  void aStreamThatIsStillOpenAtTheEndIsEndedWithAnError() {
    upstream.reply(Reply.sse(WORD).stall());
    try (RawClient client = RawClient.connect(gateway.url())) {
      client.post("/v1/chat/completions", ASK).readUntil("word ");
      gateway.gateway().drain();
      gateway.gateway().abortOpen();
      String answer = client.readAll();

      assertThat(answer)
          .contains("\"code\":\"draining\"")
          .endsWith("data: [DONE]\n\n")
          .doesNotContain("\"stop\"");
      assertThat(client.end()).isEqualTo(RawClient.End.WHOLE);
      assertThat(upstream.take().closedByPeer()).succeedsWithin(Duration.ofSeconds(5));
      await().untilAsserted(() -> assertThat(gateway.gateway().openExchanges()).isZero());
    }
  }

  @Test
  void aRequestStillWithoutAnAnswerGetsA503() {
    upstream.reply(Reply.silent());
    try (RawClient client = RawClient.connect(gateway.url())) {
      client.post("/v1/chat/completions", ASK);
      upstream.take();
      gateway.gateway().abortOpen();
      client.readAll();

      assertThat(client.status()).isEqualTo(503);
      assertThat(client.header("retry-after")).contains("1");
    }
  }

  @Test
  void verdictsAreCountedByTheSideTheyFellOn() {
    upstream.reply(Reply.sse(WORD.replace("word ", "jane.doe@example.com ") + "data: [DONE]\n\n"));
    try (RawClient client = RawClient.connect(gateway.url())) {
      client.post("/v1/chat/completions", ASK.replace("Hello", "I am joe@example.com")).readAll();
    }

    assertThat(gateway.metrics().find("keeptrusts.gateway.verdicts").counters())
        .extracting(
            counter -> counter.getId().getTag("phase") + " " + counter.getId().getTag("verdict"))
        .containsExactlyInAnyOrder("input redact", "output redact");
  }
}
