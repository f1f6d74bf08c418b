package io.keeptrusts.gateway;

/**
 * Takes keys out of a provider's message: providers quote them, in full or with their middle
 * starred out.
 */
final class KeyScrubber {
  private static final int SHORTEST = 8;
  private static final String MARK = "[KEY_REDACTED]";

  private KeyScrubber() {}

  /**
   * The message without the key, without its recognisable head and tail, and without words that
   * begin like a key.
   */
  static String scrub(String message, String key) {
    String clean = key.isEmpty() ? message : message.replace(key, MARK);
    StringBuilder out = new StringBuilder(clean.length());
    int at = 0;
    while (at < clean.length()) {
      int end = at;
      while (end < clean.length() && isWord(clean.charAt(end))) {
        end++;
      }
      String word = clean.substring(at, end);
      if (!word.isEmpty()) {
        out.append(isKey(word, key) ? MARK : word);
      }
      if (end < clean.length()) {
        out.append(clean.charAt(end++));
      }
      at = end;
    }
    return out.toString();
  }

  private static boolean isKey(String word, String key) {
    boolean quoted =
        word.length() >= SHORTEST
            && key.length() >= SHORTEST
            && (word.startsWith(key.substring(0, 4))
                || word.endsWith(key.substring(key.length() - 4)));
    return quoted
        || word.length() >= 2 * SHORTEST && (word.startsWith("sk-") || word.startsWith("gsk_"));
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '*' || c == '.';
  }
}
