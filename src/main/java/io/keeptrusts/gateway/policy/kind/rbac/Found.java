package io.keeptrusts.gateway.policy.kind.rbac;

import io.keeptrusts.gateway.policy.match.Matcher;
import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.match.Scan;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which rules match in a whole text. */
final class Found {
  private Found() {}

  static Set<Rule> in(String text, Matcher matcher) {
    Set<Rule> found = new LinkedHashSet<>();
    char[] chars = text.toCharArray();
    Scan scan = matcher.open();
    Scan.Sink sink = (rule, start, end) -> found.add(matcher.rule(rule));
    scan.feed(chars, 0, chars.length, 0, sink);
    scan.end(chars, 0, sink);
    return found;
  }
}
