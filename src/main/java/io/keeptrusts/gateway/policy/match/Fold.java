package io.keeptrusts.gateway.policy.match;

import java.text.Normalizer;
import java.util.Arrays;

/**
 * The view of a text on which rules run. Every code point becomes one symbol or none, so indices
 * stay those of the text.
 *
 * <ul>
 *   <li><em>Ignored</em>, as if absent: format characters (Cf: soft hyphen, zero-width space and
 *       joiners, BOM, bidi controls, tags), marks (Mn, Me: combining accents, variation selectors),
 *       Hangul fillers.
 *   <li>Decimal digits of every script are ASCII digits; dashes (Pd) and the minus sign are {@code
 *       -}; spaces (Zs) are a space; ideographic full stops are a full stop.
 *   <li>What the compatibility decomposition (NFKD, marks taken off) turns into one code point is
 *       that one: full width, circled, superscript, mathematical letters, and é as e, because e
 *       with a combining accent is e already.
 *   <li>A few dozen Cyrillic, Greek and other letters that look like a Latin letter are that
 *       letter.
 * </ul>
 *
 * <p>Line feed, carriage return and tab stay what they are. Folding twice changes nothing more.
 */
public final class Fold {
  /** What an ignored code point folds to. */
  static final int IGNORED = -1;

  private static final String LOOKALIKES =
      "АAВBСCЕEНHІIЈJКKМMОOРPЅSТTХXУYԚQԜWѴVӀIаaсcеeһhіiјjкkоoрpѕsуyхxԁdԛqԝwѵv"
          + "ΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXαaιiκkνvοoρpυuχxϲcϳj"
          + "ɑaɡgıiօoսuհhոn";

  private static final char IGNORED_CHAR = '\uFFFF';
  private static final char[] BMP = new char[0x10000];
  private static final int[] HIGH_KEYS;
  private static final int[] HIGH_VALUES;

  static {
    for (int c = 0; c < BMP.length; c++) {
      int folded = compute(c);
      BMP[c] = folded == IGNORED ? IGNORED_CHAR : folded < 0x10000 ? (char) folded : (char) c;
    }
    int[] keys = new int[0x2000];
    int[] values = new int[keys.length];
    int n = 0;
    for (int c = 0x10000; c < 0x30000; c++) {
      int folded = Character.isDefined(c) ? compute(c) : c;
      if (folded != c) {
        if (n == keys.length) {
          keys = Arrays.copyOf(keys, 2 * n);
          values = Arrays.copyOf(values, 2 * n);
        }
        keys[n] = c;
        values[n++] = folded;
      }
    }
    HIGH_KEYS = Arrays.copyOf(keys, n);
    HIGH_VALUES = Arrays.copyOf(values, n);
  }

  private Fold() {}

  /** A whole text folded; what is ignored drops out. Linear. */
  public static String of(String text) {
    StringBuilder folded = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      int symbol = of(c);
      if (symbol != IGNORED) {
        folded.appendCodePoint(symbol);
      }
    }
    return folded.toString();
  }

  /** The symbol of a code point (a lone surrogate is itself), or {@link #IGNORED}. */
  static int of(int codePoint) {
    if (codePoint < 0x10000) {
      char folded = BMP[codePoint];
      return folded != IGNORED_CHAR ? folded : codePoint == IGNORED_CHAR ? codePoint : IGNORED;
    }
    if (codePoint >= 0x30000) {
      return codePoint >= 0xE0000 && codePoint < 0xE1000 ? IGNORED : codePoint;
    }
    int at = Arrays.binarySearch(HIGH_KEYS, codePoint);
    return at < 0 ? codePoint : HIGH_VALUES[at];
  }

  /**
   * Folds what an expression asks for, so that it meets the folded text. Ignored code points drop
   * out.
   */
  static CharSet of(CharSet set) {
    int[] ranges = set.ranges();
    CharSet.Builder builder = new CharSet.Builder();
    for (int i = 0; i < ranges.length; i += 2) {
      int kept = ranges[i];
      int last = Math.min(ranges[i + 1], 0x2FFFF);
      for (int c = Math.max(ranges[i], 0x80); c <= last; c++) {
        int folded = of(c);
        if (folded != c) {
          if (kept < c) {
            builder.add(kept, c - 1);
          }
          kept = c + 1;
          if (folded != IGNORED) {
            builder.add(folded, folded);
          }
        }
      }
      if (kept <= ranges[i + 1]) {
        builder.add(kept, ranges[i + 1]);
      }
    }
    return builder.build();
  }

  /** The set with the upper, lower and title case of its members. */
  static CharSet anyCase(CharSet set) {
    CharSet.Builder builder = new CharSet.Builder();
    builder.addAll(set);
    for (int i = 0; i < set.ranges().length; i += 2) {
      // beyond the Adlam letters no script has case
      for (int c = set.ranges()[i]; c <= Math.min(set.ranges()[i + 1], 0x1E943); c++) {
        int upper = Character.toUpperCase(c);
        int lower = Character.toLowerCase(upper);
        if (upper != c || lower != c) {
          builder.add(upper, upper);
          builder.add(lower, lower);
          builder.add(Character.toLowerCase(c), Character.toLowerCase(c));
          builder.add(Character.toTitleCase(c), Character.toTitleCase(c));
        }
      }
    }
    return builder.build();
  }

  private static int compute(int c) {
    if (c < 0x80) {
      return c;
    }
    return switch (Character.getType(c)) {
      case Character.FORMAT, Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> IGNORED;
      case Character.DECIMAL_DIGIT_NUMBER -> '0' + Character.digit(c, 10);
      case Character.DASH_PUNCTUATION -> '-';
      case Character.SPACE_SEPARATOR -> ' ';
      case Character.SURROGATE -> c;
      default -> special(c);
    };
  }

  private static int special(int c) {
    switch (c) {
      case 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2065 -> {
        return IGNORED;
      }
      case 0x2212 -> {
        return '-';
      }
      case 0x3002 -> {
        return '.';
      }
      default -> {}
    }
    int alike = c < 0x10000 ? LOOKALIKES.indexOf(c) : -1;
    if (alike >= 0 && alike % 2 == 0) {
      return LOOKALIKES.charAt(alike + 1);
    }
    String text = Character.toString(c);
    if (Normalizer.isNormalized(text, Normalizer.Form.NFKD)) {
      return c;
    }
    int base = onlyBase(Normalizer.normalize(text, Normalizer.Form.NFKD));
    return base == IGNORED ? c : compute(base);
  }

  /**
   * The one code point of a decomposition besides marks on a letter, or {@link #IGNORED} if there
   * is no such one.
   */
  private static int onlyBase(String decomposed) {
    int base = decomposed.codePointAt(0);
    int length = Character.charCount(base);
    if (length == decomposed.length()) {
      return base;
    }
    boolean onlyMarks =
        decomposed
            .codePoints()
            .skip(1)
            .allMatch(c -> Character.getType(c) == Character.NON_SPACING_MARK);
    return onlyMarks && Character.isLetter(base) ? base : IGNORED;
  }
}
