package io.keeptrusts.gateway.policy.kind.injection;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/**
 * Sentences made from alternatives. A file has rules {@code [name]}, each followed by one
 * alternative a line; {@code <name>} stands for an alternative of a rule, {@code {a|b|}} for one of
 * these; a backslash takes the next character as it is.
 */
final class Grammar {
  private final Map<String, List<String>> rules = new LinkedHashMap<>();

  static Grammar read(String... resources) {
    Grammar grammar = new Grammar();
    for (String resource : resources) {
      grammar.add(resource);
    }
    return grammar;
  }

  private void add(String resource) {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Grammar.class.getResourceAsStream(resource)),
                StandardCharsets.UTF_8))) {
      List<String> rule = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("[") && line.endsWith("]") && !line.contains(" ")) {
          rule =
              rules.computeIfAbsent(line.substring(1, line.length() - 1), _ -> new ArrayList<>());
        } else if (!line.isBlank() && !line.startsWith("# ")) {
          rule.add(line.replace("\\n", "\n"));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rules whose name begins so. */
  List<String> names(String prefix) {
    return rules.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
  }

  /** Up to {@code count} different sentences of a rule. */
  List<String> sentences(String rule, int count, Random random) {
    Set<String> sentences = new LinkedHashSet<>();
    for (int i = 0; i < 3 * count && sentences.size() < count; i++) {
      sentences.add(sentence(rule, random));
    }
    return List.copyOf(sentences);
  }

  String sentence(String rule, Random random) {
    List<String> alternatives = rules.get(rule);
    if (alternatives == null) {
      throw new IllegalArgumentException("no rule " + rule);
    }
    return expand(alternatives.get(random.nextInt(alternatives.size())), random);
  }

  private String expand(String pattern, Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\') {
        text.append(pattern.charAt(++i));
      } else if (c == '<') {
        int close = pattern.indexOf('>', i);
        String name = close < 0 ? "" : pattern.substring(i + 1, close);
        if (rules.containsKey(name)) {
          text.append(sentence(name, random));
          i = close;
        } else {
          text.append(c);
        }
      } else if (c == '{') {
        int close = closing(pattern, i);
        List<String> parts = parts(pattern.substring(i + 1, close));
        text.append(expand(parts.get(random.nextInt(parts.size())), random));
        i = close;
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  private static int closing(String pattern, int open) {
    int depth = 0;
    for (int i = open; i < pattern.length(); i++) {
      while (pattern.charAt(i) == '\\') {
        i += 2;
      }
      depth += pattern.charAt(i) == '{' ? 1 : pattern.charAt(i) == '}' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    throw new IllegalArgumentException("no } in " + pattern);
  }

  private static List<String> parts(String group) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < group.length(); i++) {
      while (i < group.length() && group.charAt(i) == '\\') {
        i += 2;
      }
      char c = i < group.length() ? group.charAt(i) : ' ';
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (c == '|' && depth == 0) {
        parts.add(group.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(group.substring(from));
    return parts;
  }
}
