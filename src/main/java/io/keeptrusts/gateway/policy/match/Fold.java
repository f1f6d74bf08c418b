package io.keeptrusts.gateway.policy.match;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;

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

  /**
   * The resource with all that does not stay as it is, made from the Unicode data of the JDK by
   * {@code FoldTableTest}; to work it out takes a tenth of a second that no start has. Lines {@code
   * first last how}, numbers in hexadecimal digits; how is {@code -} (ignored), {@code =symbol} or
   * {@code +symbol}, which goes up with the code point.
   */
  static final String TABLE = "fold.txt";

  private static final char IGNORED_CHAR = '\uFFFF';
  private static final char[] BMP = new char[0x10000];
  private static final int[] CHANGED;

  /** What is beyond the basic plane: first, last, symbol and step of each run. */
  private static final int[] FIRST;

  private static final int[] LAST;
  private static final int[] SYMBOL;
  private static final int[] STEP;

  static {
    String table = read();
    IntList changed = new IntList();
    IntList first = new IntList();
    IntList last = new IntList();
    IntList symbol = new IntList();
    IntList step = new IntList();
    for (int c = 0; c < BMP.length; c++) {
      BMP[c] = (char) c;
    }
    for (int line = 0; line < table.length(); ) {
      int space = table.indexOf(' ', line);
      int how = table.indexOf(' ', space + 1) + 1;
      int end = table.indexOf('\n', how);
      int from = Integer.parseInt(table, line, space, 16);
      int to = Integer.parseInt(table, space + 1, how - 1, 16);
      int into = table.charAt(how) == '-' ? IGNORED : Integer.parseInt(table, how + 1, end, 16);
      int by = table.charAt(how) == '+' ? 1 : 0;
      line = end + 1;
      if (to < BMP.length) {
        for (int c = from; c <= to; c++) {
          BMP[c] = into == IGNORED ? IGNORED_CHAR : (char) (into + by * (c - from));
          changed.add(c);
        }
      } else {
        first.add(from);
        last.add(to);
        symbol.add(into);
        step.add(by);
      }
    }
    CHANGED = changed.toArray();
    FIRST = first.toArray();
    LAST = last.toArray();
    SYMBOL = symbol.toArray();
    STEP = step.toArray();
  }

  private static String read() {
    try (InputStream in = Fold.class.getResourceAsStream("/" + TABLE)) {
      return new String(Objects.requireNonNull(in, TABLE).readAllBytes(), US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    int at = Arrays.binarySearch(FIRST, codePoint);
    int run = at >= 0 ? at : -at - 2;
    return run < 0 || codePoint > LAST[run]
        ? codePoint
        : SYMBOL[run] + STEP[run] * (codePoint - FIRST[run]);
  }

  /** The code points of the basic plane that do not stay what they are, ascending; read only. */
  static int[] changed() {
    return CHANGED;
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
}
