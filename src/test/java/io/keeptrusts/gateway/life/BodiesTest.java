package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.CHAT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.exchange.Spans;
import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Request bodies take a bounded amount of memory, all together. */
class BodiesTest {
  private static final String ASK =
      Talk.ask(true, ",\"metadata\":{\"note\":\"" + "n".repeat(40_000) + "\"}");

  private FakeUpstream upstream;
  private TestGateway gateway;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
    gateway =
        TestGateway.start(
            Map.of("gateway.http.max-bodies", "64K"),
            TestGateway.pack(upstream.baseUrl(), "pii-detector", ""));
  }

  @AfterEach
  void stop() {
    gateway.close();
    upstream.close();
  }

  private void awaitNothingHeld() {
    await().untilAsserted(() -> assertThat(gateway.gateway().bodies().taken()).isZero());
  }

  @Test
  void whereOpenExchangesLeaveNoRoomANewOneIsRefusedUntilTheyEnd() {
    upstream.reply(Reply.silent(), Reply.sse(Talk.stream("Here. ")));
    try (RawClient first = RawClient.connect(gateway.url())) {
      first.post(CHAT, ASK);
      upstream.take();

      Heard refused = Talk.post(gateway, ASK);

      Talk.assertError(refused, 503, "overloaded", "too_many_requests", null);
      assertThat(refused.headers()).containsEntry("retry-after", "1");
      first.reset();
    }
    awaitNothingHeld();
    assertThat(Talk.post(gateway, ASK).status()).isEqualTo(200);
    awaitNothingHeld();
  }

  @Test
  void anUploadThatNeverEndsCountsUntilItsConnectionDoes() {
    try (RawClient slow = RawClient.connect(gateway.url())) {
      String head = "POST " + CHAT + " HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n";
      slow.send((head + "x".repeat(50_000)).getBytes(UTF_8));
      await().untilAsserted(() -> assertThat(gateway.gateway().bodies().taken()).isEqualTo(50_000));

      assertThat(Talk.post(gateway, ASK).status()).isEqualTo(503);
      slow.reset();
    }
    awaitNothingHeld();
  }

  @Test
  void whatIsRefusedHoldsNothing() {
    assertThat(Talk.post(gateway, "{" + "x".repeat(30_000)).status()).isEqualTo(422);
    gateway.gateway().drain();
    assertThat(Talk.post(gateway, ASK).status()).isEqualTo(503);

    assertThat(gateway.gateway().bodies().taken()).isZero();
  }

  @Test
  void anExchangeThatCannotBeginGivesBackItsPlaceAndItsBody() {
    gateway.close();
    AtomicBoolean broken = new AtomicBoolean(true);
    Spans spans =
        (exchange, operation) -> {
          if (broken.get()) {
            throw new IllegalStateException("tracing is out of order");
          }
          return Spans.NONE.serving(exchange, operation);
        };
    gateway =
        TestGateway.start(
            Map.of("gateway.max-concurrency", "1"),
            spans,
            TestGateway.pack(upstream.baseUrl(), "pii-detector", ""));
    upstream.reply(Reply.sse(Talk.stream("Here. ")));

    for (int i = 0; i < 3; i++) {
      Talk.assertError(Talk.post(gateway, ASK), 500, "upstream_error", "internal_error", null);
      awaitNothingHeld();
    }
    broken.set(false);

    assertThat(Talk.post(gateway, ASK).status()).isEqualTo(200);
  }
}
