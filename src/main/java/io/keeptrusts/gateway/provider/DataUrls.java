package io.keeptrusts.gateway.provider;

/**
 * Images that stand in an answer as {@code data:image/png;base64,...}: base64 is not text, and a
 * mask would ruin them.
 */
final class DataUrls {
  private static final byte[] HEAD = {'d', 'a', 't', 'a', ':', 'i', 'm', 'a', 'g', 'e', '/'};
  private static final byte[] MARK = {';', 'b', 'a', 's', 'e', '6', '4', ','};
  private static final int LONGEST_TYPE = 16;

  /** No image is shorter; a number with a prefix is. */
  private static final int SHORTEST = 64;

  private DataUrls() {}

  /** Whether the string content {@code b[from, to)} is nothing but such an image. */
  static boolean isImage(byte[] b, int from, int to) {
    if (!at(b, from, to, HEAD)) {
      return false;
    }
    int type = from + HEAD.length;
    int mark = type;
    while (mark < to && mark - type <= LONGEST_TYPE && isTypeChar(b[mark])) {
      mark++;
    }
    int data = mark + MARK.length;
    if (!at(b, mark, to, MARK) || to - data < SHORTEST) {
      return false;
    }
    boolean letter = false;
    for (int i = data; i < to; i++) {
      boolean isLetter = (b[i] | 0x20) >= 'a' && (b[i] | 0x20) <= 'z';
      letter |= isLetter;
      if (!isLetter && !(b[i] >= '0' && b[i] <= '9') && b[i] != '+' && b[i] != '/' && b[i] != '=') {
        return false;
      }
    }
    return letter;
  }

  private static boolean isTypeChar(byte b) {
    return b >= 'a' && b <= 'z' || b == '+' || b == '-' || b == '.';
  }

  private static boolean at(byte[] b, int from, int to, byte[] what) {
    return to - from >= what.length
        && java.util.Arrays.equals(b, from, from + what.length, what, 0, what.length);
  }
}
