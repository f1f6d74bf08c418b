package io.keeptrusts.gateway.policy.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What {@link Scan#safe()} promises: nothing before it can be covered any more, and little behind
 * it cannot.
 */
class SafeTest {
  private static final String[] ALPHABET = {"a", "b", "1", "-"};
  private static final int LONGEST = 4;

  @Test
  void noContinuationCoversWhatIsSafeAndMostOfWhatIsHeldCanBeCovered() {
    Soup soup = new Soup(30);
    List<String> continuations = continuations();
    int held = 0;
    int coverable = 0;
    for (int i = 0; i < 150; i++) {
      List<Rule> rules = soup.rules();
      String prefix = soup.text(8);
      Feeding feeding = new Feeding(Matcher.compile(rules).open(), prefix);
      feeding.next(prefix.length());
      int safe = (int) feeding.scan.safe();
      boolean[] covered = new boolean[prefix.length()];
      for (String continuation : continuations) {
        Set<Span> later = new HashSet<>(Oracle.matches(rules, prefix + continuation));
        feeding.spans.forEach(later::remove);
        for (Span span : later) {
          assertThat(span.start())
              .as(
                  "%s on %s then %s",
                  rules, OracleTest.escaped(prefix), OracleTest.escaped(continuation))
              .isGreaterThanOrEqualTo(safe);
          for (long at = span.start(); at < Math.min(span.end(), prefix.length()); at++) {
            covered[(int) at] = true;
          }
        }
      }
      for (int at = safe; at < prefix.length(); at++) {
        held++;
        coverable += covered[at] ? 1 : 0;
      }
    }
    System.out.printf(
        "held %d characters, %d of them coverable by %d more%n", held, coverable, LONGEST);
    assertThat(held).isGreaterThan(100);
    assertThat((double) coverable / held).isGreaterThan(0.85);
  }

  @Test
  void safeNeverGoesBackNorSplitsAPair() {
    Soup soup = new Soup(31);
    for (int i = 0; i < 2_000; i++) {
      String text = soup.text(120);
      Feeding feeding = new Feeding(Matcher.compile(soup.rules()).open(), text);
      long before = 0;
      for (int fed = 0; fed < text.length(); fed++) {
        int reported = feeding.spans.size();
        feeding.next(1);
        long safe = feeding.scan.safe();
        assertThat(safe).isBetween(before, fed + 1L);
        assertThat(insidePair(text, (int) safe)).isFalse();
        for (Span span : feeding.spans.subList(reported, feeding.spans.size())) {
          assertThat(span.start()).isGreaterThanOrEqualTo(before);
        }
        before = safe;
      }
      feeding.end();
      assertThat(feeding.scan.safe()).isEqualTo(text.length());
    }
  }

  @Test
  void proseIsHeldForAWordAtMost() {
    Scan scan = Matcher.compile(PatternSet.rules()).open();
    Feeding feeding = new Feeding(scan, "We met in the garden, and talked.");
    feeding.next(13);
    assertThat(scan.safe()).isBetween(10L, 13L);
    assertThat(scan.liveBefore(10)).isFalse();
    feeding.next(8);
    assertThat(scan.safe()).isEqualTo(21);
    assertThat(scan.liveBefore(21)).isFalse();
  }

  @Test
  void aClusterIsOpenWhileALiveThreadReachesIntoIt() {
    Scan scan = Matcher.compile(List.of(Rule.of("R", "ab+c?"))).open();
    Feeding feeding = new Feeding(scan, "xabb-");
    feeding.next(4);
    assertThat(feeding.spans).containsExactly(new Span(0, 1, 3), new Span(0, 1, 4));
    assertThat(scan.liveBefore(1)).isFalse();
    assertThat(scan.liveBefore(4)).isTrue();
    feeding.next(1);
    assertThat(scan.liveBefore(4)).isFalse();
  }

  @Test
  void aBodyWithoutEndIsHeldUpToItsCapAndCounted() {
    Scan scan = Matcher.compile(List.of(Rule.of("R", "x[a-z]*@").cap(100))).open();
    Feeding feeding = new Feeding(scan, "x" + "y".repeat(10_000) + "@");
    for (int i = 0; i < 1_000; i++) {
      feeding.next(10);
      assertThat(scan.position() - scan.safe()).isLessThan(100);
    }
    feeding.next(10);
    assertThat(feeding.end()).containsExactly(new Span(0, 10_002 - 100, 10_002));
    assertThat(scan.slides()).isEqualTo(1);
  }

  @Test
  void ignoredCharactersWithoutEndAreHeldUpToALimit() {
    Rule rule = Rule.of("R", "ab").before("c").cap(50);
    Scan scan = Matcher.compile(List.of(rule)).open();
    Feeding feeding = new Feeding(scan, "ab" + "\u200B".repeat(1_000) + "d");
    feeding.next(100);
    assertThat(scan.safe()).isEqualTo(0);
    feeding.next(300);
    assertThat(scan.position() - scan.safe()).isLessThan(50);
    feeding.next(1_000);
    assertThat(feeding.end()).containsExactly(new Span(0, 0, 2));
  }

  @Test
  void aHighSurrogateWaitsForItsOtherHalf() {
    Scan scan = Matcher.compile(List.of(Rule.of("R", "1+").before("$"))).open();
    Feeding feeding = new Feeding(scan, "a\uD835\uDFCF");
    feeding.next(2);
    assertThat(scan.position()).isEqualTo(2);
    assertThat(scan.safe()).isEqualTo(1);
    feeding.next(1);
    assertThat(feeding.end()).containsExactly(new Span(0, 1, 3));
  }

  private static boolean insidePair(String text, int at) {
    return at > 0
        && at < text.length()
        && Character.isHighSurrogate(text.charAt(at - 1))
        && Character.isLowSurrogate(text.charAt(at));
  }

  private static List<String> continuations() {
    List<String> all = new ArrayList<>(List.of(""));
    for (int from = 0, length = 0; length < LONGEST; length++) {
      int to = all.size();
      for (; from < to; from++) {
        for (String symbol : ALPHABET) {
          all.add(all.get(from) + symbol);
        }
      }
    }
    return all;
  }
}
