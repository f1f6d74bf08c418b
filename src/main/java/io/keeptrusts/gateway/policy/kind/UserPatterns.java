package io.keeptrusts.gateway.policy.kind;

import io.keeptrusts.gateway.policy.match.Matcher;
import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.match.RuleException;
import java.util.ArrayList;
import java.util.List;

/**
 * The expressions that stand in a pack, as rules. Word boundaries at the two ends of an expression,
 * for which the matcher has no sign, become its left context and right condition.
 */
public final class UserPatterns {
  private static final String EDGE = "\\b";

  private UserPatterns() {}

  /**
   * @param key where the expressions stand, for messages
   * @throws IllegalArgumentException names the key and index of an expression that the matcher
   *     refuses, and says why
   */
  public static List<Rule> rules(String key, String label, List<String> expressions) {
    var rules = new ArrayList<Rule>();
    for (int i = 0; i < expressions.size(); i++) {
      rules.add(rule(key + "[" + i + "]", label, expressions.get(i)));
    }
    return List.copyOf(rules);
  }

  private static Rule rule(String key, String label, String expression) {
    if (expression.isBlank()) {
      throw new IllegalArgumentException(key + ": must not be blank");
    }
    String flag = expression.startsWith("(?i)") ? "(?i)" : "";
    String body = expression.substring(flag.length());
    boolean left = body.startsWith(EDGE) && !alternatives(body);
    boolean right =
        body.endsWith(EDGE)
            && !body.endsWith("\\" + EDGE)
            && !alternatives(body)
            && body.length() > 2;
    Rule rule =
        Rule.of(label, flag + body.substring(left ? 2 : 0, body.length() - (right ? 2 : 0)))
            .after(left ? "^|[^\\w]" : "")
            .before(right ? "[^\\w]|$" : "");
    try {
      Matcher.compile(List.of(rule));
      return rule;
    } catch (RuleException refused) {
      throw new IllegalArgumentException(
          key + ": at character " + (refused.offset() + (left ? 2 : 0)) + ": " + refused.reason(),
          refused);
    }
  }

  /**
   * Whether the expression is a choice as a whole, so that its ends belong to its first and last
   * branch only.
   */
  private static boolean alternatives(String expression) {
    int depth = 0;
    for (int i = 0; i < expression.length(); i++) {
      switch (expression.charAt(i)) {
        case '\\' -> i++;
        case '(', '[' -> depth++;
        case ')', ']' -> depth--;
        case '|' -> {
          if (depth == 0) {
            return true;
          }
        }
        default -> {}
      }
    }
    return false;
  }
}
