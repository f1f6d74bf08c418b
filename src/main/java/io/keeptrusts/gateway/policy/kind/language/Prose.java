package io.keeptrusts.gateway.policy.kind.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What of a text is written in a language: not code between fences or backticks, nor URLs,
 * addresses and paths, tags and words with digits, nor names. Linear, whatever the text.
 */
final class Prose {
  /** Letters of one window: enough to be certain, few enough that no long text drowns another. */
  static final int WINDOW = 800;

  private static final String ENDS = ".!?:;\n\"\u2026";
  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final String MARKS_OF_NO_WORD = "/\\@_=<>{}|#$%^~0123456789";

  private Prose() {}

  /** The words, in windows of a bounded number of letters. */
  static List<List<String>> windows(String text) {
    List<List<String>> windows = new ArrayList<>();
    List<String> window = new ArrayList<>();
    int letters = 0;
    boolean begins = true;
    String rest = withoutCode(text);
    int from = 0;
    while (from < rest.length()) {
      int to = from;
      while (to < rest.length() && !Character.isWhitespace(rest.charAt(to))) {
        to++;
      }
      if (to > from && isProse(rest, from, to)) {
        letters += words(rest, from, to, !begins, window);
      }
      if (to > from) {
        begins = ENDS.indexOf(rest.charAt(to - 1)) >= 0;
      }
      if (letters >= WINDOW) {
        windows.add(window);
        window = new ArrayList<>();
        letters = 0;
      }
      from = to + 1;
    }
    if (!window.isEmpty()) {
      windows.add(window);
    }
    return windows;
  }

  private static String withoutCode(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int from = 0;
    while (from < text.length()) {
      int tick = text.indexOf('`', from);
      if (tick < 0) {
        break;
      }
      int fence = tick;
      while (fence < text.length() && text.charAt(fence) == '`') {
        fence++;
      }
      out.append(text, from, tick).append(' ');
      boolean block = fence - tick >= 3;
      int end = block ? text.indexOf("```", fence) : text.indexOf('`', fence);
      int line = text.indexOf('\n', fence);
      if (end >= 0 && (block || line < 0 || end < line)) {
        from = end;
        while (from < text.length() && text.charAt(from) == '`') {
          from++;
        }
      } else if (block) {
        return out.toString(); // a fence that is left open goes to the end
      } else {
        from = fence;
      }
    }
    return out.append(text, from, text.length()).toString();
  }

  private static boolean isProse(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (MARKS_OF_NO_WORD.indexOf(c) >= 0
          || c == '.' && i + 1 < to && i > from && Character.isLetter(text.charAt(i + 1))) {
        return hasNoCase(text, from, to);
      }
    }
    return true;
  }

  /** Scripts that write without spaces: a digit or a sign there says nothing of the whole run. */
  private static boolean hasNoCase(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) >= 0x0E00 && Character.isLetter(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** Adds the runs of letters, in lower case; how many letters they have. */
  private static int words(String text, int from, int to, boolean names, List<String> words) {
    int letters = 0;
    int start = -1;
    for (int i = from; i <= to; ) {
      int c = i < to ? text.codePointAt(i) : ' ';
      if (Character.isLetter(c) || start >= 0 && continues(c)) {
        start = start < 0 ? i : start;
      } else if (start >= 0) {
        if (!names || !isName(text, start, i)) {
          words.add(text.substring(start, i).toLowerCase(Locale.ROOT));
          letters += i - start;
        }
        start = -1;
      }
      i += Character.charCount(c);
    }
    return letters;
  }

  private static boolean continues(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || c == ZERO_WIDTH_NON_JOINER;
  }

  /** With a capital and then a small letter: in mid-sentence most are names, which say nothing. */
  private static boolean isName(String text, int from, int to) {
    return to - from > 1
        && Character.isUpperCase(text.charAt(from))
        && Character.isLowerCase(text.charAt(from + 1));
  }
}
