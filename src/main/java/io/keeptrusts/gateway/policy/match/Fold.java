package io.keeptrusts.gateway.policy.match;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
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
   * {@code FoldTableTest}; to work it out takes a tenth of a second that no start has. Runs of code
   * points, ascending, four integers each, big endian: first, last, symbol or {@link #IGNORED}, and
   * the step (0 or 1) by which the symbol goes up with the code point.
   */
  static final String TABLE = "fold.table";

  static final int RUN = 4;
  private static final char IGNORED_CHAR = '\uFFFF';
  private static final int[] RUNS = read();

  /** The first of {@link #RUNS} that is beyond the basic plane. */
  private static final int BEYOND = beyond(RUNS);

  /** The code points of the basic plane that do not stay what they are. */
  private static final int[] CHANGED = changed(RUNS, BEYOND);

  /** What is added to a unit of the basic plane, modulo 65,536. */
  private static final char[] SHIFT = shift(RUNS, BEYOND);

  // These take what they need: a class that is not yet initialized looks its fields up every time.

  private static int beyond(int[] runs) {
    int run = 0;
    while (RUN * run < runs.length && runs[RUN * run] <= Character.MAX_VALUE) {
      run++;
    }
    return run;
  }

  private static int[] changed(int[] runs, int beyond) {
    IntList all = new IntList();
    for (int run = 0; run < beyond; run++) {
      for (int c = runs[RUN * run]; c <= runs[RUN * run + 1]; c++) {
        all.add(c);
      }
    }
    return all.toArray();
  }

  private static char[] shift(int[] runs, int beyond) {
    char[] shift = new char[Character.MAX_VALUE + 1];
    for (int run = 0; run < beyond; run++) {
      int first = runs[RUN * run];
      for (int c = first; c <= runs[RUN * run + 1]; c++) {
        shift[c] = (char) (runs[RUN * run + 2] + runs[RUN * run + 3] * (c - first) - c);
      }
    }
    return shift;
  }

  private static int[] read() {
    try (InputStream in = Fold.class.getResourceAsStream("/" + TABLE)) {
      IntBuffer runs =
          ByteBuffer.wrap(Objects.requireNonNull(in, TABLE).readAllBytes()).asIntBuffer();
      int[] values = new int[runs.remaining()];
      runs.get(values);
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Fold() {}

  /** A whole text folded; what is ignored drops out. Linear; most texts are folded already. */
  public static String of(String text) {
    int same = 0;
    while (same < text.length() && staysAlone(text.charAt(same))) {
      same++;
    }
    if (same == text.length()) {
      return text;
    }
    StringBuilder folded = new StringBuilder(text.length()).append(text, 0, same);
    for (int i = same; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      int symbol = of(c);
      if (symbol != IGNORED) {
        folded.appendCodePoint(symbol);
      }
    }
    return folded.toString();
  }

  private static boolean staysAlone(char unit) {
    return SHIFT[unit] == 0 && !Character.isSurrogate(unit);
  }

  /** The symbol of a code point (a lone surrogate is itself), or {@link #IGNORED}. */
  static int of(int codePoint) {
    if (codePoint < SHIFT.length) {
      char folded = (char) (codePoint + SHIFT[codePoint]);
      return folded != IGNORED_CHAR ? folded : codePoint == IGNORED_CHAR ? codePoint : IGNORED;
    }
    int low = BEYOND;
    int high = RUNS.length / RUN - 1;
    while (low <= high) {
      int run = (low + high) >>> 1;
      if (codePoint < RUNS[RUN * run]) {
        high = run - 1;
      } else if (codePoint > RUNS[RUN * run + 1]) {
        low = run + 1;
      } else {
        return RUNS[RUN * run + 2] + RUNS[RUN * run + 3] * (codePoint - RUNS[RUN * run]);
      }
    }
    return codePoint;
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
    if (set.isEmpty() || ranges[ranges.length - 1] < 0x80) {
      return set; // ASCII folds to itself
    }
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
