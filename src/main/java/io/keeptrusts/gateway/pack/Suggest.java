package io.keeptrusts.gateway.pack;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Helpful ends of messages. */
final class Suggest {

  private static final int LONGEST_WORD = 64;
  private static final int LONGEST_LIST = 40;

  private Suggest() {}

  /** {@code did you mean `redact`?} where a name is near, else the list of all. */
  static String among(String word, Collection<String> valid) {
    String near = nearest(word, valid);
    if (near != null) {
      return "did you mean `" + near + "`?";
    }
    if (valid.isEmpty()) {
      return "none is valid here";
    }
    String more = valid.size() > LONGEST_LIST ? ", ..." : "";
    return "valid: "
        + String.join(", ", valid.stream().sorted().limit(LONGEST_LIST).toList())
        + more;
  }

  /**
   * The name within a third of its letters, ignoring case and the kind of dash; null if there is
   * none.
   */
  static @Nullable String nearest(String word, Collection<String> valid) {
    if (word.length() > LONGEST_WORD) {
      return null;
    }
    String folded = fold(word);
    String best = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : valid) {
      int distance = distance(folded, fold(candidate));
      if (distance < least && distance <= Math.max(1, candidate.length() / 3)) {
        least = distance;
        best = candidate;
      }
    }
    return best;
  }

  static String shortened(String text) {
    return text.length() <= LONGEST_WORD ? text : text.substring(0, LONGEST_WORD) + "...";
  }

  static String fold(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Insertions, deletions, changes and swaps of neighbours. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
