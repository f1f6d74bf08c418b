package io.keeptrusts.gateway.policy.kind;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A second opinion on rules: every start and every end of a whole text, with {@code
 * java.util.regex}. For ASCII texts.
 */
public final class BruteForce {
  /** The longest validated match of one rule at one start. */
  public record Span(int from, int to, String label) {}

  private record Compiled(
      Rule rule, Pattern left, Pattern unless, Pattern body, Pattern right, boolean end) {}

  private static final int LONGEST = 800;

  private final List<Compiled> rules;

  public BruteForce(List<Rule> rules) {
    this.rules = rules.stream().map(BruteForce::compile).toList();
  }

  private static Compiled compile(Rule rule) {
    boolean end = rule.right().isEmpty() || rule.right().equals("$") || rule.right().endsWith("|$");
    String right = rule.right().replaceAll("\\|?\\$$", "");
    return new Compiled(
        rule,
        before(rule.left()),
        before(rule.unless().isEmpty() ? "[^\\s\\S]" : rule.unless()),
        Pattern.compile(rule.body()),
        Pattern.compile(right.isEmpty() && !rule.right().isEmpty() ? "\\z" : right),
        end);
  }

  private static Pattern before(String expression) {
    String flag = expression.startsWith("(?i)") ? "(?i)" : "";
    return Pattern.compile(flag + "(?:" + expression.substring(flag.length()) + ")\\z");
  }

  /** All spans, by rule and start. */
  public List<Span> spans(String text) {
    var spans = new ArrayList<Span>();
    for (Compiled rule : rules) {
      Matcher body = rule.body.matcher(text);
      Matcher left = rule.left.matcher(text);
      Matcher unless = rule.unless.matcher(text);
      for (int from = 0; from < text.length(); from++) {
        if (body.region(from, text.length()).lookingAt()
            && left.region(0, from).find()
            && !unless.region(0, from).find()) {
          int to = longest(rule, body, text, from);
          if (to > from) {
            spans.add(new Span(from, to, rule.rule.label()));
          }
        }
      }
    }
    return spans;
  }

  /** Which characters some match covers. */
  public boolean[] cover(String text) {
    var cover = new boolean[text.length()];
    for (Span span : spans(text)) {
      java.util.Arrays.fill(cover, span.from, span.to, true);
    }
    return cover;
  }

  private static int longest(Compiled rule, Matcher body, String text, int from) {
    for (int to = Math.min(text.length(), from + LONGEST); to > from; to--) {
      boolean right =
          to == text.length()
              ? rule.end
              : rule.right.matcher(text).region(to, text.length()).lookingAt();
      if (right
          && body.region(from, to).matches()
          && (rule.rule.validator() == null
              || rule.rule.validator().test(text.substring(from, to)))) {
        return to;
      }
    }
    return -1;
  }
}
