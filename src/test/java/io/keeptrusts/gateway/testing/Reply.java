package io.keeptrusts.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * What a {@link FakeUpstream} answers: a head, the body in pieces, and how it ends. Immutable; each
 * method gives a copy. The body goes out chunked, each piece as a write of its own that waits for
 * the one before to reach the socket.
 */
public record Reply(
    int status,
    Map<String, String> headers,
    List<byte[]> pieces,
    boolean endless,
    Duration headDelay,
    Duration delay,
    Ending ending,
    int endsAfter) {

  /** What follows the last piece sent. */
  public enum Ending {
    /** The regular end of the body. */
    REGULAR,
    /** The connection is closed without it (FIN). */
    CLOSE,
    /** The connection is reset (RST). */
    RESET,
    /** Nothing more, until the peer goes. */
    STALL,
    /** As STALL, and not even the head was sent. */
    SILENT
  }

  /** The whole body in one piece. */
  public static Reply of(int status, Map<String, String> headers, byte[] body) {
    List<byte[]> pieces = body.length == 0 ? List.of() : List.of(body);
    return new Reply(
        status,
        Map.copyOf(headers),
        pieces,
        false,
        Duration.ZERO,
        Duration.ZERO,
        Ending.REGULAR,
        Integer.MAX_VALUE);
  }

  public static Reply sse(byte[] body) {
    return of(200, Map.of("content-type", "text/event-stream"), body);
  }

  public static Reply sse(String body) {
    return sse(body.getBytes(UTF_8));
  }

  public static Reply json(int status, String body) {
    return of(status, Map.of("content-type", "application/json"), body.getBytes(UTF_8));
  }

  /** Takes the request and never answers. */
  public static Reply silent() {
    return sse("").with(Ending.SILENT, Integer.MAX_VALUE);
  }

  /** Server-sent events without end: the piece again and again, as fast as the peer takes it. */
  public static Reply endless(byte[] piece) {
    Reply one = sse(piece);
    return new Reply(
        one.status,
        one.headers,
        one.pieces,
        true,
        one.headDelay,
        one.delay,
        one.ending,
        one.endsAfter);
  }

  /** The same without end: what follows the first bytes is sent again and again. */
  public Reply endlessAfter(int first) {
    Reply cut = first == 0 ? this : cuts(first);
    return new Reply(status, headers, cut.pieces, true, headDelay, delay, ending, endsAfter);
  }

  /** Pieces of these sizes, the last one takes the rest. */
  public Reply cuts(int... sizes) {
    return cut(
        length -> {
          int[] cuts = new int[sizes.length];
          int at = 0;
          for (int i = 0; i < sizes.length; i++) {
            at += sizes[i];
            cuts[i] = at;
          }
          return cuts;
        });
  }

  public Reply cutEvery(int size) {
    return cut(length -> Splits.every(size, length));
  }

  public Reply cutRandomly(long seed) {
    return cut(length -> Splits.random(seed, length));
  }

  /** Waits before the head. */
  public Reply headDelay(Duration headDelay) {
    return new Reply(status, headers, pieces, endless, headDelay, delay, ending, endsAfter);
  }

  /** Waits before each piece but the first. */
  public Reply delay(Duration delay) {
    return new Reply(status, headers, pieces, endless, headDelay, delay, ending, endsAfter);
  }

  /** Resets the connection (RST) after so many pieces; 0: right after the head. */
  public Reply resetAfter(int pieces) {
    return with(Ending.RESET, pieces);
  }

  /** Closes the connection in mid-body after so many pieces. */
  public Reply closeAfter(int pieces) {
    return with(Ending.CLOSE, pieces);
  }

  /** Sends the body and then nothing, not even its end. */
  public Reply stall() {
    return with(Ending.STALL, Integer.MAX_VALUE);
  }

  /** Falls silent after so many pieces. */
  public Reply stallAfter(int pieces) {
    return with(Ending.STALL, pieces);
  }

  private Reply with(Ending ending, int endsAfter) {
    return new Reply(status, headers, pieces, endless, headDelay, delay, ending, endsAfter);
  }

  private Reply cut(IntFunction<int[]> cuts) {
    byte[] body = new byte[pieces.stream().mapToInt(piece -> piece.length).sum()];
    int at = 0;
    for (byte[] piece : pieces) {
      System.arraycopy(piece, 0, body, at, piece.length);
      at += piece.length;
    }
    List<byte[]> cut = Splits.of(body, cuts.apply(body.length));
    return new Reply(status, headers, cut, endless, headDelay, delay, ending, endsAfter);
  }
}
