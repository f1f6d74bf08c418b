package io.keeptrusts.gateway.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.testing.TestTls;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.impl.VertxByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call over a real connection, to a server that writes its bytes as the test says. */
class UpstreamClientTest {
  private static final String FIXED = "HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n";
  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final AtomicInteger connections = new AtomicInteger();
  private UpstreamClient client;
  private ServerSocket server;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    client =
        new Network(
                vertx, (host, named) -> List.of(InetAddress.ofLiteral("127.0.0.1")), new TestTls())
            .client(Duration.ofSeconds(2), 10);
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** Answers each request with these pieces, each in a write of its own. */
  private void answer(String... pieces) {
    Thread.startVirtualThread(
        () -> {
          try {
            while (true) {
              Socket connection = server.accept();
              connections.incrementAndGet();
              Thread.startVirtualThread(() -> serve(connection, pieces));
            }
          } catch (IOException e) {
            // closed
          }
        });
  }

  private static void serve(Socket connection, String... pieces) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = connection.getInputStream();
      OutputStream out = connection.getOutputStream();
      for (String end = ""; ; end = "") {
        while (!end.endsWith("\r\n\r\n{}")) {
          int next = in.read();
          if (next < 0) {
            return;
          }
          end += (char) next;
        }
        for (String piece : pieces) {
          out.write(piece.getBytes(ISO_8859_1));
          out.flush();
        }
      }
    } catch (IOException e) {
      // the client has gone
    }
  }

  private Told ask(boolean pause) throws Exception {
    var told = new Told(pause);
    Endpoint to = new Endpoint("api.vendor.example", server.getLocalPort(), false, "/");
    loop.runOnContext(
        nothing -> told.call = client.post(to, Map.of(), "{}".getBytes(ISO_8859_1), told));
    assertThat(told.head.get(10, TimeUnit.SECONDS)).isEqualTo(200);
    return told;
  }

  /** Pauses, if asked to, as soon as the head is there. */
  private static final class Told implements Call.Listener {
    final List<String> batches = new ArrayList<>();
    final CompletableFuture<Integer> head = new CompletableFuture<>();
    final CompletableFuture<String> end = new CompletableFuture<>();
    private final boolean pause;
    private volatile Call call;

    Told(boolean pause) {
      this.pause = pause;
    }

    String body() throws Exception {
      end.get(10, TimeUnit.SECONDS);
      return String.join("", batches);
    }

    @Override
    public void head(int status, Call.Headers headers) {
      if (pause) {
        call.pause();
      }
      head.complete(status);
    }

    @Override
    public void data(byte[] bytes, int from, int to) {
      batches.add(new String(bytes, from, to - from, ISO_8859_1));
    }

    @Override
    public void end() {
      end.complete("end");
    }

    @Override
    public void failed(Call.Failure failure) {
      end.complete(failure.name());
    }
  }

  private static String chunks(int count) {
    return ("1a\r\n" + LETTERS + "\r\n").repeat(count);
  }

  @Test
  void whatIsReadInOneGoIsOneBatch() throws Exception {
    answer(CHUNKED + chunks(50) + "0\r\n\r\n");
    ask(false).body(); // the connection's first read allocates little

    Told told = ask(false);

    assertThat(told.body()).isEqualTo(LETTERS.repeat(50));
    assertThat(told.batches).hasSizeLessThan(5);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void buffersAreGivenBack(boolean fixed) throws Exception {
    if (fixed) {
      answer(FIXED + "abc", LETTERS.substring(3));
    } else {
      answer(CHUNKED + chunks(1), chunks(1), "0\r\n\r\n");
    }
    ask(false).body();
    PooledByteBufAllocator pool = (PooledByteBufAllocator) VertxByteBufAllocator.POOLED_ALLOCATOR;
    long before = pool.pinnedDirectMemory();

    for (int i = 0; i < 100; i++) {
      assertThat(ask(false).body()).startsWith(LETTERS);
    }

    await().untilAsserted(() -> assertThat(pool.pinnedDirectMemory()).isLessThan(before + 20_000));
  }

  @Test
  void aPausedCallGoesOnWhereItStopped() throws Exception {
    answer(CHUNKED + chunks(2), chunks(100_000), "0\r\n\r\n");

    Told told = ask(true);

    assertThat(told.end).isNotDone();
    assertThat(told.batches).isEmpty();
    loop.runOnContext(nothing -> told.call.resume());
    assertThat(told.body()).isEqualTo(LETTERS.repeat(100_002));
    assertThat(told.end).isCompletedWithValue("end");
  }

  @Test
  void aCallThatIsPausedWhenItsAnswerEndsLeavesTheConnectionToTheNextOne() throws Exception {
    answer(FIXED + LETTERS);

    Told paused = ask(true);
    Told next = ask(false);

    assertThat(next.body()).isEqualTo(LETTERS);
    assertThat(next.end).isCompletedWithValue("end");
    assertThat(connections).hasValue(1);
    assertThat(paused.end).isNotDone();
    loop.runOnContext(nothing -> paused.call.resume());
    assertThat(paused.body()).isEqualTo(LETTERS);
    assertThat(paused.end).isCompletedWithValue("end");
    assertThat(ask(false).body()).isEqualTo(LETTERS);
  }

  @Test
  void aCallThatIsGivenUpWhilePausedClosesItsConnection() throws Exception {
    answer(CHUNKED + chunks(2), chunks(100_000), "0\r\n\r\n");

    Told told = ask(true);
    loop.runOnContext(nothing -> told.call.reset());

    assertThat(ask(false).body()).isEqualTo(LETTERS.repeat(100_002));
    assertThat(connections).hasValue(2);
    assertThat(told.end).isNotDone();
  }
}
