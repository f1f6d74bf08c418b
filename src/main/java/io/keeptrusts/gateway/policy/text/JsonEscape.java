package io.keeptrusts.gateway.policy.text;

/** An escape that is being read, a character at a time. */
final class JsonEscape {

  /** What is known after a character. */
  enum State {
    OPEN,
    READ,
    BROKEN
  }

  private static final int SHORT = 2;
  private static final int LONG = 6;

  private final char[] characters = new char[LONG];
  private final int[] widths = new int[LONG];
  private int size;
  private int value;

  void begin(int width) {
    size = 0;
    value = 0;
    take('\\', width);
  }

  State next(char c, int width) {
    take(c, width);
    if (size == SHORT) {
      value = c == 'u' ? 0 : JsonString.unescape(c);
      return c == 'u' ? State.OPEN : State.READ;
    }
    int digit = c < 128 ? Character.digit(c, 16) : -1;
    if (digit < 0) return State.BROKEN;
    value = value << 4 | digit;
    return size == LONG ? State.READ : State.OPEN;
  }

  /** The decoded character, once read. */
  char value() {
    return (char) value;
  }

  /** Characters that spell it so far. */
  int width() {
    int sum = 0;
    for (int i = 0; i < size; i++) sum += widths[i];
    return sum;
  }

  /** Adds its characters to a text as they stand. */
  void addTo(EmbeddedText text) {
    for (int i = 0; i < size; i++) text.add(characters[i], widths[i]);
  }

  private void take(char c, int width) {
    characters[size] = c;
    widths[size++] = width;
  }
}
