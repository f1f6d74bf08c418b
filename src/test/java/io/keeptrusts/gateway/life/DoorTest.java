package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.CHAT;
import static io.keeptrusts.gateway.life.Talk.assertError;
import static io.keeptrusts.gateway.life.Talk.post;
import static io.keeptrusts.gateway.life.Talk.send;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may come in, how much they may bring, and how many at a time. */
class DoorTest {
  private static final String TOKEN = "a-token-of-the-gateway";
  private static final int MOST = 200_000;
  private static FakeUpstream upstream;
  private static TestGateway open;
  private static TestGateway locked;

  @BeforeAll
  static void start() {
    upstream = FakeUpstream.start();
    String pack = TestGateway.pack(upstream.baseUrl(), "pii-detector", "");
    open =
        TestGateway.start(
            Map.of(
                "gateway.http.max-body",
                "200000",
                "gateway.max-concurrency",
                "2",
                "gateway.upstream.idle",
                "1500ms"),
            pack);
    locked = TestGateway.start(Map.of("gateway.api-token", TOKEN), pack);
  }

  @AfterAll
  static void stop() {
    open.close();
    locked.close();
    upstream.close();
  }

  private static Heard knock(String authorization) {
    Map<String, String> headers =
        authorization == null ? Map.of() : Map.of("authorization", authorization);
    return send(locked, "POST", CHAT, headers, Talk.ASK_WHOLE.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Basic " + TOKEN,
        TOKEN,
        "Bearer " + TOKEN + "x"
      })
  void aWrongTokenIsToldTheSameAsNone(String authorization) {
    Heard heard = knock(authorization);

    assertError(heard, 401, "authentication_error", "invalid_api_key", null);
    assertThat(heard.body()).isEqualTo(knock(null).body());
    assertThat(heard.headers()).containsEntry("www-authenticate", "Bearer");
  }

  @Test
  void theTokenOpensAndIsNotPassedOn() {
    upstream.reply(Reply.json(200, Talk.whole("Fine.")));

    Heard heard = knock("bearer " + TOKEN);

    assertThat(heard.status()).isEqualTo(200);
    assertThat(upstream.requests().getLast().headers().toString())
        .doesNotContain(TOKEN)
        .contains("sk-test-0123456789abcdef");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models",
        "/v1/models/gpt-4o",
        "/keeptrusts/config",
        "/keeptrusts/providers/metrics"
      })
  void everyDoorAsksForTheToken(String path) {
    assertError(
        send(locked, "GET", path, Map.of(), new byte[0]),
        401,
        "authentication_error",
        "invalid_api_key",
        null);
    assertThat(
            send(locked, "GET", path, Map.of("authorization", "Bearer " + TOKEN), new byte[0])
                .status())
        .isEqualTo(200);
  }

  @Test
  void aBodyAboveTheLimitIsA413ThatArrives() {
    Heard heard = post(open, Talk.ASK_WHOLE.replace("Hello", "x".repeat(MOST)));

    assertError(heard, 413, "validation_error", "request_too_large", null);
    assertThat(heard.body()).contains("gateway.http.max-body").doesNotContain("xxx");
  }

  @Test
  void aChunkedBodyAboveTheLimitIsA413ThatArrives() {
    String piece = "x".repeat(0x8000);
    try (RawClient client = RawClient.connect(open.url())) {
      client.send(
          ("POST "
                  + CHAT
                  + " HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
              .getBytes(ISO_8859_1));
      for (int i = 0; i < 10; i++) {
        client.send(("8000\r\n" + piece + "\r\n").getBytes(ISO_8859_1));
      }
      client.send("0\r\n\r\n".getBytes(ISO_8859_1));

      assertThat(client.status()).isEqualTo(413);
      assertThat(client.readAll()).contains("request_too_large");
    }
  }

  @Test
  void aBodyAtTheLimitIsTaken() {
    upstream.reply(Reply.json(200, Talk.whole("Fine.")));
    String body =
        Talk.ASK_WHOLE.replace(
            "Hello", "x".repeat(MOST - Talk.ASK_WHOLE.length() + "Hello".length()));

    assertThat(body).hasSize(MOST);
    assertThat(post(open, body).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"50, HTTP/1.1 100 Continue", "300000, HTTP/1.1 413 Request Entity Too Large"})
  void whoAsksBeforeSendingIsAnsweredFirst(int length, String line) throws IOException {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), open.port())) {
      client.setSoTimeout(10_000);
      client
          .getOutputStream()
          .write(
              ("POST "
                      + CHAT
                      + " HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: "
                      + length
                      + "\r\n\r\n")
                  .getBytes(ISO_8859_1));

      assertThat(
              new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1))
                  .readLine())
          .isEqualTo(line);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"401", "404", "405", "415"})
  void anAnswerBeforeTheBodyArrivesAndTheConnectionLivesOn(String status) {
    byte[] body = new byte[3 << 20];
    try (RawClient client = RawClient.connect((status.equals("401") ? locked : open).url())) {
      switch (status) {
        case "401" -> client.request("POST", CHAT, Map.of(), body);
        case "404" -> client.request("POST", "/nowhere", Map.of(), body);
        case "405" -> client.request("PUT", CHAT, Map.of(), body);
        default -> client.request("POST", CHAT, Map.of("content-type", "text/plain"), body);
      }
      assertThat(client.status()).isEqualTo(Integer.parseInt(status));
      client.readAll();

      client.get("/nowhere");
      assertThat(client.status()).isEqualTo(404);
    }
  }

  private static RawClient stalled() {
    RawClient client = RawClient.connect(open.url());
    client.post(CHAT, ASK).readUntil("Hi");
    return client;
  }

  @Test
  void oneTooManyIsA503UntilASlotIsFree() {
    Reply stall = Reply.sse(Talk.ROLE + Talk.text("Hi there, ")).stall();
    upstream.reply(stall, stall);
    try (RawClient first = stalled();
        RawClient second = stalled()) {
      Heard heard = post(open, ASK);

      assertError(heard, 503, "overloaded", "too_many_requests", null);
      assertThat(heard.headers()).containsEntry("retry-after", "1");

      first.reset(); // ends by leaving
      second.readAll(); // ends by a failure
      assertThat(Talk.lastError(second.body()).path("code").asText()).isEqualTo("upstream_timeout");
    }
    Talk.awaitIdle(open);
    for (int i = 0; i < 4; i++) { // each of them ends regularly
      upstream.reply(Reply.json(200, Talk.whole("Fine.")));
      assertThat(post(open, Talk.ASK_WHOLE).status()).isEqualTo(200);
    }
    for (int i = 0; i < 4; i++) { // refused ones give their slot back, too
      assertThat(post(open, "{}").status()).isEqualTo(422);
    }
    Talk.awaitIdle(open);
  }
}
