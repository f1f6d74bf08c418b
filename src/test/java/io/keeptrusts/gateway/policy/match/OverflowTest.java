package io.keeptrusts.gateway.policy.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies that go on past their cap before they are certain are told of, whatever the cuts. */
class OverflowTest {

  @ParameterizedTest
  @CsvSource({
    // on the way to a match that never comes
    "x+y, 100, 300, '', true",
    // complete in the end, but its beginning has been let go
    "x+y, 100, 120, y, true",
    // shorter than the cap
    "x+y, 100, 90, y, false",
    "x+y, 100, 100, ' ', false",
    // each character completes a match, so all are covered
    "x+, 100, 300, '', false",
    "x{4}x*, 100, 300, y, false",
    // certain only once and never again
    "x{4}(x+y)?, 100, 300, '', true",
  })
  void isToldOfOnceItIsTooLong(String body, int cap, int length, String end, boolean told) {
    String text = "a " + "x".repeat(length) + end + " b";
    var matcher = Matcher.compile(List.of(Rule.of("X", body).cap(cap)));
    assertThat(run(matcher, text, new Random(0), text.length()).isEmpty()).isEqualTo(!told);
    for (int seed = 1; seed < 20; seed++) {
      assertThat(run(matcher, text, new Random(seed), 1 + seed * 5).isEmpty())
          .as("seed %d", seed)
          .isEqualTo(!told);
    }
  }

  private static List<Integer> run(Matcher matcher, String text, Random random, int most) {
    var overflown = new ArrayList<Integer>();
    var sink =
        new Scan.Sink() {
          @Override
          public void match(int rule, long start, long end) {}

          @Override
          public void overflow(int rule) {
            overflown.add(rule);
          }
        };
    char[] chars = text.toCharArray();
    Scan scan = matcher.open();
    for (int i = 0; i < chars.length; ) {
      int to = Math.min(chars.length, i + 1 + random.nextInt(most));
      scan.feed(chars, i, to, 0, sink);
      i = to;
    }
    scan.end(chars, 0, sink);
    return overflown;
  }
}
