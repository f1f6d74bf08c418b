package io.keeptrusts.gateway.policy.kind.citation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Citations of the learned: {@code (Smith & Doe, 2020; Lee 2019)}, {@code Smith et al. (2020)},
 * {@code Smith (2020) showed}, DOI and arXiv numbers. The keys are an author and a year, or the one
 * number. Linear.
 */
final class Academic {
  private static final int LONGEST = 200;
  private static final int MOST_WORDS = 10;

  private static final Set<String> SAYING =
      Set.of(
          "found",
          "finds",
          "find",
          "showed",
          "shows",
          "show",
          "argued",
          "argues",
          "argue",
          "reported",
          "reports",
          "report",
          "suggested",
          "suggests",
          "suggest",
          "proposed",
          "proposes",
          "propose",
          "demonstrated",
          "demonstrates",
          "concluded",
          "concludes",
          "observed",
          "described",
          "introduced",
          "states",
          "stated",
          "noted",
          "notes",
          "wrote",
          "claims",
          "claimed",
          "and");

  private Academic() {}

  static void find(String text, Consumer<Citation> found) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int end = -1;
      if (c == '(' || c == '[') {
        end = bracket(text, i, c == '(' ? ')' : ']', found);
      } else if (c == '1' && text.startsWith("10.", i) && (i == 0 || !digit(text, i - 1))) {
        end = doi(text, i, found);
      } else if ((c == 'a' || c == 'A') && text.regionMatches(true, i, "arxiv:", 0, 6)) {
        end = arxiv(text, i, found);
      }
      i = end > i ? end - 1 : i;
    }
  }

  private static int doi(String text, int from, Consumer<Citation> found) {
    int i = from + 3;
    while (i < text.length() && i - from < 13 && digit(text, i)) {
      i++;
    }
    if (i - from < 7 || i >= text.length() || text.charAt(i) != '/') {
      return -1;
    }
    int end = i + 1;
    while (end < text.length()
        && end - from < LONGEST
        && text.charAt(end) > ' '
        && "<>\"[]{}|,;\u201D".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    while (end > i && ".:)*_?!".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    if (end == i + 1) {
      return -1;
    }
    found.accept(citation(from, end, text.substring(from, end).toLowerCase(Locale.ROOT)));
    return end;
  }

  private static int arxiv(String text, int from, Consumer<Citation> found) {
    int i = from + 6;
    while (i < text.length() && text.charAt(i) == ' ' && i - from < 8) {
      i++;
    }
    int number = i;
    while (i < text.length() && i - number < 10 && (digit(text, i) || text.charAt(i) == '.')) {
      i++;
    }
    i = i > number && text.charAt(i - 1) == '.' ? i - 1 : i;
    if (i - number < 9) {
      return -1;
    }
    found.accept(citation(from, i, text.substring(number, i)));
    return i;
  }

  private static int bracket(String text, int open, char closing, Consumer<Citation> found) {
    int close = open + 1;
    while (close < text.length() && close - open < LONGEST && text.charAt(close) != closing) {
      if (text.charAt(close) == '\n' || text.charAt(close) == text.charAt(open)) {
        return -1;
      }
      close++;
    }
    if (close >= text.length() || text.charAt(close) != closing) {
      return -1;
    }
    String inside = text.substring(open + 1, close);
    int year = year(inside, inside.length());
    if (year == 0 && yearEnd(inside) == inside.length()) {
      String author = closing == ')' ? authorBefore(text, open, close + 1) : "";
      if (author.isEmpty()) {
        return -1;
      }
      found.accept(citation(open, close + 1, author, inside.substring(0, 4)));
      return close + 1;
    }
    boolean any = false;
    for (String part : inside.split(";", -1)) {
      any |= part(part.strip(), open, close + 1, found);
    }
    return any ? close + 1 : -1;
  }

  /** {@code see Smith & Doe, 2020a, p. 3}. */
  private static boolean part(String part, int from, int to, Consumer<Citation> found) {
    int year = -1;
    for (int i = 1; i + 4 <= part.length() && year < 0; i++) {
      year = !digit(part, i - 1) && isYear(part, i) ? i : -1;
    }
    if (year < 1) {
      return false;
    }
    String behind = part.substring(year + 4);
    if (!behind.isEmpty()
        && !(behind.length() == 1 && Character.isLowerCase(behind.charAt(0)))
        && !behind.startsWith(",")
        && !behind.startsWith(":")
        && !(behind.length() > 1 && behind.charAt(1) == ',')) {
      return false;
    }
    String[] words = part.substring(0, year).strip().split("[ ,]+");
    String author = "";
    int capitals = 0;
    for (String word : words) {
      boolean capital = !word.isEmpty() && Character.isUpperCase(word.charAt(0));
      boolean little =
          Set.of(
                  "&", "and", "et", "al.", "al", "see", "cf.", "e.g.", "von", "van", "de", "der",
                  "in", "und", "y")
              .contains(word.toLowerCase(Locale.ROOT));
      if (!capital && !little || !name(word)) {
        return false;
      }
      capitals += capital ? 1 : 0;
      boolean head = capital && word.length() > 1 && !little;
      author = author.isEmpty() && head && !word.endsWith(".") ? word : author;
    }
    boolean separated = part.charAt(year - 1) == ' ' || part.charAt(year - 1) == ',';
    boolean month = words.length > 0 && isMonth(words[words.length - 1]);
    if (author.isEmpty() || capitals == 0 || words.length > MOST_WORDS || !separated || month) {
      return false;
    }
    found.accept(citation(from, to, author, part.substring(year, year + 4)));
    return true;
  }

  private static boolean name(String word) {
    if (word.equals("&")) {
      return true;
    }
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (!Character.isLetter(c) && "-.'\u2019".indexOf(c) < 0) {
        return false;
      }
    }
    return !word.isEmpty();
  }

  private static boolean isMonth(String word) {
    return Set.of(
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
            "spring",
            "summer",
            "autumn",
            "fall",
            "winter",
            "since",
            "until",
            "jan",
            "feb",
            "mar",
            "apr",
            "jun",
            "jul",
            "aug",
            "sep",
            "sept",
            "oct",
            "nov",
            "dec")
        .contains(word.toLowerCase(Locale.ROOT).replace(".", ""));
  }

  /** {@code Smith et al. (2020)}, {@code Smith and Doe (2020)}, {@code Smith (2020) found}. */
  private static String authorBefore(String text, int open, int behind) {
    List<String> words = new ArrayList<>();
    int end = open;
    while (words.size() < 4 && end > 0) {
      while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == ',')) {
        end--;
      }
      int from = end;
      while (from > 0 && end - from < 40 && !Character.isWhitespace(text.charAt(from - 1))) {
        from--;
      }
      if (from == end) {
        break;
      }
      words.add(text.substring(from, end));
      end = from;
    }
    boolean many = words.size() > 2 && words.get(0).startsWith("al") && words.get(1).equals("et");
    boolean two =
        words.size() > 2
            && Set.of("and", "&", "und").contains(words.get(1))
            && capital(words.get(0));
    String author =
        many || two ? words.get(2) : !words.isEmpty() && says(text, behind) ? words.get(0) : "";
    return capital(author) ? author : "";
  }

  private static boolean says(String text, int from) {
    int i = from;
    while (i < text.length() && i - from < 3 && text.charAt(i) == ' ') {
      i++;
    }
    int end = i;
    while (end < text.length() && end - i < 16 && Character.isLetter(text.charAt(end))) {
      end++;
    }
    String word = text.substring(i, end);
    return SAYING.contains(word) && !word.equals("and");
  }

  private static boolean capital(String word) {
    return word.length() > 1 && Character.isUpperCase(word.charAt(0)) && name(word);
  }

  private static int year(String inside, int length) {
    return length >= 4 && isYear(inside, 0) ? 0 : -1;
  }

  private static int yearEnd(String inside) {
    return inside.length() > 4 && Character.isLowerCase(inside.charAt(4)) ? 5 : 4;
  }

  private static boolean isYear(String text, int at) {
    if (at + 4 > text.length() || at + 4 < text.length() && digit(text, at + 4)) {
      return false;
    }
    char first = text.charAt(at);
    boolean century =
        first == '1' && text.charAt(at + 1) >= '5' || first == '2' && text.charAt(at + 1) == '0';
    return century && digit(text, at + 1) && digit(text, at + 2) && digit(text, at + 3);
  }

  private static boolean digit(String text, int at) {
    return text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private static Citation citation(int from, int to, String... keys) {
    return new Citation(CitationType.ACADEMIC, from, to, List.of(keys));
  }
}
