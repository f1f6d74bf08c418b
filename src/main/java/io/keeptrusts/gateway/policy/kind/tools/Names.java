package io.keeptrusts.gateway.policy.kind.tools;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A list of names in a pack: exact, or with {@code *} for any run of characters. Case matters, as
 * it does to who looks a tool or a model up. Immutable.
 */
public record Names(List<String> patterns) {
  private static final int LONGEST = 256;

  public Names {
    patterns = List.copyOf(patterns);
  }

  /**
   * @param key for messages
   * @param patterns null: null
   * @throws IllegalArgumentException if the list is empty, which reads as all to some and as
   *     nothing to others, or a name is
   */
  public static @Nullable Names of(String key, @Nullable List<String> patterns) {
    if (patterns == null) {
      return null;
    }
    if (patterns.isEmpty()) {
      throw new IllegalArgumentException(
          key + ": an empty list says nothing; leave the key out for no limit, \"*\" names all");
    }
    for (int i = 0; i < patterns.size(); i++) {
      if (patterns.get(i).isBlank() || patterns.get(i).length() > LONGEST) {
        throw new IllegalArgumentException(
            key + "[" + i + "]: a name has 1 to " + LONGEST + " characters");
      }
    }
    return new Names(patterns);
  }

  /**
   * Which entries of a list another one takes back, as its warnings.
   *
   * @param takenBack whether the other list, which wins, covers an entry
   */
  public static List<String> overruled(
      String allowedKey,
      @Nullable List<String> allowed,
      String deniedKey,
      Predicate<String> takenBack) {
    if (allowed == null) {
      return List.of();
    }
    List<Integer> idle =
        IntStream.range(0, allowed.size())
            .filter(i -> takenBack.test(allowed.get(i)))
            .boxed()
            .toList();
    return idle.size() == allowed.size()
        ? List.of(allowedKey + ": " + deniedKey + " has all of them, and wins: none is left")
        : idle.stream()
            .map(i -> allowedKey + "[" + i + "]: has no effect, " + deniedKey + " has it and wins")
            .toList();
  }

  /** Whether a pattern matches the whole name. */
  public boolean match(String name) {
    for (String pattern : patterns) {
      if (matches(pattern, name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(String pattern, String name) {
    int star = -1;
    int mark = 0;
    int p = 0;
    int n = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        mark = n;
      } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++mark;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
