package io.keeptrusts.gateway.policy.text;

import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.TextRule;
import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.text.TextRules.Owned;
import java.util.Arrays;

/** Short words for tests. */
final class Checks {
  static final Rule EMAIL = Rule.of("EMAIL", "[a-z0-9.]+@[a-z]+\\.[a-z]{2,4}");
  static final Rule CARD = Rule.of("CARD", "[0-9]{4}([ -]?[0-9]{4}){3}");

  private Checks() {}

  static TextRules rules(Owned... rules) {
    return TextRules.compile(Arrays.asList(rules));
  }

  static Owned redact(Rule rule) {
    return redact(rule, Masking.LABELS);
  }

  static Owned redact(Rule rule, Masking masking) {
    return new Owned("pii-detector", new TextRule(rule, Action.REDACT, masking));
  }

  static Owned block(String policy, Rule rule) {
    return new Owned(policy, new TextRule(rule, Action.BLOCK, Masking.LABELS));
  }

  /** Feeds and returns what has left, without the end. */
  static String feed(TextCheck check, String... pieces) {
    var out = new StringBuilder();
    for (var piece : pieces) {
      if (check.feed(piece.toCharArray(), 0, piece.length(), out)) out.append(piece);
    }
    return out.toString();
  }

  static String end(TextCheck check) {
    var out = new StringBuilder();
    check.end(out);
    return out.toString();
  }

  static String all(TextCheck check, String... pieces) {
    return feed(check, pieces) + end(check);
  }

  static String[] pieces(String text, int length) {
    return text.splitWithDelimiters("(?s)(?<=\\G.{" + length + "})", 0);
  }
}
