package io.keeptrusts.gateway.policy.text;

import static io.keeptrusts.gateway.policy.text.Checks.redact;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.text.Masking.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlainTextPropertyTest {
  private static final int RULE_SETS = 500 * Integer.getInteger("laws.factor", 1);
  private static final int TEXTS = 12;
  private static final int CUTS = 3;
  private static final int CASES = RULE_SETS * TEXTS;

  @Test
  void every_cutting_delivers_the_redacted_text_and_never_more_than_a_prefix_of_it() {
    int redacted = 0;
    for (int seed = 0; seed < RULE_SETS; seed++) {
      var soup = new Soup(seed);
      var oracle = new Oracle(soup.rules(0));
      var rules = TextRules.compile(oracle.rules());
      for (int i = 0; i < TEXTS; i++) {
        var text = soup.text(8);
        var expected = oracle.redacted(text);
        var spans = oracle.spans(text);
        if (!expected.equals(text)) redacted++;
        for (int j = 0; j < CUTS; j++) {
          var cuts = soup.cuts(text.length());
          assertThat(run(rules, text, cuts, spans, expected))
              .as(() -> say(oracle, text, cuts))
              .isEqualTo(expected);
        }
      }
    }
    assertThat(redacted)
        .as("texts with something to redact")
        .isBetween(CASES / 2, CASES - CASES / 10);
  }

  @Test
  void every_cutting_blocks_alike_and_delivers_nothing_from_the_match_on() {
    int blocked = 0;
    for (int seed = 0; seed < RULE_SETS; seed++) {
      var soup = new Soup(1_000_000 + seed);
      var oracle = new Oracle(soup.rules(4));
      var rules = TextRules.compile(oracle.rules());
      for (int i = 0; i < TEXTS; i++) {
        var text = soup.text(8);
        var match = oracle.blocking(text, false);
        if (match.isPresent()) blocked++;
        for (int j = 0; j < CUTS; j++) {
          var cuts = soup.cuts(text.length());
          var check = rules.plain();
          var out = feed(check, text, cuts);
          assertThat(check.blocked())
              .as(() -> say(oracle, text, cuts))
              .isEqualTo(match.map(oracle::hit).orElse(null));
          assertThat(oracle.delivered(text)).as(() -> say(oracle, text, cuts)).startsWith(out);
          if (match.isEmpty()) assertThat(out).isEqualTo(oracle.redacted(text));
        }
      }
    }
    assertThat(blocked).as("texts that are blocked").isBetween(CASES / 5, CASES - CASES / 5);
  }

  @Test
  void what_has_left_is_the_longest_prefix_that_no_continuation_changes() {
    var long1 = redact(Rule.of("A", "a+@b"), new Masking(Format.LABEL, false, Map.of("A", "<1>")));
    var short2 =
        redact(
            Rule.of("B", "ab").before("[^.]|$"),
            new Masking(Format.LABEL, false, Map.of("B", "(2)")));
    var oracle = new Oracle(List.of(long1, short2));
    var rules = TextRules.compile(oracle.rules());
    var continuations = words(4);
    for (var begin : words(5)) {
      var left = Checks.feed(rules.plain(), begin);
      var certain = oracle.redacted(begin);
      for (var continuation : continuations) {
        certain = commonPrefix(certain, oracle.redacted(begin + continuation));
        if (certain.length() <= left.length()) break;
      }
      assertThat(left).as(begin).isEqualTo(certain);
    }
  }

  private static String commonPrefix(String a, String b) {
    int i = 0;
    while (i < Math.min(a.length(), b.length()) && a.charAt(i) == b.charAt(i)) i++;
    return a.substring(0, i);
  }

  private static List<String> words(int length) {
    var words = new ArrayList<>(List.of(""));
    for (int i = 0; i < words.size() && words.get(i).length() < length; i++) {
      for (var letter : "ab@.".split("")) words.add(words.get(i) + letter);
    }
    return words;
  }

  private static String run(
      TextRules rules, String text, List<Integer> cuts, List<Oracle.Span> spans, String expected) {
    var check = rules.plain();
    var out = new StringBuilder();
    int from = 0;
    for (int to : cuts) {
      var piece = ("##" + text.substring(from, to) + "##").toCharArray();
      int before = out.length();
      if (check.feed(piece, 2, piece.length - 2, out)) {
        assertThat(out.length()).isEqualTo(before);
        assertThat(check.held()).isZero();
        out.append(text, from, to);
      }
      assertThat(expected).startsWith(out.toString());
      assertThat(out.isEmpty() || !Character.isHighSurrogate(out.charAt(out.length() - 1)))
          .isTrue();
      assertThat(check.decided() + check.held()).isEqualTo(to);
      from = to;
      assertMasked(check, spans);
    }
    check.end(out);
    assertThat(check.held()).isZero();
    assertMasked(check, spans);
    var counted = new int[1];
    check.counts((policy, label, count) -> counted[0] += count);
    assertThat(counted[0]).isEqualTo(spans.size());
    return out.toString();
  }

  private static void assertMasked(TextCheck check, List<Oracle.Span> spans) {
    for (int i = 0; i < check.decided(); i++) {
      int at = i;
      assertThat(check.masked(i, i + 1))
          .isEqualTo(spans.stream().anyMatch(s -> s.start() <= at && at < s.end()));
    }
  }

  static String feed(TextCheck check, String text, List<Integer> cuts) {
    var out = new StringBuilder();
    int from = 0;
    for (int to : cuts) {
      if (check.feed(text.toCharArray(), from, to, out)) out.append(text, from, to);
      from = to;
    }
    check.end(out);
    return out.toString();
  }

  private static String say(Oracle oracle, String text, List<Integer> cuts) {
    return oracle.rules().stream()
            .map(r -> r.rule().rule().label() + ":" + r.rule().action() + ":" + r.rule().masking())
            .toList()
        + " on <"
        + text
        + "> cut at "
        + cuts;
  }
}
