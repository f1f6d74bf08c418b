package io.keeptrusts.gateway.policy.kind.pii;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.policy.kind.BruteForce;
import io.keeptrusts.gateway.policy.match.Matcher;
import io.keeptrusts.gateway.policy.match.Rule;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules as the matcher sees them, beside the second opinion. */
class PiiOnStreamsTest {
  private static final List<Rule> RULES = PiiDetector.builtIn(true, true);

  @Test
  void everyRuleIsFitForStreams() {
    for (Rule rule : RULES) {
      assertThat(Matcher.compile(List.of(rule)).size()).as(rule.label()).isOne();
    }
  }

  @Test
  void coversWhatTheSecondOpinionCovers() {
    Matcher matcher = Matcher.compile(RULES);
    var opinion = new BruteForce(RULES);
    String all =
        Stream.concat(PiiRulesTest.found().map(PiiRulesTest.Found::text), PiiRulesTest.clean())
            .collect(Collectors.joining("\n"));
    for (String text : all.split("(?<=\\n)")) {
      assertThat(cover(matcher, text)).as(text).isEqualTo(opinion(opinion, text));
    }
  }

  static BitSet cover(Matcher matcher, String text) {
    var cover = new BitSet();
    char[] chars = text.toCharArray();
    var scan = matcher.open();
    scan.feed(chars, 0, chars.length, 0, (rule, start, end) -> cover.set((int) start, (int) end));
    scan.end(chars, 0, (rule, start, end) -> cover.set((int) start, (int) end));
    return cover;
  }

  private static BitSet opinion(BruteForce opinion, String text) {
    var cover = new BitSet();
    opinion.spans(text).forEach(span -> cover.set(span.from(), span.to()));
    return cover;
  }
}
