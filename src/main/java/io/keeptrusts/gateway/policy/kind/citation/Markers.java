package io.keeptrusts.gateway.policy.kind.citation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Markers that point to a source by its number or its name: {@code [1]}, {@code [1, 3-5]}, {@code
 * [^note]}, {@code [doc2]}, {@code (Source 2)}, {@code 【4:0†report.pdf】}, {@code [report.pdf]}.
 * Linear.
 */
final class Markers {
  private static final int LONGEST = 128;
  private static final int LONGEST_RANGE = 20;

  private static final Set<String> WORDS =
      Set.of(
          "source",
          "sources",
          "doc",
          "docs",
          "document",
          "ref",
          "reference",
          "s",
          "passage",
          "result",
          "citation",
          "cite",
          "quelle",
          "chunk",
          "context");

  private Markers() {}

  /**
   * @param known whether a source has such a name, folded to lower case
   */
  static void find(String text, Predicate<String> known, Consumer<Citation> found) {
    for (int i = 0; i < text.length(); i++) {
      char open = text.charAt(i);
      char close = open == '[' ? ']' : open == '\u3010' ? '\u3011' : open == '(' ? ')' : '\0';
      int end = close == '\0' ? -1 : close(text, i + 1, open, close);
      if (end < 0 || open == '[' && end + 1 < text.length() && text.charAt(end + 1) == '(') {
        continue; // no marker, or the text of a link
      }
      String inside = text.substring(i + 1, end).strip();
      List<String> keys =
          switch (open) {
            case '\u3010' -> daggered(inside);
            case '(' -> named(inside);
            default -> bracketed(inside, known);
          };
      int from = i;
      keys.forEach(
          key -> found.accept(new Citation(CitationType.NUMBERED, from, end + 1, List.of(key))));
      if (!keys.isEmpty()) {
        i = end;
      }
    }
  }

  private static int close(String text, int from, char open, char close) {
    for (int i = from; i < text.length() && i - from < LONGEST; i++) {
      char c = text.charAt(i);
      if (c == close) {
        return i;
      }
      if (c == open || c == '\n') {
        return -1;
      }
    }
    return -1;
  }

  /** {@code 3†source}, {@code 4:0†report.pdf}. */
  private static List<String> daggered(String inside) {
    int dagger = inside.indexOf('\u2020');
    String name = dagger < 0 ? "" : inside.substring(dagger + 1);
    String number = dagger < 0 ? inside : inside.substring(0, dagger);
    boolean generic = name.isEmpty() || WORDS.contains(name) || name.startsWith("L");
    if (!generic) {
      return List.of(name.toLowerCase(Locale.ROOT));
    }
    int colon = number.indexOf(':');
    // file search counts from message:0
    return colon < 0
        ? numbers(number)
        : numbers(number.substring(colon + 1)).stream()
            .map(key -> Integer.toString(Integer.parseInt(key) + 1))
            .toList();
  }

  private static List<String> named(String inside) {
    int digits = wordEnd(inside);
    String word = inside.substring(0, digits).toLowerCase(Locale.ROOT);
    return digits > 2 && WORDS.contains(word) ? numbers(inside.substring(digits)) : List.of();
  }

  private static List<String> bracketed(String inside, Predicate<String> known) {
    if (inside.startsWith("^")) {
      String note = inside.substring(1);
      List<String> numbers = numbers(note);
      return !numbers.isEmpty() || note.isEmpty() || note.indexOf(' ') >= 0
          ? numbers
          : List.of(note.toLowerCase(Locale.ROOT));
    }
    int digits = wordEnd(inside);
    String word = inside.substring(0, digits).toLowerCase(Locale.ROOT);
    if (word.isEmpty() || WORDS.contains(word)) {
      List<String> numbers = numbers(inside.substring(digits));
      if (!numbers.isEmpty()) {
        return numbers;
      }
    }
    String name = inside.toLowerCase(Locale.ROOT);
    int colon = name.indexOf(':');
    if (colon > 0 && WORDS.contains(name.substring(0, colon))) {
      return List.of(name.substring(colon + 1).strip());
    }
    int comma = name.indexOf(',');
    if (comma > 0 && known.test(name.substring(0, comma))) {
      return List.of(name.substring(0, comma)); // [report.pdf, p. 3]
    }
    return known.test(name) ? List.of(name) : List.of();
  }

  private static int wordEnd(String inside) {
    int i = 0;
    while (i < inside.length() && Character.isLetter(inside.charAt(i))) {
      i++;
    }
    return i;
  }

  /** {@code 1}, {@code 1, 3}, {@code 2-4}; empty if anything else stands there too. */
  private static List<String> numbers(String list) {
    List<String> numbers = new ArrayList<>();
    int before = -1;
    int i = 0;
    while (i < list.length()) {
      char c = list.charAt(i);
      int digits = i;
      while (i < list.length()
          && i - digits < 4
          && list.charAt(i) >= '0'
          && list.charAt(i) <= '9') {
        i++;
      }
      if (i == digits) {
        if (" ,;-\u2013#_:^".indexOf(c) < 0) {
          return List.of();
        }
        i++;
        continue;
      }
      int number = Integer.parseInt(list.substring(digits, i));
      boolean range = before >= 0 && digits > 0 && "-\u2013".indexOf(list.charAt(digits - 1)) >= 0;
      int from = range && number - before < LONGEST_RANGE ? before + 1 : number;
      for (int n = from; n <= number; n++) {
        numbers.add(Integer.toString(n));
      }
      before = number;
    }
    // a year or a quantity in brackets is none
    return numbers.stream().allMatch(number -> number.length() < 4) ? numbers : List.of();
  }
}
