package io.keeptrusts.gateway.policy.kind.citation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The documents inside a prompt's text, by the forms in which people put them there: elements
 * ({@code <document index="1">}), numbered entries ({@code [1] Title ...}, {@code Source 2: ...}),
 * a heading such as {@code Context:}, fenced blocks; failing these, every paragraph that is long
 * and no question. Static, linear.
 */
final class Context {
  private static final int LONG = 25;
  private static final Set<String> ENTRY =
      Set.of(
          "source",
          "document",
          "doc",
          "passage",
          "context",
          "result",
          "article",
          "reference",
          "snippet",
          "chunk",
          "excerpt",
          "quelle",
          "dokument",
          "citation");

  private static final Set<String> HEADING =
      Set.of(
          "context",
          "knowledge",
          "sources",
          "source",
          "documents",
          "document",
          "passage",
          "passages",
          "article",
          "excerpt",
          "excerpts",
          "reference",
          "references",
          "background",
          "text",
          "search results",
          "retrieved documents",
          "kontext",
          "quellen",
          "dokumente",
          "evidence",
          "facts",
          "information",
          "data",
          "reference text",
          "source text");

  private static final Set<String> ENDING =
      Set.of(
          "question",
          "query",
          "user",
          "user question",
          "task",
          "instruction",
          "instructions",
          "answer",
          "frage",
          "aufgabe",
          "request",
          "note",
          "rules");

  /** What tells the model what to do. */
  private static final List<String> ORDERS =
      List.of("you are ", "you will ", "you must ", "you should ", "your ", "please ");

  private Context() {}

  static List<Source> documents(String text) {
    List<Source> found = Elements.find(text, 2);
    if (found.isEmpty()) {
      found = numbered(text);
    }
    if (found.isEmpty()) {
      found = headed(text);
    }
    return found.isEmpty() ? paragraphs(text) : found;
  }

  // numbered entries

  /**
   * {@code [1] ...}, {@code Source 1: ...} at the head of a line; after such a heading also {@code
   * 1.}
   */
  static List<Source> numbered(String text) {
    List<Source> found = new ArrayList<>();
    boolean listed = false;
    int number = -1;
    int start = -1;
    int line = 0;
    while (line <= text.length()) {
      int end = text.indexOf('\n', line);
      end = end < 0 ? text.length() : end;
      String head = text.substring(line, Math.min(end, line + 48)).strip();
      Entry entry = entry(head, listed);
      boolean ends = entry == null && start >= 0 && isEnding(head);
      if (entry != null || ends) {
        close(text, number, start, line, found);
        start = entry == null ? -1 : line + text.substring(line, end).indexOf(head) + entry.length;
        number = entry == null ? -1 : entry.number;
      }
      listed |= isHeading(head);
      line = end + 1;
    }
    close(text, number, start, text.length(), found);
    return found;
  }

  private record Entry(int number, int length) {}

  private static @Nullable Entry entry(String head, boolean listed) {
    int i = 0;
    while (i < head.length() && "#*-> ".indexOf(head.charAt(i)) >= 0) {
      i++;
    }
    String word = Elements.name(head, i);
    boolean named = ENTRY.contains(word);
    if (!word.isEmpty() && !named) {
      return null;
    }
    i += word.length();
    while (named && i < head.length() && " #".indexOf(head.charAt(i)) >= 0) {
      i++;
    }
    boolean bracket = i < head.length() && "[\u3010(".indexOf(head.charAt(i)) >= 0;
    i += bracket ? 1 : 0;
    int digits = i;
    while (i < head.length() && i - digits < 4 && head.charAt(i) >= '0' && head.charAt(i) <= '9') {
      i++;
    }
    if (i == digits) {
      return null;
    }
    int number = Integer.parseInt(head.substring(digits, i));
    boolean closed = i < head.length() && "]\u3011)".indexOf(head.charAt(i)) >= 0;
    boolean pointed = i < head.length() && ".:)".indexOf(head.charAt(i)) >= 0;
    int dash = i;
    while (named && dash < head.length() && head.charAt(dash) == ' ') {
      dash++;
    }
    boolean dashed = dash < head.length() && "-\u2013\u2014".indexOf(head.charAt(dash)) >= 0;
    boolean fits =
        bracket
            ? closed && (head.charAt(digits - 1) != '(' || named)
            : named
                ? i == head.length() || dashed || ":.)](,".indexOf(head.charAt(i)) >= 0
                : listed && pointed;
    if (!fits) {
      return null;
    }
    while (i < head.length() && "]\u3011).:*-\u2013\u2014 ".indexOf(head.charAt(i)) >= 0) {
      i++;
    }
    return new Entry(number, i);
  }

  private static void close(String text, int number, int start, int end, List<Source> found) {
    if (start >= 0 && start < end) {
      String body = questionCut(text.substring(start, end)).strip();
      if (!body.isEmpty()) {
        int line = body.indexOf('\n');
        String title = line < 0 ? body : body.substring(0, line);
        String url = Links.first(body);
        int colon = title.indexOf(':');
        List<String> names = new ArrayList<>();
        if (title.length() <= 200) {
          names.add(title);
          names.add(colon > 0 ? title.substring(0, colon) : "");
          names.add(title.contains("http") ? title.substring(0, title.indexOf("http")) : "");
        }
        found.add(new Source(number, names, url, body));
      }
    }
  }

  /** A last paragraph that asks is not the source's. */
  private static String questionCut(String body) {
    String trimmed = body.stripTrailing();
    int paragraph = trimmed.lastIndexOf("\n\n");
    return paragraph > 0 && trimmed.endsWith("?") ? trimmed.substring(0, paragraph) : body;
  }

  // headings, fences, paragraphs

  private static boolean isHeading(String head) {
    return HEADING.contains(label(head));
  }

  private static boolean isEnding(String head) {
    return ENDING.contains(label(head));
  }

  /** {@code ## Context:} and {@code Context: The ...} are labelled context. */
  private static String label(String head) {
    int colon = head.indexOf(':');
    boolean marked = head.startsWith("#") || head.startsWith("**") || head.startsWith("==");
    if (colon < 0 && !marked) {
      return "";
    }
    StringBuilder label = new StringBuilder();
    for (int i = 0; i < (colon < 0 ? head.length() : colon); i++) {
      char c = Character.toLowerCase(head.charAt(i));
      if (Character.isLetter(c) || c == ' ' && !label.isEmpty()) {
        label.append(c);
      }
    }
    return label.toString().strip();
  }

  private static List<Source> headed(String text) {
    List<Source> found = new ArrayList<>();
    int start = -1;
    int line = 0;
    boolean fenced = false;
    while (line <= text.length()) {
      int end = text.indexOf('\n', line);
      end = end < 0 ? text.length() : end;
      String head = text.substring(line, Math.min(end, line + 48)).strip();
      boolean fence = head.startsWith("```") || head.startsWith("\"\"\"") || head.startsWith("---");
      boolean opens = !fenced && (isHeading(head) || fence && head.charAt(0) != '-');
      if (start >= 0 && (opens || fenced && fence || isEnding(head))) {
        open(text, start, line, found);
        start = -1;
        opens &= !fence;
        fenced = false;
      } else if (opens && fence) {
        fenced = true;
      }
      if (opens) {
        int colon = fence ? -1 : text.substring(line, end).indexOf(':');
        start = colon < 0 ? end : line + colon + 1;
      }
      line = end + 1;
    }
    if (start >= 0 && !fenced) {
      open(text, start, text.length(), found);
    }
    return found;
  }

  private static void open(String text, int start, int end, List<Source> found) {
    String body = questionCut(text.substring(start, end)).strip();
    if (!body.isEmpty()) {
      found.add(new Source(Source.UNNUMBERED, List.of(), Links.first(body), body));
    }
  }

  private static List<Source> paragraphs(String text) {
    List<Source> found = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf("\n\n", start);
      end = end < 0 ? text.length() : end;
      String paragraph = text.substring(start, end).strip();
      if (!paragraph.endsWith("?") && words(paragraph) >= LONG && !orders(paragraph)) {
        found.add(new Source(Source.LOOSE, List.of(), Links.first(paragraph), paragraph));
      }
      start = end + 2;
    }
    return found;
  }

  private static boolean orders(String paragraph) {
    String lower = paragraph.toLowerCase(Locale.ROOT);
    return ORDERS.stream().anyMatch(lower::contains);
  }

  private static int words(String text) {
    int words = 0;
    for (int i = 1; i < text.length(); i++) {
      words +=
          Character.isWhitespace(text.charAt(i)) && !Character.isWhitespace(text.charAt(i - 1))
              ? 1
              : 0;
    }
    return words + 1;
  }
}
