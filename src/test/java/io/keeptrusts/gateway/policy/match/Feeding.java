package io.keeptrusts.gateway.policy.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Feeds texts the way callers do: out of a buffer that forgets what is before {@link Scan#safe()}.
 */
final class Feeding {
  final Scan scan;
  final List<Span> spans = new ArrayList<>();
  private final String text;
  private int fed;

  Feeding(Scan scan, String text) {
    this.scan = scan;
    this.text = text;
  }

  static List<Span> whole(Scan scan, String text) {
    Feeding feeding = new Feeding(scan, text);
    feeding.next(text.length());
    return feeding.end();
  }

  /** Cuts of one to {@code most} characters. */
  static List<Span> cut(Scan scan, String text, int most, Random random) {
    Feeding feeding = new Feeding(scan, text);
    while (feeding.fed < text.length()) {
      feeding.next(1 + random.nextInt(most));
    }
    return feeding.end();
  }

  /**
   * Feeds the next characters from a buffer that holds exactly what the contract asks for; all else
   * is poison.
   */
  void next(int characters) {
    int to = Math.min(text.length(), fed + characters);
    int base = (int) scan.safe() - 1;
    char[] buf = buffer(base, to);
    scan.feed(
        buf,
        fed - base,
        to - base,
        base,
        (rule, start, end) -> spans.add(new Span(rule, start, end)));
    fed = to;
  }

  List<Span> end() {
    int base = (int) scan.safe() - 1;
    scan.end(buffer(base, fed), base, (rule, start, end) -> spans.add(new Span(rule, start, end)));
    return spans;
  }

  private char[] buffer(int base, int to) {
    char[] buf = new char[to - base + 2];
    Arrays.fill(buf, '\uD83D');
    text.getChars(base + 1, to, buf, 1);
    return buf;
  }
}
