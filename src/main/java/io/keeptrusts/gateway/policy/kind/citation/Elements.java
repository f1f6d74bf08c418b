package io.keeptrusts.gateway.policy.kind.citation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Documents written as elements: {@code <document index="1" title="...">}, with their number, names
 * and address in attributes or in elements inside. Not an XML parser: what is not closed is text.
 * Static, linear.
 */
final class Elements {
  private static final int LONGEST_TAG = 512;

  private static final Set<String> ELEMENTS =
      Set.of(
          "document",
          "doc",
          "source",
          "passage",
          "context",
          "article",
          "search_result",
          "result",
          "snippet",
          "reference",
          "knowledge",
          "excerpt",
          "file",
          "page",
          "chunk",
          "item",
          "text");

  private static final Set<String> NUMBERING = Set.of("index", "id", "n", "number");

  private Elements() {}

  static List<Source> find(String text, int depth) {
    List<Source> found = new ArrayList<>();
    Set<String> unclosed = new HashSet<>();
    int at = text.indexOf('<');
    while (at >= 0) {
      int end = at;
      String name = name(text, at + 1);
      if (ELEMENTS.contains(name) && !unclosed.contains(name)) {
        int open = tagEnd(text, at);
        int close =
            open < 0
                ? -1
                : text.indexOf("</" + text.substring(at + 1, at + 1 + name.length()) + ">", open);
        if (close < 0) {
          unclosed.add(name);
        } else {
          String tag = text.substring(at, open);
          String inner = text.substring(open + 1, close);
          List<Source> within = depth == 0 ? List.of() : find(inner, depth - 1);
          if (within.isEmpty() || hasText(inner)) {
            within = isContainer(tag) ? Context.numbered(inner) : List.of();
            found.addAll(within.isEmpty() ? List.of(element(tag, inner)) : within);
          } else {
            found.addAll(within);
          }
          end = close;
        }
      }
      at = text.indexOf('<', end + 1);
    }
    return found;
  }

  /** Whether the text of an element stands in it and not in elements below, such as its title. */
  private static boolean hasText(String inner) {
    return inner.contains("<title>") || inner.contains("<document_content>");
  }

  private static boolean isContainer(String tag) {
    return tag.indexOf('=') < 0;
  }

  private static Source element(String tag, String inner) {
    List<String> names = new ArrayList<>();
    int number = Source.UNNUMBERED;
    String url = "";
    for (String key :
        List.of("index", "id", "n", "number", "title", "name", "filename", "source")) {
      String value = attribute(tag, key);
      int parsed = trailingNumber(value);
      number = number < 0 && NUMBERING.contains(key) ? parsed : number;
      names.add(value);
    }
    for (String key : List.of("url", "href", "source")) {
      String value = attribute(tag, key);
      url = url.isEmpty() && value.startsWith("http") ? value : url;
    }
    for (String key : List.of("title", "source", "name")) {
      names.add(child(inner, key));
    }
    for (String key : List.of("url", "source", "link")) {
      String value = child(inner, key);
      url = url.isEmpty() && value.startsWith("http") ? value : url;
    }
    return new Source(number, names, url, withoutTags(inner));
  }

  /** The digits at the end of {@code 3} or {@code doc-3}, -1 if there are none or too many. */
  private static int trailingNumber(String value) {
    int i = value.length();
    while (i > 0 && value.charAt(i - 1) >= '0' && value.charAt(i - 1) <= '9') {
      i--;
    }
    int digits = value.length() - i;
    return digits == 0 || digits > 4 || i > 12 ? -1 : Integer.parseInt(value.substring(i));
  }

  /** The letters at a place, in lower case. */
  static String name(String text, int from) {
    int i = from;
    while (i < text.length()
        && i - from < 24
        && (Character.isLetter(text.charAt(i)) || text.charAt(i) == '_')) {
      i++;
    }
    return text.substring(from, i).toLowerCase(Locale.ROOT);
  }

  private static int tagEnd(String text, int from) {
    for (int i = from; i < text.length() && i - from < LONGEST_TAG; i++) {
      char c = text.charAt(i);
      if (c == '>' || c == '<' && i > from) {
        return c == '>' ? i : -1;
      }
    }
    return -1;
  }

  private static String attribute(String tag, String key) {
    int at = tag.indexOf(" " + key + "=");
    if (at < 0) {
      return "";
    }
    int from = at + key.length() + 2;
    char quote = from < tag.length() ? tag.charAt(from) : ' ';
    if (quote != '"' && quote != '\'') {
      int end = tag.indexOf(' ', from);
      return tag.substring(from, end < 0 ? tag.length() : end);
    }
    int end = tag.indexOf(quote, from + 1);
    return end < 0 ? "" : tag.substring(from + 1, end);
  }

  private static String child(String inner, String key) {
    int at = inner.indexOf("<" + key + ">");
    int end = at < 0 ? -1 : inner.indexOf("</" + key + ">", at);
    return end < 0 || end - at > LONGEST_TAG ? "" : inner.substring(at + key.length() + 2, end);
  }

  private static String withoutTags(String inner) {
    StringBuilder plain = new StringBuilder(inner.length());
    int from = 0;
    int at = inner.indexOf('<');
    while (at >= 0) {
      int letter = at + 1 < inner.length() && inner.charAt(at + 1) == '/' ? at + 2 : at + 1;
      int end = name(inner, letter).isEmpty() ? -1 : tagEnd(inner, at);
      if (end >= 0) {
        plain.append(inner, from, at).append('\n');
        from = end + 1;
      }
      at = inner.indexOf('<', Math.max(end, at) + 1);
    }
    return plain.append(inner, from, inner.length()).toString().strip();
  }
}
