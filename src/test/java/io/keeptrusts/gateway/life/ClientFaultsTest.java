package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.ROLE;
import static io.keeptrusts.gateway.life.Talk.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Everything that a client can do wrong below HTTP: nobody else feels it, no provider is asked for
 * half a request, and no slot stays taken. Who leaves and who is slow: {@link ClientTest}.
 */
class ClientFaultsTest {
  private static final String HEAD =
      "POST /v1/chat/completions HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\n";
  private static final String REQUEST = HEAD + "Content-Length: " + ASK.length() + "\r\n\r\n" + ASK;
  private static FakeUpstream upstream;
  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    upstream = FakeUpstream.start();
    gateway = TestGateway.start(TestGateway.pack(upstream.baseUrl(), "pii-detector", ""));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstream.close();
  }

  @AfterEach
  void theNextClientIsServed() {
    Talk.awaitIdle(gateway);
    upstream.reply(Reply.sse(Talk.stream("Fine. ")));
    assertThat(Talk.content(Talk.post(gateway, ASK).body())).isEqualTo("Fine. ");
    Talk.awaitIdle(gateway);
  }

  private static RawClient connect() {
    return RawClient.connect(gateway.url());
  }

  static Stream<Arguments> halves() {
    String half = REQUEST.substring(0, REQUEST.length() - 20);
    return Stream.of(
            "POST",
            HEAD,
            HEAD + "Content-Length: 500\r\n\r\n",
            half,
            HEAD + "Transfer-Encoding: chunked\r\n\r\n20\r\n{\"model\":")
        .flatMap(
            sent ->
                Stream.<Consumer<RawClient>>of(
                        RawClient::reset, RawClient::close, RawClient::halfClose)
                    .map(leave -> Arguments.of(sent, leave)));
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("halves")
  void halfARequestAsksNobody(String sent, Consumer<RawClient> leave) {
    int before = upstream.requests().size();
    try (RawClient client = connect()) {
      client.send(sent.getBytes(UTF_8));
      leave.accept(client);

      await().during(Duration.ofMillis(60)).until(() -> gateway.gateway().openExchanges() == 0);
    }
    assertThat(upstream.requests()).hasSize(before);
  }

  @Test
  void aRequestThatComesByteByByteIsServed() {
    upstream.reply(Reply.sse(Talk.stream("Patience. ")));
    try (RawClient client = connect()) {
      byte[] bytes = REQUEST.getBytes(UTF_8);
      IntStream.range(0, bytes.length)
          .forEach(i -> client.send(Arrays.copyOfRange(bytes, i, i + 1)));

      assertThat(Talk.content(client.readAll())).isEqualTo("Patience. ");
    }
  }

  @Test
  void aBodyInChunksIsServed() {
    upstream.reply(Reply.sse(Talk.stream("In pieces. ")));
    StringBuilder request = new StringBuilder(HEAD + "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < ASK.length(); i++) {
      request.append("1\r\n").append(ASK.charAt(i)).append("\r\n");
    }
    try (RawClient client = connect()) {
      client.send((request + "0\r\n\r\n").getBytes(UTF_8));

      assertThat(Talk.content(client.readAll())).isEqualTo("In pieces. ");
    }
  }

  /** A client may send the next request before it has read the answer to the first. */
  @Test
  void requestsInOneGoAreAnsweredInOrder() throws IOException {
    upstream.reply(
        Reply.sse(Talk.stream("One. ")).headDelay(Duration.ofMillis(80)),
        Reply.sse(Talk.stream("Two. ")));
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
      client.setSoTimeout(10_000);
      client.getOutputStream().write((REQUEST + REQUEST).getBytes(UTF_8));

      StringBuilder all = new StringBuilder();
      while (all.indexOf("Two. ") < 0) {
        all.append((char) client.getInputStream().read());
      }
      assertThat(all.indexOf("One. ")).isBetween(0, all.indexOf("Two. "));
      assertThat(all.toString().split("HTTP/1.1 200", -1)).hasSize(3);
    }
  }

  @Test
  void whoPipelinesAndLeavesTakesNothingAlong() {
    upstream.reply(Reply.sse(ROLE + text("Hi there, ")).stall());
    try (RawClient client = connect()) {
      client.send((REQUEST + REQUEST + REQUEST).getBytes(UTF_8));
      client.readUntil("Hi there");
      var first = upstream.requests().getLast();
      client.reset();

      assertThat(first.closedByPeer()).succeedsWithin(Duration.ofSeconds(5));
    }
  }

  /** What two readers of HTTP would read in two ways is read by none. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: -5\r\n",
        "Content-Length: x\r\n",
        "Bad Header: x\r\n",
        "X: a\u0000b\r\n"
      })
  void anAmbiguousRequestAsksNobody(String headers) {
    int before = upstream.requests().size();
    try (RawClient client = connect()) {
      client.send((HEAD + headers + "\r\n0\r\n\r\n" + REQUEST).getBytes(UTF_8));
      client.halfClose();
      client.readAll();

      assertThat(new String(client.raw(), UTF_8)).doesNotContain("HTTP/1.1 200");
    }
    assertThat(upstream.requests()).hasSize(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {20_000, 2_000_000})
  void aHeadTooLargeIsRefused(int length) {
    try (RawClient client = connect()) {
      try {
        client.request("POST", Talk.CHAT, Map.of("x", "a".repeat(length)), ASK.getBytes(UTF_8));
      } catch (UncheckedIOException e) {
        return; // the gateway did not wait for the rest
      }
      client.readAll();
      List<String> lines = new String(client.raw(), UTF_8).lines().limit(1).toList();

      assertThat(lines).allMatch(line -> line.startsWith("HTTP/1.1 4"));
    }
  }
}
