package io.keeptrusts.gateway.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events out of bytes as they arrive, by the rules of the WHATWG event stream format:
 * lines end at LF, CRLF or a lone CR; a leading BOM, comments, {@code id}, {@code retry} and
 * unknown fields are dropped; several {@code data} lines join with LF; without a data line nothing
 * is dispatched. Events are the same however the bytes were cut into feeds.
 *
 * <p>Three things are taken more widely, as providers need it. An event that the end of the stream
 * cut off is dispatched as it is, so that a last {@code data: [DONE]} without a newline counts and
 * a truncated JSON shows. A field named {@code error} is an event of type "error". JSON lines that
 * stand in the body without a field name are collected and handed over at the end, as is a cut-off
 * line that is no field yet.
 *
 * <p>Works on bytes only; invalid UTF-8 passes through. One stream, one thread; after an exception
 * the decoder is done.
 */
public final class SseDecoder {
  /** Takes what was decoded. The arrays are lent for the duration of the call. */
  public interface Handler {
    /**
     * An event with its type, null for the default one, and its data {@code b[from, to)}, which may
     * be empty.
     */
    void event(@Nullable String type, byte[] data, int from, int to);

    /**
     * Text in {@code b[from, to)} that is no event, usually a provider's bare JSON error; at most
     * one call, at the end.
     */
    default void stray(byte[] b, int from, int to) {}
  }

  /** An event, or the text beside the events, has more bytes than the decoder may hold. */
  public static final class TooLarge extends RuntimeException {
    TooLarge(int maxBytes) {
      super("an event of more than " + maxBytes + " bytes", null, false, false);
    }
  }

  private static final byte[] BOM = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  private static final byte[] DATA = {'d', 'a', 't', 'a'};
  private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't'};
  private static final byte[] ERROR = {'e', 'r', 'r', 'o', 'r'};

  private final int maxEventBytes;
  private final SseTypes types = new SseTypes();
  private final Bytes partial = new Bytes(); // a line that the feeds so far did not finish
  private final Bytes joined = new Bytes(); // the data of an event that no single array holds
  private final Bytes stray = new Bytes(0);
  private int bomSeen;
  private boolean skipLf;

  // The event so far. Its data is range [dataFrom, dataTo) of `data`, or `joined` if that is null.
  private int eventBytes;
  private int dataLines;
  private byte @Nullable [] data;
  private int dataFrom;
  private int dataTo;
  private @Nullable String type;

  /**
   * @param maxEventBytes bound of an event: the bytes of its lines without line ends; comments do
   *     not count
   */
  public SseDecoder(int maxEventBytes) {
    this.maxEventBytes = maxEventBytes;
  }

  /**
   * Decodes {@code b[from, to)}. An event that lies in this array as a whole is handed over without
   * a copy.
   *
   * @throws TooLarge if an event is larger than allowed; earlier ones have been handed over
   */
  public void feed(byte[] b, int from, int to, Handler handler) {
    int at = bomSeen < BOM.length ? skipBom(b, from, to) : from;
    while (at < to) {
      if (skipLf) {
        skipLf = false;
        if (b[at] == '\n') {
          at++;
          continue;
        }
      }
      int end = Words.lineEnd(b, at, to);
      if (end == to) {
        pin();
        keep(b, at, to);
        return;
      }
      if (partial.isEmpty()) {
        line(b, at, end, handler);
      } else {
        keep(b, at, end);
        line(partial.array(), 0, partial.length(), handler);
        partial.reset(); // its bytes stay until the next keep, which pins first
      }
      skipLf = b[end] == '\r';
      at = end + 1;
    }
    pin();
  }

  /** Hands over what the end of the stream left open. */
  public void end(Handler handler) {
    if (bomSeen > 0 && bomSeen < BOM.length) {
      keep(BOM, 0, bomSeen);
    }
    if (!partial.isEmpty()) {
      lastLine(partial.array(), partial.length(), handler);
    }
    dispatch(handler);
    if (!stray.isEmpty()) {
      handler.stray(stray.array(), 0, stray.length());
    }
  }

  private void lastLine(byte[] b, int to, Handler handler) {
    if (hasColon(b, to)) {
      line(b, 0, to, handler);
    } else {
      stray(b, 0, to);
    }
  }

  private void line(byte[] b, int from, int to, Handler handler) {
    if (from == to) {
      dispatch(handler);
      return;
    }
    if (b[from] == ':') {
      return;
    }
    count(to - from);
    if (is(DATA, b, from, to)) {
      data(b, value(b, from + DATA.length, to), to);
    } else if (is(EVENT, b, from, to)) {
      type = types.of(b, value(b, from + EVENT.length, to), to);
    } else if (is(ERROR, b, from, to)) {
      type = "error";
      data(b, value(b, from + ERROR.length, to), to);
    } else if (!stray.isEmpty() || b[from] == '{' || b[from] == '[') {
      stray(b, from, to);
    }
  }

  private void data(byte[] b, int from, int to) {
    if (dataLines++ == 0) {
      data = b;
      dataFrom = from;
      dataTo = to;
    } else {
      pin();
      joined.add((byte) '\n').add(b, from, to);
    }
  }

  private void dispatch(Handler handler) {
    boolean any = dataLines > 0;
    String eventType = type;
    byte[] b = data != null ? data : joined.array();
    int from = data != null ? dataFrom : 0;
    int to = data != null ? dataTo : joined.length();
    eventBytes = 0;
    dataLines = 0;
    data = null;
    type = null;
    joined.reset();
    if (any) {
      handler.event(eventType, b, from, to);
    }
  }

  private void stray(byte[] b, int from, int to) {
    if (to - from > maxEventBytes - stray.length()) {
      throw new TooLarge(maxEventBytes);
    }
    stray.add(b, from, to).add((byte) '\n');
  }

  /** Keeps the open event's data before its array is taken back. */
  private void pin() {
    byte[] b = data;
    if (b != null) {
      joined.add(b, dataFrom, dataTo);
      data = null;
    }
  }

  private void keep(byte[] b, int from, int to) {
    if (!partial.isEmpty() && partial.array()[0] == ':') {
      return; // a comment may be endless
    }
    partial.add(b, from, to);
    if (partial.array()[0] != ':' && partial.length() > maxEventBytes - eventBytes) {
      throw new TooLarge(maxEventBytes);
    }
  }

  private void count(int bytes) {
    if (bytes > maxEventBytes - eventBytes) {
      throw new TooLarge(maxEventBytes);
    }
    eventBytes += bytes;
  }

  private int skipBom(byte[] b, int from, int to) {
    int at = from;
    while (at < to && bomSeen < BOM.length) {
      if (b[at] != BOM[bomSeen]) {
        keep(BOM, 0, bomSeen);
        bomSeen = BOM.length;
        return at;
      }
      bomSeen++;
      at++;
    }
    return at;
  }

  private static boolean is(byte[] name, byte[] b, int from, int to) {
    int end = from + name.length;
    return end <= to
        && (end == to || b[end] == ':')
        && Arrays.equals(name, 0, name.length, b, from, end);
  }

  private static int value(byte[] b, int colon, int to) {
    int at = Math.min(colon + 1, to);
    return at < to && b[at] == ' ' ? at + 1 : at;
  }

  private static boolean hasColon(byte[] b, int to) {
    for (int i = 0; i < to; i++) {
      if (b[i] == ':') {
        return true;
      }
    }
    return false;
  }
}
