package io.keeptrusts.gateway.policy.kind.injection;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;

/**
 * Takes away what the matcher would see through by itself, for packs that do not want it: a
 * disguised character becomes one that no pattern asks for.
 */
final class Disguise {
  private static final int BLANK = '\u25A1';

  private Disguise() {}

  /**
   * Compatibility forms (full width, mathematical letters) and invisible characters stay unread.
   */
  static String keepForms(String text) {
    return map(
        text,
        c ->
            c > 127
                && (Character.getType(c) == Character.FORMAT
                    || !Normalizer.isNormalized(Character.toString(c), Normalizer.Form.NFKC)));
  }

  /** Cyrillic and Greek letters stay unread, in words that also have Latin ones. */
  static String keepLookalikes(String text) {
    var kept = new StringBuilder(text.length());
    for (int from = 0; from < text.length(); ) {
      int to = from;
      boolean word = Character.isLetter(text.codePointAt(from));
      while (to < text.length() && Character.isLetter(text.codePointAt(to)) == word) {
        to += Character.charCount(text.codePointAt(to));
      }
      String part = text.substring(from, to);
      boolean latin = part.codePoints().anyMatch(c -> UnicodeScript.of(c) == UnicodeScript.LATIN);
      kept.append(latin ? map(part, Disguise::lookalike) : part);
      from = to;
    }
    return kept.toString();
  }

  private static boolean lookalike(int c) {
    return switch (UnicodeScript.of(c)) {
      case CYRILLIC, GREEK, ARMENIAN, CHEROKEE -> true;
      default -> false;
    };
  }

  private static String map(String text, java.util.function.IntPredicate unread) {
    var mapped = new StringBuilder(text.length());
    text.codePoints().forEach(c -> mapped.appendCodePoint(unread.test(c) ? BLANK : c));
    return mapped.toString();
  }
}
