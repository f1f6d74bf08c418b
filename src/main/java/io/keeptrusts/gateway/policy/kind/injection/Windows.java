package io.keeptrusts.gateway.policy.kind.injection;

/** Overlapping windows of words, so that an order in a long text is not lost in it. */
final class Windows {
  static final int WIDTH = 64;
  static final int STEP = 32;

  private Windows() {}

  /** How many windows a text of so many words has, at least one. */
  static int count(int words) {
    return words <= WIDTH ? 1 : 1 + (words - WIDTH + STEP - 1) / STEP;
  }

  /** First word of window {@code i}; the last window ends with the text. */
  static int from(int i, int words) {
    return Math.max(0, Math.min(i * STEP, words - WIDTH));
  }

  static int to(int i, int words) {
    return Math.min(words, from(i, words) + WIDTH);
  }
}
