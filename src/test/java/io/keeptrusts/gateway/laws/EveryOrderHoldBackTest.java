package io.keeptrusts.gateway.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.laws.Lineup.Cast;
import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.Chain.Member;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.TextRule;
import io.keeptrusts.gateway.policy.kind.DlpFilter;
import io.keeptrusts.gateway.policy.kind.SafetyFilter;
import io.keeptrusts.gateway.policy.kind.pii.PiiDetector;
import io.keeptrusts.gateway.policy.text.TextRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** L3 with every kind that checks a stream in one chain, in every order of the chain. */
class EveryOrderHoldBackTest {
  private static final List<String> BEGINNINGS = HoldBackTest.words("abc@.", 5);

  /** Long enough to complete any match, and to see what comes after it. */
  private static final List<String> CONTINUATIONS = HoldBackTest.words("abc@.", 3);

  /** Blocked; no other match can touch one, so that what is certain before it is no question. */
  private static final String BANNED = "cc";

  private static Policy pii() {
    Map<String, PiiDetector.Type> off = new HashMap<>();
    Stream.of(
            "secrets",
            "cards",
            "accounts",
            "wallets",
            "national_ids",
            "identity",
            "health",
            "network",
            "phones")
        .forEach(group -> off.put(group, new PiiDetector.Type(false, null)));
    return new PiiDetector()
        .compile(new PiiDetector.Config(null, null, null, List.of("a+@b"), null, off, null, null));
  }

  private static final Cast SMALL =
      new Cast(
          pii(),
          new DlpFilter()
              .compile(
                  new DlpFilter.Config(List.of("\\bab\\b"), List.of(), null, null, null, null)),
          new SafetyFilter()
              .compile(new SafetyFilter.Config(null, List.of(BANNED), null, null, null, null)),
          Lineup.firewall("no_such_tool"),
          Lineup.rbac("no_such_tool"),
          Lineup.audit());

  /** The rules of all, with a marker where a text is blocked. */
  private static List<TextRules> shown(Lineup lineup) {
    List<Policy> showing =
        lineup.members().stream()
            .map(Member::policy)
            .map(
                policy ->
                    policy.withOutput(
                        policy.output().stream()
                            .map(rule -> new TextRule(rule.rule(), Action.REDACT, rule.masking()))
                            .toList()))
            .toList();
    return Lineup.realtime(showing).masking();
  }

  @Test
  void whatHasLeftIsTheLongestPrefixThatNoContinuationChanges() {
    Map<List<String>, String> certain = new HashMap<>(); // by order of the texts' kinds and text
    int cases = 0;
    int held = 0;
    for (Lineup lineup : Lineup.orders(SMALL)) {
      Random random = new Random(lineup.kinds().hashCode());
      List<String> texts =
          lineup.kinds().stream()
              .filter(kind -> kind.endsWith("filter") || kind.startsWith("pii"))
              .toList();
      var wall = lineup.wall();
      var rules = shown(lineup);
      String end = Judge.whole(rules, false, BANNED);
      for (int i = 2 * SplitInvarianceTest.FACTOR; i > 0; i--) {
        String begin = BEGINNINGS.get(random.nextInt(BEGINNINGS.size()));
        String left = HoldBackTest.left(wall, begin, random);
        String expected =
            certain.computeIfAbsent(
                Stream.concat(texts.stream(), Stream.of(begin)).toList(),
                key ->
                    CONTINUATIONS.stream()
                        .map(next -> Judge.whole(rules, false, begin + next))
                        .map(
                            text ->
                                text.contains(end) ? text.substring(0, text.indexOf(end)) : text)
                        .reduce(HoldBackTest::common)
                        .orElseThrow());
        assertThat(left).as("%s: %s", lineup.kinds(), begin).isEqualTo(expected);
        held += begin.length() > left.length() ? 1 : 0;
        cases++;
      }
    }
    System.out.printf("laws L3, every order: %d cases, %d held something%n", cases, held);
    assertThat(held).isBetween(cases / 10, cases * 9 / 10);
  }
}
