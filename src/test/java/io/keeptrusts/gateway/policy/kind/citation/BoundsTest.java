package io.keeptrusts.gateway.policy.kind.citation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers and contexts that were made to take long. */
@Timeout(60)
class BoundsTest {
  private static final int ANSWER = 100_000;
  private static final int CONTEXT = 1_000_000;

  static Stream<Arguments> answers() {
    return Stream.of(
        Arguments.of("brackets", "["),
        Arguments.of("closing brackets", "]"),
        Arguments.of("brackets of all kinds", "([\u3010{<"),
        Arguments.of("markers", "[1]"),
        Arguments.of("markers at heads of lines", "[1] a\n"),
        Arguments.of("lists of markers", "[1, 2-21, 3-22] "),
        Arguments.of("many numbers", null),
        Arguments.of("open quotation marks", "\" \u201C "),
        Arguments.of("quotations", "\"a b c d\" "),
        Arguments.of("left out", "\"a [[[ b ... c d\" "),
        Arguments.of("block quotations", "> a b c d\n"),
        Arguments.of("ticks", "` `` ``` "),
        Arguments.of("addresses", "http://a.b/c "),
        Arguments.of("a long address", "http://a.b/".repeat(2)),
        Arguments.of("nearly authors", "(A, B, "),
        Arguments.of("authors", "(Smith, 2020) "),
        Arguments.of("sections", "\u00A7 1 BGB 1 U.S. "),
        Arguments.of("nearly courts", "BGH Art. 1 Case "),
        Arguments.of("numbers", "1,000,"),
        Arguments.of("one letter", "a"),
        Arguments.of("short sentences", "A b c. "),
        Arguments.of("the words of the context", "word context the. "),
        Arguments.of("accents", "e\u0301\u0323\u0302"),
        Arguments.of("halves of pairs", "\uD83D"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void anAnswerMadeToTakeLongIsCheckedInStepsThatItsLengthBounds(String name, String unit) {
    String answer = unit == null ? numbers() : repeat(unit, ANSWER);
    Verifier verifier =
        new Verifier(answer, Sources.of(context()), EnumSet.allOf(CitationType.class), 0.8);

    Check check = verifier.check();

    assertThat(check.sources()).isPositive();
    // in each sentence at most 64 words ask, four times, for at most 512 places
    long most = 4L * Evidence.MOST_HITS * (ANSWER + 2 * Extraction.MOST * Evidence.LONGEST);
    assertThat(verifier.steps()).isLessThan(most + 4L * (ANSWER + CONTEXT));
    assertThat(check.findings()).hasSizeLessThanOrEqualTo(Extraction.MOST);
  }

  @Test
  void stepsGrowNoFasterThanTheAnswer() {
    long once = steps("The word of the context is a word [1]. ", 20_000);
    long twice = steps("The word of the context is a word [1]. ", 40_000);

    assertThat(twice).isLessThan(3 * once);
  }

  private static long steps(String unit, int length) {
    Verifier verifier =
        new Verifier(
            repeat(unit, length), Sources.of(context()), EnumSet.allOf(CitationType.class), 0.8);
    verifier.check();
    return verifier.steps();
  }

  static Stream<String> contexts() {
    return Stream.of(
        "<doc>",
        "<doc><document ",
        "</doc>",
        "<a ",
        "[1] a\n",
        "[1]\n",
        "1. \n",
        "Context:\n",
        "```\n",
        "\n\n",
        "Source 1: x\nQuestion:\n",
        "a ",
        "[",
        "http://a.b/ ",
        "<doc>a</doc>");
  }

  @ParameterizedTest
  @MethodSource("contexts")
  void aContextMadeToTakeLongIsReadOnce(String unit) {
    ObjectNode body = Checked.system(repeat(unit, CONTEXT));
    long start = System.nanoTime();

    Sources sources = Sources.of(body);

    assertThat(sources.documents()).hasSizeLessThanOrEqualTo(Sources.MOST);
    // linear is some ten milliseconds, quadratic would be minutes
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void moreContextThanIsLookedAtIsTold() {
    ObjectNode body =
        Checked.system("Context:\n" + repeat("The mill is red. ", Sources.MOST_CHARS + 1));

    Check check =
        new Verifier("It is so [7].", Sources.of(body), EnumSet.allOf(CitationType.class), 0.8)
            .check();

    assertThat(check.truncated()).isTrue();
    assertThat(check.findings())
        .extracting(Finding::status)
        .containsExactly(Finding.Status.UNVERIFIED);
  }

  @Test
  void nothingThatCanBeWrittenBreaksIt() {
    Random random = new Random(7);
    String[] pieces = {
      "[",
      "]",
      "(",
      ")",
      "1",
      "2020",
      "\"",
      "\u201C",
      "\u3010",
      "\u3011",
      "\u2020",
      "`",
      "```",
      "\n",
      ". ",
      "http://",
      "a.b/",
      "10.1000/",
      "arXiv:",
      "\u00A7",
      " BGB ",
      "Art. ",
      " v. ",
      "Smith ",
      "et al. ",
      ", ",
      "> ",
      "^",
      ":",
      "...",
      "not ",
      "\uD83D",
      "\uDE00",
      "e\u0301",
      "\u4E2D",
      "5%",
      "1.2 million ",
      "'",
      "n't "
    };
    for (int round = 0; round < 3000; round++) {
      StringBuilder answer = new StringBuilder();
      StringBuilder context = new StringBuilder("Context: ");
      for (int i = 0; i < 40; i++) {
        answer.append(pieces[random.nextInt(pieces.length)]);
        context.append(pieces[random.nextInt(pieces.length)]);
      }
      Check check = Checked.check(Checked.system(context.toString()), answer.toString());

      assertThat(check.findings())
          .as(answer.toString())
          .allSatisfy(finding -> assertThat(finding.confidence()).isBetween(0.0, 1.0));
    }
  }

  private static ObjectNode context() {
    return Checked.system(
        repeat(
            "[1] The word of the context is a word.\nWord A B C again, the context.\n\n", CONTEXT));
  }

  private static String numbers() {
    StringBuilder numbers = new StringBuilder();
    for (int i = 0; numbers.length() < ANSWER; i++) {
      numbers.append('[').append(i % 999).append("] w").append(i).append('\n');
    }
    return numbers.toString();
  }

  private static String repeat(String unit, int length) {
    return unit.repeat(length / unit.length() + 1);
  }
}
