package io.keeptrusts.gateway.policy.kind;

import java.util.List;
import java.util.Set;

/**
 * The regular forms of an English word: a list says {@code detonate} and means {@code detonates,
 * detonated, detonating} too. Words that are not plain English letters have one form.
 */
final class WordForms {
  private static final int SHORTEST = 3;
  private static final String VOWELS = "aeiou";

  /** They are no verbs and no nouns: {@code the} has no {@code theing}. */
  private static final Set<String> FIXED =
      Set.of(
          "the", "and", "for", "with", "from", "into", "onto", "that", "this", "your", "our", "off",
          "out", "not", "how", "all", "any");

  private WordForms() {}

  /** Endings that may take the place of what follows the stem. */
  record Forms(String stem, List<String> endings) {}

  /** In lower case. */
  static Forms of(String word) {
    if (word.length() < SHORTEST
        || FIXED.contains(word)
        || !word.chars().allMatch(c -> c >= 'a' && c <= 'z')) {
      return new Forms(word, List.of(""));
    }
    char last = word.charAt(word.length() - 1);
    char before = word.charAt(word.length() - 2);
    String stem = word.substring(0, word.length() - 1);
    if (last == 'e') {
      return new Forms(stem, List.of("e", "es", "ed", "ing", "er", "ers"));
    }
    if (last == 'y' && !isVowel(before)) {
      return new Forms(stem, List.of("y", "ies", "ied", "ying", "ier", "iers"));
    }
    if (last == 's' && "sui".indexOf(before) < 0 && word.length() > SHORTEST) {
      return of(stem); // a plural: the singular is meant too
    }
    if (last == 's' && before != 's') {
      return new Forms(word, List.of("")); // gas, virus, crisis
    }
    if (last == 's' || last == 'x' || last == 'z' || word.endsWith("ch") || word.endsWith("sh")) {
      return new Forms(word, List.of("", "es", "ed", "ing", "er", "ers"));
    }
    boolean doubles =
        !isVowel(last)
            && "wxy".indexOf(last) < 0
            && isVowel(before)
            && (word.length() == SHORTEST || !isVowel(word.charAt(word.length() - 3)));
    return doubles
        ? new Forms(
            word,
            List.of(
                "",
                "s",
                "ed",
                "ing",
                "er",
                "ers",
                last + "ed",
                last + "ing",
                last + "er",
                last + "ers"))
        : new Forms(word, List.of("", "s", "ed", "ing", "er", "ers"));
  }

  private static boolean isVowel(char c) {
    return VOWELS.indexOf(c) >= 0;
  }
}
