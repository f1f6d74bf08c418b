package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ROLE;
import static io.keeptrusts.gateway.life.Talk.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.RawUpstream;
import io.keeptrusts.gateway.testing.RawUpstream.Said;
import io.keeptrusts.gateway.testing.RawUpstream.Then;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Everything that a provider can do wrong below and above HTTP. Whatever it is: nothing of a secret
 * leaves, the client hears a typed error at the end that its protocol wants, and no slot and no
 * connection stays taken.
 */
class UpstreamFaultsTest {
  private static final String SECRET = "jane.doe@example.com";
  private static final String SSE = "Content-Type: text/event-stream\r\n";
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final String SAID =
      ROLE + text("So far ") + text(SECRET + " and") + text(" jane.doe@exa");
  private static RawUpstream upstream;
  private static TestGateway gateway;
  private static volatile Said next;

  /**
   * What a provider does.
   *
   * @param status what the client gets; 200: its stream ends with an error event
   * @param code of the error
   */
  private record Fault(String name, Said said, int status, String code) {
    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeAll
  static void start() {
    upstream = RawUpstream.start(asked -> next);
    gateway =
        TestGateway.start(
            Map.of(
                "gateway.upstream.first-byte", "600ms",
                "gateway.upstream.idle", "600ms",
                "gateway.upstream.total", "2s",
                "gateway.sse.max-event", "256K"),
            TestGateway.pack(upstream.baseUrl(), "pii-detector, audit-logger", ""));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstream.close();
  }

  private static Fault cut(String name, String bytes, Then then) {
    return new Fault(name, Said.of(bytes, then), 200, "upstream_error");
  }

  private static Fault none(String name, String bytes, Then then) {
    return new Fault(name, Said.of(bytes, then), 502, "upstream_error");
  }

  private static Fault late(String name, String bytes) {
    return new Fault(name, Said.of(bytes, Then.STALL), 504, "upstream_timeout");
  }

  private static String ok(String headers) {
    return "HTTP/1.1 200 OK\r\n" + headers + "\r\n";
  }

  private static String chunked(String body) {
    return Integer.toHexString(body.getBytes(UTF_8).length) + "\r\n" + body + "\r\n";
  }

  private static final String CHUNKED = SSE + "Transfer-Encoding: chunked\r\n";

  static Stream<Fault> streams() {
    String begun = ok(CHUNKED) + chunked(SAID);
    return Stream.of(
        // before an answer
        none("closes at once", "", Then.CLOSE),
        none("resets at once", "", Then.RESET),
        late("says nothing", ""),
        none("speaks another protocol", "SSH-2.0-OpenSSH_9.6\r\n" + SECRET + "\r\n", Then.CLOSE),
        none("answers with bytes", "\u0000\u0001\u0002\u0003\u00ff", Then.CLOSE),
        none("half a status line", "HTTP/1.1 20", Then.CLOSE),
        late("half a status line and silence", "HTTP/1.1 20"),
        none("half a head", "HTTP/1.1 200 OK\r\nContent-Ty", Then.CLOSE),
        none("a status of words", "HTTP/1.1 fine " + SECRET + "\r\n\r\n", Then.CLOSE),
        none("another version", "HTTP/9.9 200 OK\r\n\r\n", Then.CLOSE),
        none("a head without end", "HTTP/1.1 200 OK\r\n" + "X-A: b\r\n".repeat(9000), Then.STALL),
        none("a header of a megabyte", ok("X-A: " + "a".repeat(1 << 20) + "\r\n"), Then.STALL),
        // other answers
        none("nothing in it", ok(SSE + "Content-Length: 0\r\n"), Then.KEEP),
        none(
            "another place",
            "HTTP/1.1 307 Moved\r\nLocation: " + "%s/elsewhere\r\nContent-Length: 0\r\n\r\n",
            Then.KEEP),
        none(
            "switching protocols",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"
                + SECRET,
            Then.CLOSE),
        late("only early hints", "HTTP/1.1 103 Early Hints\r\nLink: <" + SECRET + ">\r\n\r\n"),
        none("a page", ok("Content-Type: text/html\r\n") + "<html>" + SECRET, Then.CLOSE),
        none("a whole answer in the place of a stream", ok(JSON) + Talk.whole(SECRET), Then.CLOSE),
        none(
            "bytes in the place of events",
            ok(SSE) + "\u0000\u00ff\u00fe\u0080".repeat(99),
            Then.CLOSE),
        none("an event that is not JSON", ok(SSE) + "data: {" + SECRET + "\n\n", Then.CLOSE),
        none("an event that is a list", ok(SSE) + "data: [\"" + SECRET + "\"]\n\n", Then.CLOSE),
        none("an event without end", ok(SSE) + "data: " + "x".repeat(65536), Then.REPEAT),
        new Fault(
            "a line without end",
            Said.of(ok(SSE) + "y".repeat(65536), Then.REPEAT),
            504,
            "upstream_timeout"),
        none("trickles half an answer", ok(SSE) + ROLE, Then.CLOSE),
        // lengths
        cut("a length that is too long", ok(SSE + "Content-Length: 99999\r\n") + SAID, Then.CLOSE),
        cut(
            "a length that is too short",
            ok(SSE + "Content-Length: " + (SAID.length() - 9) + "\r\n") + SAID,
            Then.CLOSE),
        none("a length below zero", ok(SSE + "Content-Length: -5\r\n") + SAID, Then.CLOSE),
        none(
            "two lengths",
            ok(SSE + "Content-Length: 5\r\nContent-Length: 6\r\n") + SAID,
            Then.CLOSE),
        cut("a chunk that is too long", ok(CHUNKED) + "ffff\r\n" + SAID, Then.CLOSE),
        cut("a chunk that is too short", begun + "5\r\n" + text("x") + "\r\n", Then.CLOSE),
        cut("a chunk size of letters", begun + "zz\r\n" + text("x"), Then.CLOSE),
        cut("a chunk size below zero", begun + "-1\r\n" + text("x"), Then.CLOSE),
        cut("a chunk size of many digits", begun + "fffffffffffffffff\r\n" + text("x"), Then.CLOSE),
        // in the middle
        cut("closes", begun, Then.CLOSE),
        cut("ends too early", begun + "0\r\n\r\n", Then.KEEP),
        new Fault("falls silent", Said.of(begun, Then.STALL), 200, "upstream_timeout"),
        cut(
            "an event that breaks",
            begun + chunked("data: {\"choices\":" + SECRET + "\n\n"),
            Then.STALL),
        cut(
            "half a character",
            begun
                + chunked("data: {\"choices\":[{\"delta\":{\"content\":\"\u00e9")
                    .replace("\u00c3\u00a9", "\u00c3"),
            Then.CLOSE),
        cut(
            "an error",
            begun + chunked("data: {\"error\":{\"message\":\"" + SECRET + " broke\"}}\n\n"),
            Then.STALL),
        cut("comments without end", begun + chunked(": x\n\n").repeat(20), Then.CLOSE),
        new Fault(
            "comments that do not stop",
            new Said(
                List.of(begun.getBytes(UTF_8), chunked(": x\n\n").getBytes(UTF_8)), Then.REPEAT),
            200,
            "upstream_timeout"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streams")
  void aStreamThatGoesWrongEndsWithATypedError(Fault fault) {
    assertLaws(fault, true, fault.said);
  }

  /** Those that come to an end by themselves, and soon. */
  static Stream<Fault> brief() {
    return streams()
        .filter(fault -> fault.said.then() == Then.CLOSE || fault.said.then() == Then.KEEP)
        .filter(fault -> fault.said.pieces().stream().mapToInt(bytes -> bytes.length).sum() < 4000);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brief")
  void byteByByteItIsTheSame(Fault fault) {
    assertLaws(fault, true, fault.said.trickling());
  }

  static Stream<Fault> wholes() {
    String whole = Talk.whole("Ask " + SECRET);
    return Stream.of(
        none("closes at once", "", Then.CLOSE),
        none("half an answer", ok(JSON) + whole.substring(0, 150), Then.CLOSE),
        none(
            "a length that is too long", ok(JSON + "Content-Length: 9999\r\n") + whole, Then.CLOSE),
        none(
            "a length that is too short", ok(JSON + "Content-Length: 150\r\n") + whole, Then.CLOSE),
        none(
            "a chunk size of letters",
            ok(JSON + "Transfer-Encoding: chunked\r\n") + "zz\r\n" + whole,
            Then.CLOSE),
        none("not JSON", ok(JSON) + SECRET, Then.CLOSE),
        none("two answers", ok(JSON) + whole + whole, Then.CLOSE),
        none("bytes", ok(JSON) + "\u0000\u00ff".repeat(50), Then.CLOSE),
        new Fault(
            "packed, and does not say so", Said.of(gzip(whole), Then.CLOSE), 502, "upstream_error"),
        none("an answer without end", ok(JSON) + "{\"a\":\"" + "x".repeat(65536), Then.REPEAT),
        none(
            "another place",
            "HTTP/1.1 308 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
            Then.KEEP),
        late("falls silent", ok(JSON) + whole.substring(0, 150)));
  }

  private static byte[] gzip(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ok(JSON).getBytes(UTF_8));
    try (GZIPOutputStream packed = new GZIPOutputStream(out)) {
      packed.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wholes")
  void anAnswerThatGoesWrongIsATypedError(Fault fault) {
    assertLaws(fault, false, fault.said);
  }

  private static void assertLaws(Fault fault, boolean stream, Said said) {
    int before = upstream.requests().size();
    next = said;
    try (RawClient client = RawClient.connect(gateway.url())) {
      String body = client.post(Talk.CHAT, Talk.ask(stream, "")).readAll();

      assertThat(client.end()).isEqualTo(RawClient.End.WHOLE);
      String all = new String(client.raw(), UTF_8);
      assertThat(all).doesNotContain("jane").doesNotContain("exa").doesNotContain("elsewhere");
      if (client.status() == 200) {
        assertThat(fault.status).as(body).isEqualTo(200);
        Talk.assertEnvelope(Talk.lastError(body), "upstream_error", fault.code, null);
        assertThat("So far [EMAIL_REDACTED] and ").startsWith(Talk.content(body));
        assertThat(Talk.finishes(body)).isEmpty();
      } else {
        // What goes wrong before anything has left has its true status.
        int status = fault.code.equals("upstream_timeout") ? 504 : 502;
        Heard heard = new Heard(client.status(), client.headers(), body);
        Talk.assertError(heard, status, "upstream_error", fault.code, null);
        assertThat(fault.status).as(body).isIn(status, 200);
      }
    }
    Talk.awaitIdle(gateway);
    await().atMost(Duration.ofSeconds(5)).until(() -> upstream.waiting() == 0);
    assertThat(upstream.requests().size() - before).as("asked once").isBetween(1, 2);
    assertThat(upstream.requests()).noneMatch(asked -> asked.text().contains("/elsewhere"));
  }

  /** A name that nobody has, one that speaks no TLS, a port where nobody listens. */
  @ParameterizedTest
  @ValueSource(
      strings = {"http://no-such-host.invalid", "https://127.0.0.1:%d", "http://127.0.0.1:1"})
  void aProviderThatCannotBeReachedIsA502(String url) {
    next = Said.of("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", Then.CLOSE);
    String port = upstream.baseUrl().replaceFirst(".*:", "");
    String base = url.replace("%d", port);
    try (TestGateway alone =
        TestGateway.start(
            Map.of("gateway.upstream.connect", "1s"), TestGateway.pack(base, "pii-detector", ""))) {
      Heard heard = Talk.post(alone, Talk.ASK);

      Talk.assertError(heard, 502, "upstream_error", "upstream_error", null);
      assertThat(heard.body())
          .contains("base_url")
          .doesNotContain("127.0.0.1")
          .doesNotContain("invalid\"");
      Talk.awaitIdle(alone);
    }
  }

  @Test
  void theTrailHoldsNothingOfWhatWentWrong() throws IOException {
    next = Said.of(ok(CHUNKED) + chunked(SAID), Then.CLOSE);
    assertThat(Talk.post(gateway, Talk.ASK).status()).isEqualTo(200);
    Talk.awaitIdle(gateway);

    try (Stream<Path> files = Files.list(gateway.auditDir())) {
      for (Path file : files.filter(path -> path.toString().endsWith(".jsonl")).toList()) {
        assertThat(Files.readString(file)).doesNotContain("jane").doesNotContain("exa");
      }
    }
  }
}
