package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.policy.text.TextCheck;
import io.keeptrusts.gateway.policy.text.TextRules;
import org.jspecify.annotations.Nullable;

/**
 * A text that broke off, as far as it was decided.
 *
 * @param text as it came from the provider
 * @param told the same as the policies leave it: what has left
 */
public record Begun(String text, String told) {

  /**
   * Null if a match could begin in what has left and end in what comes behind it, or a marker has
   * left before the end of its span is known.
   */
  static @Nullable Begun of(TextRules rules, String said) {
    StringBuilder left = new StringBuilder();
    TextCheck check = fed(rules, said, left);
    if (check.blocked() != null) {
      return null;
    }
    // What came behind that place is dropped: a check that has not seen it must be as sure.
    String text = said.substring(0, (int) check.decided());
    StringBuilder told = new StringBuilder();
    boolean sure = fed(rules, text, told).held() == 0;
    return sure && told.compareTo(left) == 0 ? new Begun(text, told.toString()) : null;
  }

  private static TextCheck fed(TextRules rules, String text, StringBuilder out) {
    TextCheck check = rules.plain();
    if (check.feed(text.toCharArray(), 0, text.length(), out)) {
      out.append(text);
    }
    return check;
  }
}
