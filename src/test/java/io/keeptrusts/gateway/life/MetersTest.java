package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.CHAT;
import static io.keeptrusts.gateway.life.Talk.ROLE;
import static io.keeptrusts.gateway.life.Talk.post;
import static io.keeptrusts.gateway.life.Talk.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import io.micrometer.core.instrument.search.RequiredSearch;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators count. */
class MetersTest {
  private FakeUpstream one;
  private FakeUpstream two;
  private TestGateway gateway;

  @BeforeEach
  void start() {
    one = FakeUpstream.start();
    two = FakeUpstream.start();
    gateway =
        TestGateway.start(
            Map.of("gateway.max-concurrency", "1"),
            Talk.twoTargets(one.baseUrl(), two.baseUrl(), "{max_retries: 1}", "pii-detector"));
  }

  @AfterEach
  void stop() {
    gateway.close();
    one.close();
    two.close();
  }

  private RequiredSearch meter(String name, String... tags) {
    return gateway.metrics().get("keeptrusts.gateway." + name).tags(tags);
  }

  private double count(String name, String... tags) {
    return meter(name, tags).counter().count();
  }

  @Test
  void aWholeStreamIsCountedFromItsChunksToItsTokens() {
    one.reply(
        Reply.sse(
            ROLE
                + text("One. ")
                + text("Ask jane.doe@example.com now. ")
                + Talk.STOP
                + "data: {\"id\":\"c1\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5,\"total_tokens\":8}}\n\n"
                + Talk.DONE));

    String body = post(gateway, ASK).body();
    Talk.awaitIdle(gateway);

    assertThat(body).doesNotContain("total_tokens");
    assertThat(
            count(
                "requests",
                "provider",
                "openai",
                "status",
                "200",
                "outcome",
                "completed",
                "stream",
                "true"))
        .isEqualTo(1);
    assertThat(count("chunks")).isEqualTo(Talk.events(body).size());
    assertThat(count("verdicts", "phase", "output", "policy", "pii-detector", "verdict", "redact"))
        .isEqualTo(1);
    assertThat(count("tokens", "provider", "openai", "direction", "input")).isEqualTo(3);
    assertThat(count("tokens", "provider", "openai", "direction", "output")).isEqualTo(5);
    assertThat(meter("request.duration", "provider", "openai").timer().count()).isEqualTo(1);
    double upstreamFirst =
        meter("upstream.first.token", "provider", "openai")
            .timer()
            .totalTime(TimeUnit.MILLISECONDS);
    double deliveredFirst =
        meter("delivered.first.token", "provider", "openai")
            .timer()
            .totalTime(TimeUnit.MILLISECONDS);
    assertThat(upstreamFirst).isPositive().isLessThanOrEqualTo(deliveredFirst);
    assertThat(meter("open.streams").gauge().value()).isZero();
  }

  @Test
  void heldTextIsCounted() {
    String before = ROLE + text("Ask jane.doe@");
    one.reply(
        Reply.sse(before + text("example.com now. ") + Talk.STOP + Talk.DONE)
            .cuts(before.length())
            .delay(Duration.ofMillis(200)));

    post(gateway, ASK);
    Talk.awaitIdle(gateway);

    assertThat(meter("holdback.characters").summary().max()).isEqualTo("jane.doe@".length());
    assertThat(meter("holdback").timer().count()).isPositive();
  }

  @Test
  void everyOutcomeIsCounted() {
    one.reply(Reply.json(400, "{}"), Reply.sse(ROLE + text("One. ")).stall());
    post(gateway, ASK);
    Talk.awaitIdle(gateway);
    post(gateway, "{}");
    Talk.awaitIdle(gateway);
    try (RawClient client = RawClient.connect(gateway.url())) {
      client.post(CHAT, ASK).readUntil("One. ");
      assertThat(meter("open.streams").gauge().value()).isEqualTo(1);
      assertThat(post(gateway, ASK).status()).isEqualTo(503);
      client.reset();
      Talk.awaitIdle(gateway);
    }

    assertThat(count("requests", "status", "400", "outcome", "failed", "provider", "openai"))
        .isEqualTo(1);
    assertThat(count("requests", "status", "422", "outcome", "refused", "provider", "none"))
        .isEqualTo(1);
    assertThat(count("requests", "status", "503", "outcome", "refused", "provider", "none"))
        .isEqualTo(1);
    assertThat(count("requests", "status", "200", "outcome", "cancelled", "provider", "openai"))
        .isEqualTo(1);
    await().untilAsserted(() -> assertThat(meter("open.streams").gauge().value()).isZero());
  }

  @Test
  void blocksAreCountedInTheirPhase() {
    String pack = TestGateway.pack(one.baseUrl(), "pii-detector", "pii-detector: {action: block}");
    gateway.repack(pack);
    one.reply(Reply.sse(Talk.stream("jane.doe@example.com ")));

    post(gateway, ASK);
    Talk.awaitIdle(gateway);
    post(gateway, ASK.replace("Hello", "jane.doe@example.com"));
    Talk.awaitIdle(gateway);

    assertThat(count("verdicts", "phase", "output", "policy", "pii-detector", "verdict", "block"))
        .isEqualTo(1);
    assertThat(count("verdicts", "phase", "input", "policy", "pii-detector", "verdict", "block"))
        .isEqualTo(1);
    assertThat(count("requests", "status", "409", "outcome", "blocked", "provider", "openai"))
        .isEqualTo(1);
    assertThat(count("requests", "status", "409", "outcome", "blocked", "provider", "none"))
        .isEqualTo(1);
  }

  @Test
  void failedAttemptsAreCountedByTarget() {
    one.reply(Reply.json(500, "{}"));
    two.reply(Reply.json(429, "{}"));

    post(gateway, ASK);
    Talk.awaitIdle(gateway);

    assertThat(count("attempts.failed", "target", "one", "kind", "server", "fallback", "true"))
        .isEqualTo(1);
    assertThat(count("attempts.failed", "target", "two", "kind", "rate_limit", "fallback", "false"))
        .isEqualTo(1);
    assertThat(count("requests", "status", "429", "outcome", "failed")).isEqualTo(1);
  }
}
