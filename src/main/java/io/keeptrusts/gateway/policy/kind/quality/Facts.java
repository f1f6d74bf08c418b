package io.keeptrusts.gateway.policy.kind.quality;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What can be right or wrong in a text by its spelling alone: numbers of two digits and more, and
 * names, which are capitalized words that do not begin a sentence. Static, linear.
 */
final class Facts {
  private Facts() {}

  /**
   * The share of the answer's facts that stand in the context or the question; null if it states
   * none.
   */
  static @Nullable Double accuracy(String answer, Asked asked) {
    Set<String> stated = new LinkedHashSet<>(numbers(answer));
    stated.addAll(names(answer));
    if (stated.isEmpty()) {
      return null;
    }
    String given = asked.context() + "\n" + asked.question();
    Set<String> known = new HashSet<>(numbers(given));
    known.addAll(Words.of(given));
    return (double) stated.stream().filter(known::contains).count() / stated.size();
  }

  /** Numbers without their grouping: {@code 1,250.50} and {@code 1250.5} are the same. */
  static Set<String> numbers(String text) {
    Set<String> numbers = new LinkedHashSet<>();
    for (int i = 0; i < text.length(); i++) {
      if (!isDigit(text, i) || i > 0 && Character.isLetterOrDigit(text.charAt(i - 1))) {
        continue;
      }
      StringBuilder digits = new StringBuilder();
      int end = i;
      while (isDigit(text, end) || isInner(text, end)) {
        if (text.charAt(end) != ',') {
          digits.append(text.charAt(end));
        }
        end++;
      }
      if (digits.length() > 1) {
        numbers.add(normal(digits.toString()));
      }
      i = end;
    }
    return numbers;
  }

  private static boolean isDigit(String text, int at) {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private static boolean isInner(String text, int at) {
    return at < text.length()
        && (text.charAt(at) == '.' || text.charAt(at) == ',')
        && isDigit(text, at - 1)
        && isDigit(text, at + 1);
  }

  private static String normal(String number) {
    if (number.indexOf('.') < 0 || number.indexOf('.') != number.lastIndexOf('.')) {
      return number;
    }
    int end = number.length();
    while (number.charAt(end - 1) == '0') {
      end--;
    }
    return number.substring(0, number.charAt(end - 1) == '.' ? end - 1 : end);
  }

  private static Set<String> names(String text) {
    Set<String> names = new LinkedHashSet<>();
    for (String sentence : Words.sentences(text)) {
      boolean first = true;
      int start = -1;
      for (int i = 0; i <= sentence.length(); i++) {
        boolean inside = i < sentence.length() && Character.isLetter(sentence.charAt(i));
        if (inside && start < 0) {
          start = i;
        } else if (!inside && start >= 0) {
          if (!first && i - start > 2 && Character.isUpperCase(sentence.charAt(start))) {
            names.add(sentence.substring(start, i).toLowerCase(Locale.ROOT));
          }
          first = false;
          start = -1;
        }
      }
    }
    return names;
  }
}
