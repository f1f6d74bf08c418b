package io.keeptrusts.gateway.policy.kind;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.TextRule;
import io.keeptrusts.gateway.policy.kind.injection.Sources;
import io.keeptrusts.gateway.policy.match.Matcher;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the phrases of {@code safety-filter} find in public sets of harmful prompts and what they
 * mistake, by mode, and what it and {@code dlp-filter} cost. The sets were written to test models
 * that judge intent, of any harm there is; a mode names the phrases of one field. No phrase comes
 * from them, but XSTest's safe prompts were looked at when phrases were chosen ({@link
 * SafetyQualityTest}): that row is not held out.
 */
@Tag("detect")
class SafetyBenchTest {
  private static final int ROUNDS = 20;
  private static final int CHILDREN = 12;

  private static Map<String, List<String>> harmful() {
    Map<String, List<String>> sets = new LinkedHashMap<>();
    sets.put("HarmBench", Sources.behaviours());
    sets.put("AILuminate", Sources.hazards());
    sets.put("XSTest, unsafe", Sources.xsTest("unsafe"));
    sets.put("moderation, flagged", Sources.moderated(true));
    return sets;
  }

  private static Map<String, List<String>> harmless() {
    Map<String, List<String>> sets = new LinkedHashMap<>();
    sets.put("XSTest, safe", Sources.xsTest("safe"));
    sets.put("NotInject", Sources.notInject("two"));
    sets.put("mails", Sources.otherMails());
    sets.put("moderation, not flagged", Sources.moderated(false));
    sets.put("encyclopedia", Sources.corpus("wikigold.conll.txt", 4));
    sets.put("filings", Sources.corpus("FIN5.txt", 4));
    return sets;
  }

  @ParameterizedTest
  @EnumSource
  void byMode(SafetyFilter.Theme mode) {
    measure(mode.toString(), policy(mode, 0));
  }

  @Test
  void forChildren() {
    measure("EDUCATION, max_age 12", policy(SafetyFilter.Theme.EDUCATION, CHILDREN));
  }

  private static void measure(String title, Policy policy) {
    Matcher matcher = matcher(policy);
    System.out.printf("%nsafety-filter, %s%n", title);
    int caught = 0;
    for (var set : harmful().entrySet()) {
      int hits = hits(matcher, set.getValue());
      caught += hits;
      System.out.printf(
          "  %-24s %5d  blocked %.3f%n",
          set.getKey(), set.getValue().size(), hits / (double) set.getValue().size());
    }
    int mistaken = 0;
    int all = 0;
    for (var set : harmless().entrySet()) {
      int hits = hits(matcher, set.getValue());
      mistaken += hits;
      all += set.getValue().size();
      System.out.printf(
          "  %-24s %5d  right %.4f%n",
          set.getKey(), set.getValue().size(), 1 - hits / (double) set.getValue().size());
    }
    System.out.printf(
        "  precision over all of these rows %.3f (%d of %d)%n",
        caught / (double) (caught + mistaken), caught, caught + mistaken);
    assertThat(mistaken / (double) all).isLessThanOrEqualTo(0.02);
  }

  @Test
  void whatItCosts() {
    cost("safety-filter", policy(SafetyFilter.Theme.EDUCATION, CHILDREN));
    DlpFilter.Config config =
        new DlpFilter.Config(
            List.of("PRJ-[0-9]{6}"),
            List.of("Project Bluebird", "quarterly forecast", "merger plan"),
            null,
            false,
            null,
            DlpFilter.Sensitivity.HIGH);
    cost("dlp-filter", new DlpFilter().compile(config));
  }

  private static void cost(String name, Policy policy) {
    Matcher matcher = matcher(policy);
    List<String> texts = Sources.corpus("wikigold.conll.txt", 4);
    long characters = texts.stream().mapToLong(String::length).sum();
    long start = 0;
    for (int round = 0; round < 2 * ROUNDS; round++) {
      start = round == ROUNDS ? System.nanoTime() : start;
      hits(matcher, texts);
    }
    double micros = (System.nanoTime() - start) / 1e3 / ROUNDS;
    System.out.printf("%-14s %.1f us per KB%n", name, micros * 1024 / characters);
    assertThat(micros * 1024 / characters).isLessThan(1000);
  }

  private static Policy policy(SafetyFilter.Theme mode, int maxAge) {
    return new SafetyFilter()
        .compile(new SafetyFilter.Config(mode, null, null, null, null, maxAge));
  }

  private static Matcher matcher(Policy policy) {
    return Matcher.compile(policy.output().stream().map(TextRule::rule).toList());
  }

  private static int hits(Matcher matcher, List<String> texts) {
    return (int) texts.stream().filter(text -> Rig.hits(matcher, text)).count();
  }
}
