package io.keeptrusts.gateway.policy.kind;

import io.keeptrusts.gateway.policy.match.Matcher;
import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.match.RuleException;
import java.util.ArrayList;
import java.util.List;

/** The word lists that stand in a pack, and the two keys that say how exactly they are meant. */
final class UserTerms {
  private static final int FARTHEST = 8;
  private static final int LONGEST = 128;

  private UserTerms() {}

  /**
   * @param key of the list, for messages
   * @throws IllegalArgumentException names {@code key[i]} or {@code max_distance}
   */
  static void check(String key, List<String> terms, boolean fuzzy, int distance) {
    if (distance < 0 || distance > FARTHEST) {
      throw new IllegalArgumentException("max_distance: must be between 0 and " + FARTHEST);
    }
    if (fuzzy && distance > Terms.MOST) {
      throw new IllegalArgumentException(
          "max_distance: more than "
              + Terms.MOST
              + " cannot be matched exactly while a text streams; use at most "
              + Terms.MOST);
    }
    for (int i = 0; i < terms.size(); i++) {
      String term = terms.get(i);
      if (term.isBlank() || term.length() > LONGEST) {
        throw new IllegalArgumentException(
            key + "[" + i + "]: a term has 1 to " + LONGEST + " characters");
      }
      try {
        Matcher.compile(List.of(rule("TERM", term, fuzzy, distance)));
      } catch (RuleException refused) {
        throw new IllegalArgumentException(key + "[" + i + "]: " + refused.reason(), refused);
      }
    }
  }

  static List<Rule> rules(String label, List<String> terms, boolean fuzzy, int distance) {
    return terms.stream().map(term -> rule(label, term, fuzzy, distance)).toList();
  }

  /** Which of the settings do less than they seem to. */
  static List<String> warnings(String key, List<String> terms, boolean fuzzy, int distance) {
    var warnings = new ArrayList<String>();
    if (fuzzy && (terms.isEmpty() || distance == 0)) {
      warnings.add(
          "fuzzy_matching has no effect without "
              + (terms.isEmpty() ? key : "max_distance of 1 or 2"));
    }
    if (!fuzzy && distance > 1) {
      warnings.add("max_distance: has no effect without `fuzzy_matching: true`");
    }
    for (int i = 0; fuzzy && i < terms.size(); i++) {
      int allowed = Terms.allowed(terms.get(i));
      if (allowed < distance) {
        warnings.add(
            key
                + "["
                + i
                + "]: matched with distance "
                + allowed
                + "; distance 1 takes "
                + Terms.LETTERS_FOR_ONE
                + " letters, distance 2 takes "
                + Terms.LETTERS_FOR_TWO
                + " to "
                + Terms.LONGEST_FOR_TWO);
      }
    }
    return warnings;
  }

  private static Rule rule(String label, String term, boolean fuzzy, int distance) {
    return fuzzy ? Terms.fuzzy(label, term, distance) : Terms.exact(label, term);
  }
}
