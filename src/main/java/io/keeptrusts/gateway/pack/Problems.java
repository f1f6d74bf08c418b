package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.pack.Problem.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects the problems of one read. Single thread. */
final class Problems {

  private static final Pattern KEY_FIRST =
      Pattern.compile(
          "([a-z][a-z0-9_-]*)((?:\\.[A-Za-z0-9_-]+|\\[\\d{1,6}])*): (.+)", Pattern.DOTALL);

  private final List<Problem> all = new ArrayList<>();
  private int errors;

  void add(Code code, Yaml.At at, String path, String message, @Nullable String suggestion) {
    var problem = new Problem(at.file(), at.line(), at.column(), path, code, message, suggestion);
    all.add(problem);
    if (problem.isError()) {
      errors++;
    }
  }

  void add(Code code, Yaml.At at, String path, String message) {
    add(code, at, path, message, null);
  }

  /**
   * Adds what a configuration record or a kind said about itself: where the text starts with one of
   * the record's keys ({@code "thresholds.min_aggregate: must be ..."}), the problem stands at that
   * key, else at the block.
   */
  void say(
      Code code,
      Yaml.Mapping block,
      String path,
      Set<String> keys,
      String text,
      @Nullable String suggestion) {
    Matcher m = KEY_FIRST.matcher(text);
    if (!m.matches()) {
      add(code, block.at(), path, text, suggestion);
      return;
    }
    String first = m.group(1);
    String rest = m.group(2);
    if (!keys.contains(first)) {
      // A nested record may name itself as seen from the block: "thresholds.min_aggregate" said by
      // `thresholds`.
      if (!path.endsWith("." + first) || !rest.startsWith(".")) {
        add(code, block.at(), path, text, suggestion);
        return;
      }
      first = rest.substring(1);
      rest = "";
    }
    String key = first + rest;
    add(code, Yaml.nearest(block, key).at(), path + "." + key, m.group(3), suggestion);
  }

  /** Errors so far: who compares before and after knows whether a part is usable. */
  int errors() {
    return errors;
  }

  List<Problem> sorted() {
    return all.stream().sorted(Problem::byPlace).toList();
  }
}
