package io.keeptrusts.gateway.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.laws.Said.Line;
import io.keeptrusts.gateway.laws.Walls.Delivered;
import io.keeptrusts.gateway.laws.Walls.Rules;
import io.keeptrusts.gateway.policy.kind.DlpFilter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * L1 against the definition: R(t) is what {@code java.util.regex} says, tried at every start with
 * every end, all matches of all expressions united.
 */
class OracleLawsTest {
  private static final int TEXTS = 18_000 * SplitInvarianceTest.FACTOR;
  private static final int CUTS = 4;
  private static final String MARKER = "[PATTERN_REDACTED]";

  private static final List<String> EXPRESSIONS =
      List.of(
          "[a-z0-9.]{1,12}@[a-z]{1,9}\\.[a-z]{2,4}",
          "\\d{3}-?\\d{2}-?\\d{4}",
          "EMP-\\d{2,5}",
          "ab(c|cd)*e?",
          "(foo|foobar|barbaz)",
          "x{2,5}y?");

  private static final List<Pattern> COMPILED = EXPRESSIONS.stream().map(Pattern::compile).toList();

  private static final List<String> FRAGMENTS =
      List.of(
          "a",
          "ab",
          "abc",
          "cd",
          "cde",
          "john",
          "@",
          "ex",
          ".",
          "com",
          "EMP",
          "-",
          "12",
          "345",
          "6789",
          "foo",
          "bar",
          "baz",
          "x",
          "xx",
          "y",
          " ",
          " ",
          "中",
          "\uD83D\uDE00");

  private static final Rules RULES =
      Walls.rules(
          new DlpFilter()
              .compile(new DlpFilter.Config(EXPRESSIONS, List.of(), null, null, null, null)));

  @Test
  void everyCuttingDeliversWhatTheDefinitionSays() {
    int masked = 0;
    for (int seed = 0; seed < TEXTS; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(20); i > 0; i--) {
        text.append(FRAGMENTS.get(random.nextInt(FRAGMENTS.size())));
      }
      String expected = redacted(text.toString());
      masked += expected.contains(MARKER) ? 1 : 0;
      Line line =
          new Line(
              0,
              random.nextBoolean() ? Said.CONTENT : "reasoning",
              -1,
              false,
              text.toString(),
              List.of());
      Said said = new Said(List.of(line), "", "", false, random.nextInt(8) == 0, false, false);
      for (int cut = 0; cut < CUTS; cut++) {
        List<String> frames = Rendering.stream(said, random);
        Delivered delivered = Walls.run(RULES.wall(), true, Rendering.reads(frames, random));
        assertThat(Client.frames(delivered.frames()).text(line.key()))
            .as("seed %d: %s in %s", seed, text, frames)
            .isEqualTo(expected);
      }
    }
    System.out.printf(
        "laws L1 by definition: %d cases, %d texts masked, seeds 0-%d%n",
        TEXTS * CUTS, masked, TEXTS - 1);
    assertThat(masked).isBetween(TEXTS / 4, TEXTS - TEXTS / 10);
  }

  /** Matches that share a character are one span. */
  private static String redacted(String text) {
    BitSet cover = new BitSet();
    BitSet joined = new BitSet(); // i: one match covers i and i + 1
    for (Pattern expression : COMPILED) {
      Matcher matcher = expression.matcher(text);
      for (int from = 0; from < text.length(); from++) {
        for (int to = from + 1; to <= text.length(); to++) {
          if (matcher.region(from, to).matches()) {
            cover.set(from, to);
            joined.set(from, to - 1);
          }
        }
      }
    }
    List<String> out = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      if (!cover.get(i)) {
        out.add(text.substring(i, i + 1));
      } else if (i == 0 || !joined.get(i - 1)) {
        out.add(MARKER);
      }
    }
    return String.join("", out);
  }
}
