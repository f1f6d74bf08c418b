package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Frame.Field;
import io.keeptrusts.gateway.wire.JsonText;
import java.util.Arrays;

/**
 * Knows an event again that differs from the last parsed one in the text of its only field and in
 * nothing else, as most of a stream do: it need not be parsed. What was one JSON value is one
 * still, with the same members, when a string's inside gives way to bytes among which is no quote,
 * no backslash and no control character. One per stream.
 */
final class Likeness {
  /** Larger ones are rare, and would be kept for as long as the stream lasts. */
  private static final int LARGEST = 2048;

  private byte[] event = new byte[512];
  private int text;
  private int rest;
  private int length;

  /** Notes the frame of an event that was parsed and needed no repair. */
  void of(Frame frame) {
    length = frame.to() - frame.from();
    if (!frame.isPiece() || length > LARGEST) {
      length = 0;
      return;
    }
    Field field = frame.field(0);
    text = field.from() - frame.from();
    rest = field.to() - frame.from();
    if (event.length < length) {
      event = new byte[LARGEST];
    }
    System.arraycopy(frame.json(), frame.from(), event, 0, length);
  }

  /** The last event was repaired: one that looks like what came of it may need that too. */
  void forget() {
    length = 0;
  }

  /** Whether the event is like the one noted. One without text is not, as that may mean more. */
  boolean has(byte[] json, int from, int to) {
    int start = from + text;
    int end = to - (length - rest);
    return length > 0
        && start < end
        && Arrays.equals(json, from, start, event, 0, text)
        && Arrays.equals(json, end, to, event, rest, length)
        && JsonText.isPlain(json, start, end);
  }
}
