package io.keeptrusts.gateway.policy.kind.quality;

import io.keeptrusts.gateway.exchange.Prompt;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What an answer is held against.
 *
 * @param question what the user said last
 * @param context what the request gives to answer from: results of tools, documents, and long texts
 *     that call themselves so; empty if there is none
 */
record Asked(String question, String context) {
  private static final int LONG = 300;
  private static final Set<String> GIVEN = Set.of("tool", "function", "documents");
  private static final List<String> MARKS =
      List.of(
          "context:",
          "<context",
          "document:",
          "documents:",
          "<document",
          "source:",
          "sources:",
          "<source",
          "passage:",
          "passages:",
          "excerpt:",
          "article:",
          "reference:",
          "references:",
          "background:");

  static Asked of(Prompt prompt) {
    String question = "";
    StringBuilder context = new StringBuilder();
    for (Prompt.Segment segment : prompt.segments()) {
      if (segment.role().equals("user")) {
        question = segment.text();
      }
      if (GIVEN.contains(segment.role()) || isMarked(segment)) {
        context.append(segment.text()).append('\n');
      }
    }
    return new Asked(question, context.toString());
  }

  /**
   * A long text is context if it says so: it may as well be code to mend or a text to translate.
   */
  private static boolean isMarked(Prompt.Segment segment) {
    boolean spoken =
        segment.role().equals("user")
            || segment.role().equals("system")
            || segment.role().equals("developer");
    if (!spoken || segment.text().length() < LONG) {
      return false;
    }
    String text = segment.text().toLowerCase(Locale.ROOT);
    return MARKS.stream().anyMatch(text::contains);
  }
}
