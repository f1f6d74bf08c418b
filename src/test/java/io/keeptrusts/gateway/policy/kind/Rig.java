package io.keeptrusts.gateway.policy.kind;

import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.TextRule;
import io.keeptrusts.gateway.policy.match.Matcher;
import io.keeptrusts.gateway.policy.match.Rule;
import java.util.BitSet;
import java.util.List;

/** Whole texts through the rules of a policy. */
public final class Rig {
  private Rig() {}

  /** The text with a dot for every character that some output rule covers. */
  public static String masked(Policy policy, String text) {
    BitSet cover = cover(Matcher.compile(rules(policy.output())), text);
    var masked = new StringBuilder(text);
    cover.stream().forEach(i -> masked.setCharAt(i, '\u00b7'));
    return masked.toString();
  }

  public static boolean hits(Policy policy, String text) {
    return hits(Matcher.compile(rules(policy.output())), text);
  }

  static boolean hits(Matcher matcher, String text) {
    return !cover(matcher, text).isEmpty();
  }

  public static BitSet cover(Matcher matcher, String text) {
    var cover = new BitSet();
    char[] chars = text.toCharArray();
    var scan = matcher.open();
    scan.feed(chars, 0, chars.length, 0, (rule, start, end) -> cover.set((int) start, (int) end));
    scan.end(chars, 0, (rule, start, end) -> cover.set((int) start, (int) end));
    return cover;
  }

  private static List<Rule> rules(List<TextRule> rules) {
    return rules.stream().map(TextRule::rule).toList();
  }
}
