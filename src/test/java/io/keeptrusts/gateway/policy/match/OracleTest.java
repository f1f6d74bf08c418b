package io.keeptrusts.gateway.policy.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The matcher against a brute-force search of all starts and ends, and against itself under other
 * cuts.
 */
class OracleTest {
  @Test
  void reportsForEveryEndTheMatchThatCoversMost() {
    Soup soup = new Soup(20);
    int found = 0;
    for (int i = 0; i < 1_500; i++) {
      List<Rule> rules = soup.rules();
      Matcher matcher = Matcher.compile(rules);
      for (int k = 0; k < 4; k++) {
        String text = soup.text(14);
        List<Span> spans = Feeding.whole(matcher.open(), text);
        assertThat(new HashSet<>(spans))
            .as("%s on %s", rules, escaped(text))
            .isEqualTo(Oracle.matches(rules, text));
        assertThat(spans).doesNotHaveDuplicates();
        found += spans.size();
      }
    }
    assertThat(found).isGreaterThan(5_000);
  }

  @Test
  void cutsChangeNeitherReportsNorTheirOrder() {
    Soup soup = new Soup(21);
    for (int i = 0; i < 1_500; i++) {
      List<Rule> rules = soup.rules();
      Matcher matcher = Matcher.compile(rules);
      String text = soup.text(200);
      Scan once = matcher.open();
      List<Span> whole = Feeding.whole(once, text);
      for (int most : new int[] {1, 3, 70}) {
        Scan scan = matcher.open();
        List<Span> cut = Feeding.cut(scan, text, most, soup.random);
        assertThat(cut).as("%s on %s by %s", rules, escaped(text), most).isEqualTo(whole);
        assertThat(scan.slides()).isEqualTo(once.slides());
        assertThat(scan.position()).isEqualTo(text.length());
      }
    }
  }

  @Test
  void aScanIsNewAfterResetWhetherItsTextEndedOrNot() {
    Soup soup = new Soup(22);
    for (int i = 0; i < 300; i++) {
      Matcher matcher = Matcher.compile(soup.rules());
      Scan used = matcher.open();
      Feeding first = new Feeding(used, soup.text(50));
      first.next(50);
      if (i % 2 == 0) {
        first.end();
      }
      String text = soup.text(50);
      used.reset();
      List<Span> again = Feeding.whole(used, text);
      assertThat(again).isEqualTo(Feeding.whole(matcher.open(), text));
    }
  }

  static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    text.chars()
        .forEach(c -> out.append(c > ' ' && c < 127 ? "" + (char) c : String.format("\\u%04X", c)));
    return out.toString();
  }
}
