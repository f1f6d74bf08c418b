package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.policy.text.Hit;
import io.keeptrusts.gateway.policy.text.TextCheck;
import io.keeptrusts.gateway.policy.text.TextRules;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a stage on texts that are there as a whole. The same checks as on a stream. One
 * thread.
 */
final class WholeText {
  private final TextRules rules;
  private final StringBuilder out = new StringBuilder();
  private @Nullable Hit hit;
  private String policy = "";

  WholeText(TextRules rules) {
    this.rules = rules;
  }

  /** The text as the rules leave it, null if they change nothing. Look at {@link #hit} first. */
  @Nullable String apply(char[] text, int length, Happenings happenings) {
    return apply(rules.plain(), text, length, happenings);
  }

  /** As {@link #apply}, for a text that is JSON written by a model. */
  @Nullable String applyArguments(char[] text, int length, Happenings happenings) {
    return apply(rules.arguments(), text, length, happenings);
  }

  private @Nullable String apply(TextCheck check, char[] text, int length, Happenings happenings) {
    out.setLength(0);
    hit = null;
    if (length == 0) {
      return null;
    }
    boolean untouched = check.feed(text, 0, length, out);
    check.end(out);
    hit = check.blocked();
    if (hit != null || untouched || same(text, length)) {
      return null;
    }
    check.counts(
        (owner, label, count) -> {
          policy = owner;
          happenings.redacted(owner, label, count);
        });
    return out.toString();
  }

  private boolean same(char[] text, int length) {
    if (out.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (out.charAt(i) != text[i]) {
        return false;
      }
    }
    return true;
  }

  /** Set if a blocking rule matched the text that was applied last. */
  @Nullable Hit hit() {
    return hit;
  }

  /** A policy that masked something in the text that was applied last. */
  String policy() {
    return policy;
  }
}
