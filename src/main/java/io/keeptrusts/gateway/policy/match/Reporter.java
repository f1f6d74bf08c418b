package io.keeptrusts.gateway.policy.match;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns complete bodies into reported matches: asks validators, keeps to caps, says nothing twice.
 */
final class Reporter {
  private final List<Rule> rules;
  private final FoldedBody body = new FoldedBody();

  /** By rule, the end of the match reported last. */
  private long @Nullable [] reported;

  Reporter(List<Rule> rules) {
    this.rules = rules;
  }

  /** Forgets the text. */
  void reset() {
    if (reported != null) {
      Arrays.fill(reported, 0);
    }
  }

  /** A body of a rule stands from {@code start} to {@code end}. Older threads come first. */
  void report(int number, long start, long end, char[] buf, long base, long safe, Scan.Sink sink) {
    if (reported == null) {
      reported = new long[rules.size()];
    }
    if (reported[number] == end) {
      return; // an older thread has covered as much
    }
    Rule rule = rules.get(number);
    Validator validator = rule.validator();
    long covered = start;
    if (end - start > rule.cap()) {
      if (validator != null) {
        return;
      }
      covered = whole(end - rule.cap(), buf, base, safe);
      if (reported[number] < covered) {
        sink.overflow(number);
      }
    } else if (validator != null
        && !validator.test(body.of(buf, (int) (start - base), (int) (end - base)))) {
      return;
    }
    reported[number] = end;
    sink.match(number, covered, end);
  }

  /** The position itself, or the next if it is inside a surrogate pair. */
  static long whole(long position, char[] buf, long base, long safe) {
    if (position <= safe) {
      return safe; // whole already, and the buffer need not hold what stands before
    }
    int i = (int) (position - base);
    return Character.isLowSurrogate(buf[i]) && Character.isHighSurrogate(buf[i - 1])
        ? position + 1
        : position;
  }
}
