package io.keeptrusts.gateway.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.TestCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransferChunksTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final byte[] LETTERS =
      "abcdefghijklmnopqrstuvwxyz".repeat(4000).getBytes(ISO_8859_1);

  @AfterAll
  static void close() throws Exception {
    VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void framesEachWriteAndEndsWithTheLast() throws Exception {
    int port = serve(new HttpServerOptions(), List.of(1, 15, 16, 255, 256, 4095, 70_000), 26);

    String answer = raw(port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    assertThat(answer).containsIgnoringCase("transfer-encoding: chunked");
    String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    String expected =
        Stream.of(1, 15, 16, 255, 256, 4095, 70_000, 26)
            .map(size -> Integer.toHexString(size) + "\r\n" + letters(size) + "\r\n")
            .reduce("", String::concat);
    assertThat(body).isEqualTo(expected + "0\r\n\r\n");
  }

  @Test
  void answersOnOneConnectionFollowEachOther() throws Exception {
    int port = serve(new HttpServerOptions(), List.of(3, 4), 0);

    String request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    String answers =
        raw(port, request + request + request.replace("x\r\n", "x\r\nConnection: close\r\n"));

    assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(4);
    assertThat(answers.split("\r\n\r\n3\r\nabc\r\n4\r\nabcd\r\n0\r\n\r\n", -1)).hasSize(4);
  }

  @Test
  void anOldClientGetsTheBareBytes() throws Exception {
    int port = serve(new HttpServerOptions(), List.of(3, 4), 5);

    String answer = raw(port, "GET / HTTP/1.0\r\n\r\n");

    assertThat(answer).endsWith("\r\n\r\nabcabcdabcde");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP_1_1", "HTTP_2"})
  void tlsAndHttp2AreLeftToTheResponse(HttpVersion version, @TempDir Path directory)
      throws Exception {
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setKeyCertOptions(TestCertificate.of("localhost", directory).keys());
    int port = serve(options, List.of(1, 70_000, 3), 4);

    assertThat(fetched(port, version, true))
        .isEqualTo(letters(1) + letters(70_000) + letters(3) + letters(4));
  }

  @Test
  void compressionIsLeftToTheResponse() throws Exception {
    int port =
        serve(new HttpServerOptions().setCompressionSupported(true), List.of(1, 70_000, 3), 4);

    assertThat(fetched(port, HttpVersion.HTTP_1_1, false))
        .isEqualTo(letters(1) + letters(70_000) + letters(3) + letters(4));
  }

  private static String letters(int count) {
    return new String(LETTERS, 0, count, ISO_8859_1);
  }

  private static int serve(HttpServerOptions options, List<Integer> writes, int last)
      throws Exception {
    HttpServer server =
        VERTX
            .createHttpServer(options)
            .requestHandler(
                request -> {
                  ClientSocket client = new ClientSocket(request);
                  client.head(200, Map.of("Content-Type", "text/plain"));
                  // after the read, as an answer comes
                  VERTX.runOnContext(
                      later -> {
                        writes.forEach(size -> client.write(LETTERS, 0, size));
                        client.end(LETTERS, 0, last);
                      });
                });
    return server
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .actualPort();
  }

  private static String raw(int port, String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static String fetched(int port, HttpVersion version, boolean tls) throws Exception {
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(version)
            .setSsl(tls)
            .setUseAlpn(tls)
            .setTrustAll(true)
            .setVerifyHost(false)
            .setDecompressionSupported(true);
    return VERTX
        .createHttpClient(options)
        .request(HttpMethod.GET, port, "127.0.0.1", "/")
        .compose(request -> request.putHeader("Accept-Encoding", "gzip").send())
        .compose(
            response -> {
              assertThat(response.version()).isEqualTo(version);
              return response.body();
            })
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .toString(ISO_8859_1);
  }
}
