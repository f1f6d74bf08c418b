package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.assertError;
import static io.keeptrusts.gateway.life.Talk.post;
import static io.keeptrusts.gateway.life.Talk.twoTargets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Retries, rests and strategies, as a client and an operator see them. */
class RoutingTest {
  private static final String GOOD = Talk.stream("Fine. ");
  private FakeUpstream one;
  private FakeUpstream two;
  private TestGateway gateway;

  @BeforeEach
  void start() {
    one = FakeUpstream.start();
    two = FakeUpstream.start();
  }

  @AfterEach
  void stop() {
    Talk.awaitIdle(gateway);
    gateway.close();
    one.close();
    two.close();
  }

  private void single(String fallback) {
    gateway =
        TestGateway.start(
            TestGateway.pack(one.baseUrl(), "pii-detector", "")
                .replace("policies:", "  fallback: " + fallback + "\npolicies:"));
  }

  private void both(String fallback, String breaker) {
    gateway =
        TestGateway.start(
            twoTargets(one.baseUrl(), two.baseUrl(), fallback, "pii-detector")
                .replace("policies:", "  circuit_breaker: " + breaker + "\npolicies:"));
  }

  @Test
  void aSingleTargetIsAskedAgainAfterAPause() {
    single("{max_retries: 1}");
    one.reply(Reply.json(503, "{}"));
    one.reply(Reply.sse(GOOD));
    long asked = System.nanoTime();

    Heard heard = post(gateway, ASK);

    assertThat(heard.body()).isEqualTo(GOOD);
    assertThat(one.requests()).hasSize(2);
    assertThat(Duration.ofNanos(System.nanoTime() - asked)).isGreaterThan(Duration.ofMillis(100));
  }

  @Test
  void aRetryWaitsForAsLongAsTheProviderAsked() {
    single("{max_retries: 1}");
    one.reply(Reply.of(429, Map.of("retry-after", "1"), new byte[] {'{', '}'}));
    one.reply(Reply.sse(GOOD));
    long asked = System.nanoTime();

    assertThat(post(gateway, ASK).body()).isEqualTo(GOOD);
    assertThat(Duration.ofNanos(System.nanoTime() - asked))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void whoWouldHaveToWaitTooLongIsToldSo() {
    single("{max_retries: 1}");
    one.reply(Reply.of(429, Map.of("retry-after", "60"), new byte[] {'{', '}'}));

    Heard heard = post(gateway, ASK);

    assertError(heard, 429, "rate_limit", "rate_limit_exceeded", null);
    assertThat(heard.headers()).containsEntry("retry-after", "60");
    assertThat(one.requests()).hasSize(1);
  }

  @Test
  void aClientThatLeavesDuringThePauseEndsTheExchange() {
    single("{max_retries: 1}");
    one.reply(Reply.of(429, Map.of("retry-after", "9"), new byte[] {'{', '}'}));
    try (RawClient client = RawClient.connect(gateway.url())) {
      client.post("/v1/chat/completions", ASK);
      await().until(() -> one.requests().size() == 1);
      await().pollDelay(Duration.ofMillis(100)).until(() -> gateway.gateway().openExchanges() == 1);
      client.reset();
    }

    await().atMost(Duration.ofSeconds(2)).until(() -> gateway.gateway().openExchanges() == 0);
    assertThat(one.requests()).hasSize(1);
  }

  @Test
  void aTargetThatKeepsFailingIsPassedOver() {
    both("{max_retries: 1}", "{failure_threshold: 2, cooldown_seconds: 600}");
    for (int i = 0; i < 2; i++) {
      one.reply(Reply.json(500, "{}"));
    }
    for (int i = 0; i < 4; i++) {
      two.reply(Reply.sse(GOOD));
    }

    for (int i = 0; i < 4; i++) {
      assertThat(post(gateway, ASK).body()).isEqualTo(GOOD);
    }

    assertThat(one.requests()).hasSize(2);
    assertThat(two.requests()).hasSize(4);
    assertThat(metrics()).contains("\"circuit\":\"open\"").contains("\"circuit\":\"closed\"");
  }

  @Test
  void allOpenIsRefusedWhereThePackSaysSo() {
    both(
        "{max_retries: 1}", "{failure_threshold: 1, cooldown_seconds: 600, when_all_open: refuse}");
    one.reply(Reply.json(500, "{}"));
    two.reply(Reply.json(500, "{}"));
    assertThat(post(gateway, ASK).status()).isEqualTo(502);

    Heard heard = post(gateway, ASK);

    assertError(heard, 503, "overloaded", "no_provider", null);
    assertThat(Integer.parseInt(heard.headers().get("retry-after"))).isBetween(590, 601);
    assertThat(one.requests()).hasSize(1);
  }

  @Test
  void roundRobinSharesTheRequests() {
    both("{strategy: round-robin}", "{}");
    for (int i = 0; i < 2; i++) {
      one.reply(Reply.sse(GOOD));
      two.reply(Reply.sse(GOOD));
    }

    for (int i = 0; i < 4; i++) {
      assertThat(post(gateway, ASK).body()).isEqualTo(GOOD);
    }

    assertThat(one.requests()).hasSize(2);
    assertThat(two.requests()).hasSize(2);
    assertThat(metrics()).contains("\"first_token_ms\":");
  }

  private String metrics() {
    try (RawClient client = RawClient.connect(gateway.url())) {
      return client.get("/keeptrusts/providers/metrics").readAll();
    }
  }
}
