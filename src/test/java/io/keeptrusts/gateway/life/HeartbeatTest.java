package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.CHAT;
import static io.keeptrusts.gateway.life.Talk.ROLE;
import static io.keeptrusts.gateway.life.Talk.post;
import static io.keeptrusts.gateway.life.Talk.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The head waits for the first thing that is said; silence after the provider's 200 is broken by
 * comments.
 */
class HeartbeatTest {
  private static final String BEAT = ": keep-alive\n\n";
  private static FakeUpstream upstream;
  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    upstream = FakeUpstream.start();
    gateway =
        TestGateway.start(
            Map.of("gateway.sse.heartbeat", "150ms", "gateway.upstream.first-byte", "2s"),
            TestGateway.pack(upstream.baseUrl(), "pii-detector", ""));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstream.close();
  }

  @Test
  void silenceIsBrokenAndTheHeadGoesOutWithIt() {
    upstream.reply(Reply.sse(ROLE).stall());
    try (RawClient client = RawClient.connect(gateway.url())) {
      client.post(CHAT, ASK);

      assertThat(client.status()).isEqualTo(200);
      assertThat(client.readUntil(BEAT + BEAT)).isEqualTo((BEAT + BEAT));
      assertThat(client.headers())
          .containsEntry("content-type", "text/event-stream; charset=utf-8")
          .containsEntry("cache-control", "no-cache")
          .containsEntry("x-accel-buffering", "no")
          .containsEntry("x-keeptrusts-stream", "realtime")
          .containsKey("x-request-id");
    }
  }

  @Test
  void theFrameThatWaitedFollowsWithTheFirstText() {
    String rest = text("Here I am. ") + Talk.STOP + Talk.DONE;
    upstream.reply(Reply.sse(ROLE + rest).cuts(ROLE.length()).delay(Duration.ofMillis(700)));

    String body = post(gateway, ASK).body();

    assertThat(body).startsWith(BEAT);
    assertThat(body.replace(BEAT, "")).isEqualTo(ROLE + rest);
  }

  @Test
  void aProviderThatHasNotAnsweredHasNoHeartbeat() {
    upstream.reply(Reply.sse(Talk.stream("Late. ")).headDelay(Duration.ofMillis(700)));

    Heard heard = post(gateway, ASK);

    assertThat(heard.body()).isEqualTo(Talk.stream("Late. "));
  }

  @Test
  void aProviderThatRefusesLateIsNotHiddenByAHeartbeat() {
    upstream.reply(
        Reply.json(400, "{\"error\":{\"message\":\"Not like that.\"}}")
            .headDelay(Duration.ofMillis(700)));

    assertThat(post(gateway, ASK).status()).isEqualTo(400);
  }

  @Test
  void anAnswerThatIsNotStreamedHasNoHeartbeat() {
    upstream.reply(Reply.json(200, Talk.whole("Late.")).cuts(10).delay(Duration.ofMillis(700)));

    assertThat(post(gateway, Talk.ASK_WHOLE).body()).isEqualTo(Talk.whole("Late."));
  }

  @Test
  void whileABufferedPolicyCollectsTheClientHearsComments() {
    gateway.repack(TestGateway.pack(upstream.baseUrl(), "quality-scorer", ""));
    try {
      String said = ROLE + text("A whole and decent ");
      upstream.reply(
          Reply.sse(said + text("answer. ") + Talk.STOP + Talk.DONE)
              .cuts(said.length())
              .delay(Duration.ofMillis(700)));

      Heard heard = post(gateway, ASK);

      assertThat(heard.body()).startsWith(BEAT);
      assertThat(Talk.content(heard.body())).isEqualTo("A whole and decent answer. ");
      assertThat(heard.headers())
          .containsEntry("x-keeptrusts-stream", "buffered; by=quality-scorer");
    } finally {
      gateway.repack(TestGateway.pack(upstream.baseUrl(), "pii-detector", ""));
    }
  }

  @Test
  void silenceInTheMiddleIsBrokenBetweenEvents() {
    String said = ROLE + text("First. ");
    String rest = text("Second. ") + Talk.STOP + Talk.DONE;
    // in the middle of an event, and while text is held
    upstream.reply(Reply.sse(said + rest).cuts(said.length() + 30).delay(Duration.ofMillis(700)));

    String body = post(gateway, ASK).body();

    assertThat(body).contains(BEAT);
    assertThat(body.replace(BEAT, "")).isEqualTo(said + rest);
  }
}
