package io.keeptrusts.gateway.policy.kind.citation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Where the sentences of a text are. One pass, no memory beyond the result. */
final class Sentences {

  /** A stretch of a text. */
  record Span(int from, int to) {}

  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "mr", "mrs", "ms", "dr", "prof", "st", "vs", "v", "no", "nos", "art", "abs", "nr", "sec",
          "inc", "ltd", "co", "corp", "al", "etc", "fig", "eq", "cf", "vol", "pp", "ed", "eds",
          "jr", "sr", "supp", "ct", "cir", "stat", "rev", "para", "bzw", "ca", "z", "vgl", "approx",
          "dept", "gen", "gov", "sen", "rep", "jan", "feb", "mar", "apr", "jun", "jul", "aug",
          "sep", "sept", "oct", "nov", "dec");

  private Sentences() {}

  static List<Span> of(String text) {
    List<Span> spans = new ArrayList<>();
    int start = 0;
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '\n' ? endsLine(text, i) : isStop(c) && endsSentence(text, i)) {
        int end = c == '\n' ? i : closing(text, i + 1);
        add(text, start, end, spans);
        start = end;
        i = Math.max(end, i + 1);
      } else {
        i++;
      }
    }
    add(text, start, text.length(), spans);
    return spans;
  }

  private static void add(String text, int from, int to, List<Span> spans) {
    while (from < to && Character.isWhitespace(text.charAt(from))) {
      from++;
    }
    while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
      to--;
    }
    if (from < to) {
      spans.add(new Span(from, to));
    }
  }

  private static boolean isStop(char c) {
    return c == '.' || c == '!' || c == '?' || c == '\u3002' || c == '\uFF01' || c == '\uFF1F';
  }

  /** A line that goes on in lower case was only wrapped. */
  private static boolean endsLine(String text, int at) {
    int i = at + 1;
    while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
      i++;
    }
    return i >= text.length() || !Character.isLowerCase(text.charAt(i));
  }

  private static boolean endsSentence(String text, int at) {
    if (text.charAt(at) > 0x2FFF) {
      return true;
    }
    int i = closing(text, at + 1);
    if (i >= text.length()) {
      return true;
    }
    if (!Character.isWhitespace(text.charAt(i))) {
      return false;
    }
    return text.charAt(at) != '.' || !abbreviation(text, at, i);
  }

  private static boolean abbreviation(String text, int at, int space) {
    int from = at;
    while (from > 0 && at - from < 8 && Character.isLetter(text.charAt(from - 1))) {
      from--;
    }
    int letters = at - from;
    if (letters == 1) { // an initial, U.S., e.g.
      boolean goesOn = space + 1 < text.length() && Character.isLowerCase(text.charAt(space + 1));
      return goesOn || Character.isUpperCase(text.charAt(from));
    }
    return letters > 0
        && letters < 8
        && ABBREVIATIONS.contains(text.substring(from, at).toLowerCase(Locale.ROOT));
  }

  /** Behind the quotation marks, brackets and further stops that close a sentence. */
  private static int closing(String text, int from) {
    int i = from;
    while (i < text.length() && i - from < 16 && isClosing(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isClosing(char c) {
    return isStop(c) || "\"')]*_\u201D\u2019\u00BB\u300D\u300F".indexOf(c) >= 0;
  }
}
