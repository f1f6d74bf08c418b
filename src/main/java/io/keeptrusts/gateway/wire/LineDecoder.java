package io.keeptrusts.gateway.wire;

/**
 * Lines out of bytes as they arrive, for newline-delimited JSON. A line ends at LF: that byte never
 * stands inside a UTF-8 sequence, so no character is ever cut. Lines of nothing but white space are
 * dropped; what the end of the stream left without a newline is a line too. Lines are the same
 * however the bytes were cut into feeds.
 *
 * <p>One stream, one thread; after an exception the decoder is done.
 */
public final class LineDecoder {
  /** Takes the lines. The arrays are lent for the duration of the call. */
  @FunctionalInterface
  public interface Handler {
    /** The line {@code b[from, to)} without its newline; a CR before it may still be there. */
    void line(byte[] b, int from, int to);
  }

  /** A line has more bytes than the decoder may hold. */
  public static final class TooLarge extends RuntimeException {
    TooLarge(int maxBytes) {
      super("a line of more than " + maxBytes + " bytes", null, false, false);
    }
  }

  private final int maxLineBytes;
  private final Bytes partial = new Bytes();

  public LineDecoder(int maxLineBytes) {
    this.maxLineBytes = maxLineBytes;
  }

  /**
   * Decodes {@code b[from, to)}. A line that lies in this array as a whole is handed over without a
   * copy.
   *
   * @throws TooLarge if a line is larger than allowed; earlier ones have been handed over
   */
  public void feed(byte[] b, int from, int to, Handler handler) {
    int start = from;
    for (int at = from; at < to; at++) {
      if (b[at] != '\n') {
        continue;
      }
      bound(at - start);
      if (partial.isEmpty()) {
        line(b, start, at, handler);
      } else {
        partial.add(b, start, at);
        last(handler);
      }
      start = at + 1;
    }
    bound(to - start);
    partial.add(b, start, to);
  }

  /** Hands over what the end of the stream left open. */
  public void end(Handler handler) {
    last(handler);
  }

  private void last(Handler handler) {
    int length = partial.length();
    partial.reset(); // its bytes stay until something is added
    line(partial.array(), 0, length, handler);
  }

  private static void line(byte[] b, int from, int to, Handler handler) {
    for (int at = from; at < to; at++) {
      if (b[at] != ' ' && b[at] != '\t' && b[at] != '\r') {
        handler.line(b, from, to);
        return;
      }
    }
  }

  private void bound(int more) {
    if (more > maxLineBytes - partial.length()) {
      throw new TooLarge(maxLineBytes);
    }
  }
}
