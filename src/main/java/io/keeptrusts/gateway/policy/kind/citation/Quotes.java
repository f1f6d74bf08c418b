package io.keeptrusts.gateway.policy.kind.citation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What an answer puts in quotation marks or in block quotations. A quotation ends with its
 * paragraph at the latest. What was left out ({@code ...}, {@code [...]}) or put in ({@code [sic]})
 * cuts it into parts. Linear.
 */
final class Quotes {
  /** Fewer words are a name, a title or irony. */
  static final int SHORTEST = 4;

  private static final String OPEN = "\"\u201C\u201E\u00AB\u300C\u300E";
  private static final String CLOSE = "\"\u201D\u201C\u00BB\u300D\u300F";

  private Quotes() {}

  static void find(String text, Consumer<Citation> found) {
    int i = 0;
    int line = 0; // where the next close may be at the latest
    boolean head = true;
    while (i < text.length()) {
      char c = text.charAt(i);
      int kind = OPEN.indexOf(c);
      if (head && c == '>') {
        i = block(text, i, found);
        continue;
      }
      head = c == '\n' || head && c == ' ';
      if (kind >= 0 && i >= line) {
        int end = i + 1;
        while (end < text.length() && !closes(text.charAt(end), kind) && text.charAt(end) != '\n') {
          end++;
        }
        if (end < text.length() && text.charAt(end) != '\n') {
          add(text, i, i + 1, end, end + 1, found);
          i = end;
        } else {
          line = end; // nothing closes before the end of this line
        }
      }
      i++;
    }
  }

  private static boolean closes(char c, int kind) {
    return c == CLOSE.charAt(kind) || kind == 2 && c == '\u201D';
  }

  private static int block(String text, int from, Consumer<Citation> found) {
    StringBuilder quoted = new StringBuilder();
    int i = from;
    while (i < text.length() && text.charAt(i) == '>') {
      int end = text.indexOf('\n', i);
      end = end < 0 ? text.length() : end;
      quoted.append(text, i + 1, end).append(' ');
      i = Math.min(text.length(), end + 1);
    }
    parts(quoted.toString(), from, i, found);
    return i;
  }

  private static void add(
      String text, int from, int inner, int end, int to, Consumer<Citation> found) {
    parts(text.substring(inner, end), from, to, found);
  }

  private static void parts(String quoted, int from, int to, Consumer<Citation> found) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < quoted.length(); i++) {
      char c = quoted.charAt(i);
      int skip = 0;
      if (c == '\u2026') {
        skip = 1;
      } else if (c == '.' && quoted.startsWith("...", i)) {
        skip = 3;
      } else if (c == '[') {
        int close = i + 1;
        while (close < quoted.length()
            && close - i < 64
            && "[]".indexOf(quoted.charAt(close)) < 0) {
          close++;
        }
        skip = close < quoted.length() && quoted.charAt(close) == ']' ? close + 1 - i : 1;
      }
      if (skip > 0) {
        parts.add(quoted.substring(start, i));
        i += skip - 1;
        start = i + 1;
      }
    }
    parts.add(quoted.substring(start));
    parts.removeIf(part -> part.chars().noneMatch(Character::isLetterOrDigit));
    if (!parts.isEmpty()) {
      found.accept(new Citation(CitationType.QUOTE, from, to, parts));
    }
  }
}
