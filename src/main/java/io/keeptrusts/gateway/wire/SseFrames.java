package io.keeptrusts.gateway.wire;

/**
 * Writes server-sent events in the form OpenAI gives them: LF, one space after the colon, nothing
 * more. JSON has no raw line ends, so a frame is one data line. Stateless.
 */
public final class SseFrames {
  private SseFrames() {}

  /** {@code data: <json>}, where json is {@code b[from, to)} and holds no line end. */
  public static void data(Bytes out, byte[] b, int from, int to) {
    open(out);
    out.add(b, from, to);
    close(out);
  }

  /** {@code event: <type>} and {@code data: <json>}. */
  public static void data(Bytes out, String asciiType, byte[] b, int from, int to) {
    event(out, asciiType);
    data(out, b, from, to);
  }

  /** {@code event: <type>}, the line before {@link #open}. */
  public static void event(Bytes out, String asciiType) {
    out.ascii("event: ").ascii(asciiType).add((byte) '\n');
  }

  /** As {@link #event(Bytes, String)}, for a type that stands in {@code b[from, to)}. */
  public static void event(Bytes out, byte[] b, int from, int to) {
    out.ascii("event: ").add(b, from, to).add((byte) '\n');
  }

  /** {@code data: }, to be followed by the caller's JSON and {@link #close}. */
  public static void open(Bytes out) {
    out.ascii("data: ");
  }

  /** Ends the data line and the event. */
  public static void close(Bytes out) {
    out.add((byte) '\n').add((byte) '\n');
  }

  /** {@code data: [DONE]}, the last event of a chat stream. */
  public static void done(Bytes out) {
    out.ascii("data: [DONE]\n\n");
  }

  /** {@code : keep-alive}, a comment that shows proxies and clients a living stream. */
  public static void keepAlive(Bytes out) {
    out.ascii(": keep-alive\n\n");
  }
}
