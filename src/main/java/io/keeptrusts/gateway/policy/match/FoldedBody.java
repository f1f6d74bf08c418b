package io.keeptrusts.gateway.policy.match;

/** What a validator sees: the folded body. Valid during the call. */
final class FoldedBody implements CharSequence {
  private char[] chars = new char[0];
  private int length;

  CharSequence of(char[] buf, int from, int to) {
    if (chars.length < to - from) {
      chars = new char[Math.max(64, to - from)];
    }
    length = 0;
    for (int i = from; i < to; ) {
      int c = Character.codePointAt(buf, i, to);
      i += Character.charCount(c);
      int folded = Fold.of(c);
      if (folded != Fold.IGNORED) {
        length += Character.toChars(folded, chars, length);
      }
    }
    return this;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public char charAt(int index) {
    return chars[index];
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new String(chars, start, end - start);
  }

  @Override
  public String toString() {
    return new String(chars, 0, length);
  }
}
