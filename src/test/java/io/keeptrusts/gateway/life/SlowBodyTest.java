package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.CHAT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that take their time with a body. */
class SlowBodyTest {
  private static final int ANNOUNCED = 150_000;
  private final FakeUpstream upstream = FakeUpstream.start();
  private TestGateway gateway;

  @AfterEach
  void stop() {
    gateway.close();
    upstream.close();
  }

  private void start(Map<String, String> settings) {
    gateway = TestGateway.start(settings, TestGateway.pack(upstream.baseUrl(), "", ""));
  }

  /** Sends the head of a request and a part of its body. */
  private RawClient begin(int part) {
    RawClient client = RawClient.connect(gateway.url());
    client.request(
        "POST",
        CHAT,
        Map.of("content-length", Integer.toString(ANNOUNCED)),
        " ".repeat(part).getBytes(ISO_8859_1));
    return client;
  }

  @Test
  void aBodyThatDoesNotArriveInTimeIsA408AndTheConnectionEnds() {
    start(Map.of("gateway.http.body-timeout", "300ms"));
    try (RawClient client = begin(10)) {
      assertThat(client.readAll()).contains("\"code\":\"request_timeout\"");
      assertThat(client.status()).isEqualTo(408);
      assertThat(client.header("connection")).contains("close");
    }
  }

  @Test
  void theTimeForABodyDoesNotCutTheAnswer() {
    start(Map.of("gateway.http.body-timeout", "200ms"));
    String first = Talk.ROLE + Talk.text("First. ");
    upstream.reply(
        Reply.sse(first + Talk.text("Last.") + Talk.STOP + Talk.DONE)
            .cuts(first.length())
            .delay(Duration.ofMillis(800)));
    try (RawClient client = RawClient.connect(gateway.url()).post(CHAT, Talk.ASK)) {
      assertThat(Talk.content(client.readAll())).isEqualTo("First. Last.");
    }
  }
}
