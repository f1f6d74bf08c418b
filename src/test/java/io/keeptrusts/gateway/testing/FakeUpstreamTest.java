package io.keeptrusts.gateway.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.testing.RawClient.End;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakeUpstreamTest {
  private final FakeUpstream upstream = FakeUpstream.start();

  @AfterEach
  void close() {
    upstream.close();
  }

  @Test
  void recordsWhatItWasAsked() {
    upstream.reply(Reply.json(201, "{}"));
    try (RawClient client = RawClient.connect(upstream.baseUrl())) {
      client.post("/v1/x?y=1", Map.of("authorization", "Bearer k"), "{\"a\":\"é\"}");

      assertThat(client.status()).isEqualTo(201);
      assertThat(client.header("Content-Type")).hasValue("application/json");
      assertThat(client.readAll()).isEqualTo("{}");
    }

    Received request = upstream.take();
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.uri()).isEqualTo("/v1/x?y=1");
    assertThat(request.headers().get("Authorization")).isEqualTo("Bearer k");
    assertThat(request.text()).isEqualTo("{\"a\":\"é\"}");
    assertThat(upstream.requests()).containsExactly(request);
  }

  @Test
  void playsItsScriptInOrderAndThenAsksTheHandler() {
    upstream
        .reply(Reply.json(200, "1"), Reply.json(200, "2"))
        .handle(request -> Reply.json(200, request.uri()));
    try (RawClient client = RawClient.connect(upstream.baseUrl())) {
      assertThat(client.get("/a").readAll()).isEqualTo("1");
      assertThat(client.get("/b").readAll()).isEqualTo("2");
      assertThat(client.get("/c").readAll()).isEqualTo("/c");
    }
  }

  @Test
  void writesEachPieceAsAChunkOfItsOwn() {
    upstream.reply(
        Reply.sse("data: é\n\n").cuts(2, 5),
        Reply.sse("abcde").cutEvery(2),
        Reply.sse("abc").cutEvery(1));
    try (RawClient client = RawClient.connect(upstream.baseUrl())) {
      client.get("/").readAll();
      assertThat(client.raw())
          .endsWith(
              "\r\n\r\n2\r\nda\r\n5\r\nta: \u00c3\r\n3\r\n\u00a9\n\n\r\n0\r\n\r\n"
                  .getBytes(ISO_8859_1));
      client.get("/").readAll();
      assertThat(client.raw())
          .endsWith("2\r\nab\r\n2\r\ncd\r\n1\r\ne\r\n0\r\n\r\n".getBytes(UTF_8));
      client.get("/").readAll();
      assertThat(client.raw()).endsWith("1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n".getBytes(UTF_8));
    }
  }

  @Test
  void waitsBeforeTheHeadAndBetweenPieces() {
    upstream.reply(
        Reply.sse("abc").cutEvery(1).headDelay(Duration.ofMillis(80)).delay(Duration.ofMillis(60)));
    try (RawClient client = RawClient.connect(upstream.baseUrl())) {
      Instant start = Instant.now();
      client.get("/").readAll();

      // only lower bounds: a busy machine may read late, and then several pieces at once
      List<RawClient.Piece> pieces = client.pieces();
      assertThat(client.body()).isEqualTo("abc");
      assertThat(Duration.between(start, pieces.getFirst().at()))
          .isGreaterThan(Duration.ofMillis(75));
      assertThat(Duration.between(start, pieces.getLast().at()))
          .isGreaterThan(Duration.ofMillis(190));
      assertThat(upstream.take().answered()).succeedsWithin(Duration.ofSeconds(5));
    }
  }

  @Test
  void resetsOrClosesInMidBody() {
    upstream.reply(
        Reply.sse("abc").cutEvery(1).resetAfter(2),
        Reply.sse("abc").cutEvery(1).closeAfter(1),
        Reply.sse("a").resetAfter(0));

    try (RawClient client = RawClient.connect(upstream.baseUrl())) {
      assertThat(client.get("/").readAll()).isEqualTo("ab");
      assertThat(client.end()).isEqualTo(End.RESET);
    }
    try (RawClient client = RawClient.connect(upstream.baseUrl())) {
      assertThat(client.get("/").readAll()).isEqualTo("a");
      assertThat(client.end()).isEqualTo(End.CLOSED);
    }
    try (RawClient client = RawClient.connect(upstream.baseUrl())) {
      assertThat(client.get("/").status()).isEqualTo(200);
      assertThat(client.readAll()).isEmpty();
      assertThat(client.end()).isEqualTo(End.RESET);
    }
    assertThat(upstream.requests()).noneMatch(request -> request.closedByPeer().isDone());
  }

  @SuppressWarnings("try") // closed on purpose before its time
  @Test
  void tellsWhenAPeerGoesWhileItStallsOrWasSilent() {
    upstream.reply(Reply.sse("abc").stall(), Reply.silent());
    for (boolean reset : new boolean[] {true, false}) {
      try (RawClient client = RawClient.connect(upstream.baseUrl())) {
        client.get("/");
        Received request = upstream.take();
        if (reset) {
          assertThat(client.readUntil("abc")).isEqualTo("abc");
          client.reset();
        } else {
          client.close();
        }

        assertThat(request.closedByPeer()).succeedsWithin(Duration.ofSeconds(5));
        assertThat(request.answered()).isNotDone();
      }
    }
  }

  @Test
  void anEndlessReplyStopsForAPeerThatDoesNotReadAndGoesOnWhenItDoes() {
    byte[] piece = "data: 0123456789\n\n".repeat(50).getBytes(UTF_8);
    upstream.reply(Reply.endless(piece));
    try (RawClient client = RawClient.connect(upstream.baseUrl(), 4096)) {
      client.get("/");
      Received request = upstream.take();
      await().until(request::writeQueueFull);
      long stopped = settled(request);
      assertThat(stopped).isLessThan(1 << 20);

      long read = 0;
      while (read <= stopped + (1 << 20)) {
        read += client.read().orElseThrow().bytes().length;
      }
      assertThat(request.bytesWritten()).isGreaterThan(stopped + (1 << 19));
      client.reset();
      assertThat(request.closedByPeer()).succeedsWithin(Duration.ofSeconds(5));
    }
  }

  /** Bytes written once they have not changed for a while. */
  private static long settled(Received request) {
    long[] last = {-1};
    await()
        .pollInterval(Duration.ofMillis(150))
        .until(
            () -> {
              long before = last[0];
              last[0] = request.bytesWritten();
              return before == last[0] && request.writeQueueFull();
            });
    return last[0];
  }
}
