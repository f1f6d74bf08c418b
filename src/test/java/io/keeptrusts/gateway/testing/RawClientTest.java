package io.keeptrusts.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keeptrusts.gateway.testing.RawClient.End;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a bare server socket, so that framing can be anything. */
class RawClientTest {
  private ServerSocket server;
  private RawClient client;
  private Socket peer;

  @BeforeEach
  void connect() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    client = RawClient.connect("http://127.0.0.1:" + server.getLocalPort());
    peer = server.accept();
    peer.setTcpNoDelay(true);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    peer.close();
    server.close();
  }

  @SuppressWarnings("StringConcatToTextBlock") // bytes of a wire
  @Test
  void unpicksChunksHoweverTheyArrive() throws IOException {
    String answer =
        "HTTP/1.1 200 OK\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3;x=y\r\nabc\r\nA\r\n0123\r\n6789\r\n0\r\nt: 1\r\n\r\n";
    for (byte[] piece : Splits.of(answer.getBytes(UTF_8), Splits.every(1, answer.length()))) {
      peer.getOutputStream().write(piece);
    }

    assertThat(client.status()).isEqualTo(200);
    assertThat(client.header("x-a")).hasValue("1");
    assertThat(client.readAll()).isEqualTo("abc0123\r\n6789");
    assertThat(client.end()).isEqualTo(End.WHOLE);
    assertThat(new String(client.raw(), UTF_8)).isEqualTo(answer);
  }

  @Test
  void showsEachReadWhenItArrived() throws IOException {
    answer("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nab");
    RawClient.Piece first = client.read().orElseThrow();
    answer("cdef");
    RawClient.Piece second = client.read().orElseThrow();

    assertThat(List.of(first.text(), second.text())).containsExactly("ab", "cdef");
    assertThat(second.at()).isAfterOrEqualTo(first.at());
    assertThat(client.read()).isEmpty();
    assertThat(client.end()).isEqualTo(End.WHOLE);
  }

  @Test
  void readsAsLittleAsItIsTold() throws IOException {
    answer("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
    client.status();
    answer("abcdef");

    while (client.read(2).isPresent()) {}

    assertThat(client.pieces()).hasSizeBetween(3, 6).allMatch(piece -> piece.bytes().length <= 2);
    assertThat(client.body()).isEqualTo("abcdef");
  }

  @Test
  void tellsAWholeBodyFromOneThatWasCut() throws IOException {
    answer(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc");
    peer.close();

    assertThat(client.readAll()).isEqualTo("abc");
    assertThat(client.status()).isEqualTo(200);
    assertThat(client.end()).isEqualTo(End.CLOSED);
  }

  @Test
  void takesABodyThatEndsWithTheConnection() throws IOException {
    answer("HTTP/1.1 500 No\r\n\r\nabc");
    peer.close();

    assertThat(client.readAll()).isEqualTo("abc");
    assertThat(client.end()).isEqualTo(End.WHOLE);
  }

  @Test
  void failsWhereThereIsNoHead() throws IOException {
    peer.setSoLinger(true, 0);
    peer.close();

    assertThatThrownBy(client::status)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("RESET");
  }

  @Test
  void sendsARequestAndCanStillReadAfterAHalfClose() throws Exception {
    CompletableFuture<String> request = CompletableFuture.supplyAsync(this::everything);

    client.post("/p", "{\"é\":1}").halfClose();

    assertThat(request.get(5, TimeUnit.SECONDS))
        .startsWith("POST /p HTTP/1.1\r\nhost: 127.0.0.1:")
        .contains("\r\ncontent-length: 8\r\n")
        .endsWith("\r\n\r\n{\"é\":1}");
    answer("HTTP/1.1 204 OK\r\n\r\n");
    assertThat(client.status()).isEqualTo(204);
    assertThat(client.read()).isEmpty();
  }

  @Test
  void resets() {
    client.reset();

    assertThatThrownBy(this::everything).hasRootCauseInstanceOf(SocketException.class);
  }

  private void answer(String text) throws IOException {
    peer.getOutputStream().write(text.getBytes(UTF_8));
  }

  private String everything() {
    try {
      return new String(peer.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
