package io.keeptrusts.gateway.wire;

/**
 * The text of JSON strings: from the bytes between the quotes to chars and back. Stateless.
 *
 * <p>Invalid UTF-8 becomes U+FFFD exactly as {@code new String(bytes, UTF_8)} would have it;
 * surrogates that were escaped without their other half are kept as they are, and are written as
 * escapes again.
 */
public final class JsonText {
  private static final char REPLACEMENT = '\uFFFD';
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private JsonText() {}

  /**
   * Whether string content {@code b[from, to)} has neither an escape nor anything that JSON allows
   * only as one, so that any string may hold it.
   */
  public static boolean isPlain(byte[] b, int from, int to) {
    return Words.stringStop(b, from, to) == to;
  }

  /**
   * Decodes string content {@code b[from, to)} into {@code out} from {@code at} on, where room for
   * {@code to - from} chars must be.
   *
   * @return the index after the last char written
   * @throws JsonError on an escape that {@link JsonTape} would have refused
   */
  public static int decode(byte[] b, int from, int to, char[] out, int at) {
    int i = from;
    int o = at;
    while (i < to) {
      while (i <= to - 8) {
        int plain = Words.plainPrefix(b, i);
        for (int k = 0; k < plain; k++) {
          out[o + k] = (char) b[i + k];
        }
        i += plain;
        o += plain;
        if (plain < 8) {
          break;
        }
      }
      if (i == to) {
        break;
      }
      int c = b[i];
      if (c == '\\') {
        int code = escape(b, i, to, from);
        i += b[i + 1] == 'u' ? 6 : 2;
        out[o++] = (char) code;
      } else if (c >= 0) {
        out[o++] = (char) c;
        i++;
      } else {
        int size = sequence(b, i, to);
        int code = size > 0 ? codePoint(b, i, size) : REPLACEMENT;
        i += Math.abs(size);
        if (code > 0xffff) {
          out[o++] = Character.highSurrogate(code);
          out[o++] = Character.lowSurrogate(code);
        } else {
          out[o++] = (char) code;
        }
      }
    }
    return o;
  }

  /**
   * Adds {@code s[from, to)} as string content: quote, backslash and control characters escaped in
   * their shortest form, everything else (U+2028 too) raw.
   */
  public static void encode(CharSequence s, int from, int to, Bytes out) {
    for (int i = from; i < to; i++) {
      out.reserve(6);
      byte[] b = out.array();
      int at = out.length();
      char c = s.charAt(i);
      if (c < 0x80) {
        at = ascii(c, b, at);
      } else if (c < 0x800) {
        b[at++] = (byte) (0xc0 | c >> 6);
        b[at++] = (byte) (0x80 | c & 0x3f);
      } else if (!Character.isSurrogate(c)) {
        b[at++] = (byte) (0xe0 | c >> 12);
        b[at++] = (byte) (0x80 | c >> 6 & 0x3f);
        b[at++] = (byte) (0x80 | c & 0x3f);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < to
          && Character.isLowSurrogate(s.charAt(i + 1))) {
        int code = Character.toCodePoint(c, s.charAt(++i));
        b[at++] = (byte) (0xf0 | code >> 18);
        b[at++] = (byte) (0x80 | code >> 12 & 0x3f);
        b[at++] = (byte) (0x80 | code >> 6 & 0x3f);
        b[at++] = (byte) (0x80 | code & 0x3f);
      } else {
        at = unicode(c, b, at);
      }
      out.length(at);
    }
  }

  /** Whether string content with escapes decodes to these ASCII chars. */
  static boolean spells(byte[] b, int from, int to, byte[] ascii) {
    int i = from;
    for (byte expected : ascii) {
      if (i >= to) {
        return false;
      }
      int c = b[i];
      if (c == '\\') {
        c = escape(b, i, to, from);
        i += b[i + 1] == 'u' ? 6 : 2;
      } else {
        i++;
      }
      if (c != expected) {
        return false;
      }
    }
    return i == to;
  }

  /** The value of four hex digits, or -1. */
  static int hex4(byte[] b, int at) {
    int value = 0;
    for (int i = at; i < at + 4; i++) {
      int digit = Character.digit(b[i], 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private static int escape(byte[] b, int at, int to, int from) {
    if (at + 1 < to) {
      switch (b[at + 1]) {
        case '"', '\\', '/':
          return b[at + 1];
        case 'b':
          return '\b';
        case 'f':
          return '\f';
        case 'n':
          return '\n';
        case 'r':
          return '\r';
        case 't':
          return '\t';
        case 'u':
          int code = at + 6 <= to ? hex4(b, at + 2) : -1;
          if (code >= 0) {
            return code;
          }
          break;
        default:
          break;
      }
    }
    throw new JsonError("a bad escape", at - from);
  }

  /**
   * Length of the UTF-8 sequence at {@code i}; negative: that many bytes are one malformed piece.
   */
  private static int sequence(byte[] b, int i, int to) {
    int lead = b[i] & 0xff;
    int size = lead < 0xc2 || lead > 0xf4 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    for (int k = 1; k < size; k++) {
      int c = i + k < to ? b[i + k] & 0xff : 0;
      int least = k == 1 && lead == 0xe0 ? 0xa0 : k == 1 && lead == 0xf0 ? 0x90 : 0x80;
      int most = k == 1 && lead == 0xf4 ? 0x8f : 0xbf;
      if (c < least || c > most) {
        return -k;
      }
    }
    // Java takes the three bytes of an encoded surrogate as one malformed piece
    return size == 1 || lead == 0xed && (b[i + 1] & 0xff) > 0x9f ? -size : size;
  }

  private static int codePoint(byte[] b, int i, int size) {
    int code = b[i] & 0x7f >> size;
    for (int k = 1; k < size; k++) {
      code = code << 6 | b[i + k] & 0x3f;
    }
    return code;
  }

  private static int ascii(char c, byte[] b, int at) {
    if (c >= 0x20 && c != '"' && c != '\\') {
      b[at] = (byte) c;
      return at + 1;
    }
    int letter =
        switch (c) {
          case '"', '\\' -> c;
          case '\b' -> 'b';
          case '\f' -> 'f';
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          default -> 0;
        };
    if (letter == 0) {
      return unicode(c, b, at);
    }
    b[at] = '\\';
    b[at + 1] = (byte) letter;
    return at + 2;
  }

  private static int unicode(char c, byte[] b, int at) {
    b[at] = '\\';
    b[at + 1] = 'u';
    b[at + 2] = HEX[c >> 12];
    b[at + 3] = HEX[c >> 8 & 15];
    b[at + 4] = HEX[c >> 4 & 15];
    b[at + 5] = HEX[c & 15];
    return at + 6;
  }
}
