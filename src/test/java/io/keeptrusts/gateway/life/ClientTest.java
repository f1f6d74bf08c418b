package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.ASK_WHOLE;
import static io.keeptrusts.gateway.life.Talk.CHAT;
import static io.keeptrusts.gateway.life.Talk.ROLE;
import static io.keeptrusts.gateway.life.Talk.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Received;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients that leave, and clients that are slow. A client that closes its sending side has left:
 * HTTP/1.1 lets a server read it so, and a proxy in between does the same.
 */
class ClientTest {
  private static final Duration PROMISE = Duration.ofMillis(100);
  private static final int TRIES = 5;
  private static final long MOST = 4 << 20;
  private static FakeUpstream upstream;
  private static TestGateway gateway;

  enum Leaving {
    RESET(RawClient::reset),
    CLOSE(RawClient::close),
    HALF_CLOSE(RawClient::halfClose);

    @SuppressWarnings("ImmutableEnumChecker") // method references without state
    private final Consumer<RawClient> go;

    Leaving(Consumer<RawClient> go) {
      this.go = go;
    }
  }

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
  void nothingStaysOpen() {
    Talk.awaitIdle(gateway);
  }

  /**
   * The best of a few tries: a busy machine may be late once, the gateway would be late each time.
   */
  private static void assertResetInTime(
      Leaving leaving, Reply reply, String ask, String readBefore) {
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < TRIES; i++) {
      upstream.reply(reply);
      try (RawClient client = RawClient.connect(gateway.url())) {
        client.post(CHAT, ask);
        Received request = upstream.take();
        if (!readBefore.isEmpty()) {
          client.readUntil(readBefore);
        }
        Instant left = Instant.now();
        leaving.go.accept(client);

        assertThat(request.closedByPeer()).succeedsWithin(Duration.ofSeconds(5));
        millis.add(Duration.between(left, request.closedByPeer().join()).toMillis());
      }
      if (millis.getLast() < PROMISE.toMillis()) {
        break;
      }
    }
    assertThat(millis).anyMatch(took -> took < PROMISE.toMillis());
  }

  @ParameterizedTest
  @EnumSource
  void whoLeavesBeforeTheProviderAnswersFreesIt(Leaving leaving) {
    assertResetInTime(leaving, Reply.silent(), ASK, "");
    assertResetInTime(leaving, Reply.silent(), ASK_WHOLE, "");
  }

  @ParameterizedTest
  @EnumSource
  void whoLeavesBeforeTheHeadFreesTheProvider(Leaving leaving) {
    assertResetInTime(leaving, Reply.sse(ROLE).stall(), ASK, "");
  }

  @ParameterizedTest
  @EnumSource
  void whoLeavesInMidStreamFreesTheProvider(Leaving leaving) {
    assertResetInTime(leaving, Reply.sse(ROLE + text("Hi there, ")).stall(), ASK, "Hi there");
  }

  @ParameterizedTest
  @EnumSource
  void whoLeavesWhileABufferedPolicyCollectsFreesTheProvider(Leaving leaving) {
    gateway.repack(TestGateway.pack(upstream.baseUrl(), "quality-scorer", ""));
    try {
      assertResetInTime(leaving, Reply.sse(ROLE + text("Hi there, ")).stall(), ASK, "");
    } finally {
      gateway.repack(TestGateway.pack(upstream.baseUrl(), "pii-detector", ""));
    }
  }

  @Test
  void whoLeavesWhileTheProviderIsPausedFreesIt() {
    upstream.reply(Reply.endless(text("word ".repeat(200)).getBytes(UTF_8)));
    try (RawClient client = RawClient.connect(gateway.url(), 4096)) {
      client.post(CHAT, ASK);
      Received request = upstream.take();
      settled(request);
      Instant left = Instant.now();
      client.reset();

      assertThat(request.closedByPeer()).succeedsWithin(Duration.ofSeconds(5));
      assertThat(Duration.between(left, request.closedByPeer().join()))
          .isLessThan(Duration.ofSeconds(1));
    }
  }

  @Test
  void aSlowClientPausesTheProviderAndLosesNothing() {
    String piece = text("word ".repeat(200));
    int count = 12_000; // more than all buffers between provider and client hold
    String all = ROLE + piece.repeat(count) + Talk.STOP + Talk.DONE;
    upstream.reply(Reply.sse(all).cutEvery(16 * 1024));
    try (RawClient client = RawClient.connect(gateway.url(), 4096)) {
      client.post(CHAT, ASK);
      Received request = upstream.take();
      long stopped = settled(request);
      assertThat(stopped).isBetween(1L, MOST);
      assertThat(stopped).isLessThan(all.length() / 2);

      AtomicInteger at = new AtomicInteger();
      for (var next = client.read(); next.isPresent(); next = client.read()) {
        String text = next.get().text();
        assertThat(all.startsWith(text, at.getAndAdd(text.length()))).as("at %s", at).isTrue();
      }
      assertThat(at).hasValue(all.length());
      assertThat(request.answered()).succeedsWithin(Duration.ofSeconds(5));
    }
  }

  @Test
  void anEndlessAnswerToOneWhoDoesNotReadTakesBoundedMemory() {
    upstream.reply(Reply.endless(text("word ".repeat(200)).getBytes(UTF_8)));
    try (RawClient client = RawClient.connect(gateway.url(), 4096)) {
      client.post(CHAT, ASK);
      Received request = upstream.take();
      long stopped = settled(request);
      assertThat(stopped).isBetween(1L, MOST);

      long read = 0;
      while (read <= stopped + (1 << 20)) {
        read += client.read().orElseThrow().bytes().length;
      }
      assertThat(request.bytesWritten()).isGreaterThan(stopped);
      client.reset();
      assertThat(request.closedByPeer()).succeedsWithin(Duration.ofSeconds(5));
    }
  }

  @Test
  void theNextRequestOnTheSameConnectionIsServed() {
    upstream.reply(Reply.sse(Talk.stream("One. ")), Reply.sse(Talk.stream("Two. ")));
    try (RawClient client = RawClient.connect(gateway.url())) {
      assertThat(client.post(CHAT, ASK).readAll()).isEqualTo(Talk.stream("One. "));
      assertThat(client.post(CHAT, ASK).readAll()).isEqualTo(Talk.stream("Two. "));
    }
    upstream.take();
    upstream.take();
  }

  /** Bytes written once they have not changed for a while. */
  private static long settled(Received request) {
    long[] last = {-1};
    await()
        .pollInterval(Duration.ofMillis(300))
        .until(
            () -> {
              long before = last[0];
              last[0] = request.bytesWritten();
              return before == last[0] && last[0] > 0;
            });
    return last[0];
  }
}
