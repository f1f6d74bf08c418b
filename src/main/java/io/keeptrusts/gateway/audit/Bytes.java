package io.keeptrusts.gateway.audit;

import java.util.Arrays;

/** A growing run of bytes that writes JSON without garbage. Single thread. */
final class Bytes {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };
  private static final int LONGEST_TEXT = 256;

  private byte[] array;
  private int size;

  Bytes(int capacity) {
    array = new byte[capacity];
  }

  byte[] array() {
    return array;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int capacity() {
    return array.length;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(array, size);
  }

  Bytes clear() {
    size = 0;
    return this;
  }

  void truncate(int length) {
    size = length;
  }

  Bytes put(int oneByte) {
    room(1);
    array[size++] = (byte) oneByte;
    return this;
  }

  Bytes put(byte[] source, int from, int to) {
    room(to - from);
    System.arraycopy(source, from, array, size, to - from);
    size += to - from;
    return this;
  }

  Bytes put(Bytes other) {
    return put(other.array, 0, other.size);
  }

  /**
   * Copies in one go. A loop over a constant text is unrolled by the JIT compiler, and C2 of JDK
   * 25.0.3 crashed more than once while it peeled such a loop in {@link Recording#commit}.
   */
  @SuppressWarnings("deprecation") // the one copy without a temporary array
  Bytes ascii(String text) {
    int length = text.length();
    room(length);
    text.getBytes(0, length, array, size);
    size += length;
    return this;
  }

  /**
   * The inside of a JSON string. Control bytes, which no valid JSON string has, are escaped: a raw
   * line feed would end the record and a raw zero would look like its torn end.
   */
  Bytes content(byte[] json, int from, int to) {
    room(to - from);
    for (int i = from; i < to; i++) {
      byte b = json[i];
      if (b >= 0 && b < ' ') {
        escape(b);
        room(to - i);
      } else {
        array[size++] = b;
      }
    }
    return this;
  }

  /** {@code text} as a JSON string with its quotes, cut after 256 characters. */
  Bytes quoted(String text) {
    put('"');
    int length = Math.min(text.length(), LONGEST_TEXT);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        put('\\').put(c);
      } else if (c >= ' ' && c < 0x7f) {
        put(c);
      } else {
        escape(c);
      }
    }
    return put('"');
  }

  Bytes number(long value) {
    if (value < 0) {
      return ascii(Long.toString(value));
    }
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    return padded(value, digits);
  }

  /** The last {@code digits} decimal digits of {@code value}. */
  Bytes padded(long value, int digits) {
    room(digits);
    long rest = value;
    for (int i = size + digits - 1; i >= size; i--) {
      array[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += digits;
    return this;
  }

  /** The first line feed from {@code from} on, or the end. */
  int endOfLine(int from) {
    int at = from;
    while (at < size && array[at] != '\n') {
      at++;
    }
    return at;
  }

  Bytes hex(byte[] value) {
    room(2 * value.length);
    for (byte b : value) {
      array[size++] = HEX[b >> 4 & 15];
      array[size++] = HEX[b & 15];
    }
    return this;
  }

  private void escape(int unit) {
    ascii("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      put(HEX[unit >> shift & 15]);
    }
  }

  private void room(int more) {
    if (array.length - size < more) {
      array = Arrays.copyOf(array, Math.max(2 * array.length, size + more));
    }
  }

  /**
   * The greatest end up to {@code from + room} at which the inside of a JSON string can be cut: not
   * within a character, not within an escape.
   */
  static int cut(byte[] json, int from, int to, int room) {
    if (to - from <= room) {
      return to;
    }
    int end = from;
    while (true) {
      int next = end + width(json, end, to);
      if (next > from + room) {
        return end;
      }
      end = next;
    }
  }

  private static int width(byte[] json, int at, int to) {
    int lead = json[at] & 0xff;
    int width;
    if (lead == '\\') {
      width = at + 1 < to && json[at + 1] == 'u' ? 6 : 2;
    } else if (lead < 0xc0) {
      width = 1;
    } else {
      width = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    }
    return Math.min(width, to - at);
  }
}
