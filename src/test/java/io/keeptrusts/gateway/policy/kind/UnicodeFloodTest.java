package io.keeptrusts.gateway.policy.kind;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.kind.injection.PromptInjection;
import io.keeptrusts.gateway.policy.kind.pii.PiiDetector;
import io.keeptrusts.gateway.policy.text.TextRules;
import io.keeptrusts.gateway.policy.text.TextRules.Owned;
import io.keeptrusts.gateway.testing.Growth;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Characters that make readers of text slow: a text of nothing else costs what its length says. */
class UnicodeFloodTest {
  private static final int PIECES = 4_000;

  private static final TextRules RULES =
      TextRules.compile(
          Stream.of(
                  new PiiDetector().compile(new PiiDetector.Config(null, null, null, null, null)),
                  new DlpFilter()
                      .compile(
                          new DlpFilter.Config(
                              List.of("EMP-\\d{4}"),
                              List.of("secret word"),
                              null,
                              true,
                              1,
                              DlpFilter.Sensitivity.STANDARD)),
                  new SafetyFilter()
                      .compile(
                          new SafetyFilter.Config(
                              null, List.of("forbidden phrase"), null, true, 2, null)))
              .flatMap(
                  policy -> policy.output().stream().map(rule -> new Owned(policy.kind(), rule)))
              .toList());

  private static final Policy INJECTION =
      new PromptInjection()
          .compile(
              new PromptInjection.Config(null, null, null, null, null, null, null, null, null));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "A",
        "1",
        " ",
        "-",
        "@",
        "a@",
        "\u0301", // combining acute
        "e\u0301\u0302\u0303\u0304",
        "\u200D", // zero width joiner
        "\uD83D\uDC69\u200D", // an emoji that never ends
        "\u202E\u202C", // bidi override and its end
        "\u2066\u2069",
        "\u200B",
        "\uFEFF",
        "\u00AD",
        "\uD800", // half a pair
        "\uDC00\uD800",
        "\uFDFA", // 18 characters in NFKC
        "\u3392\u33C2",
        "\uFB03",
        "\u0430\u0435\u043E\u0440", // Cyrillic that looks Latin
        "\uFF41\uFF11",
        "\u0661",
        "\uD835\uDC00", // a mathematical letter
        "\u1100\u1161\u11A8", // Hangul in parts
        "\uDB40\uDC41", // a tag character
        "\uFE0F",
        "\u0000",
        "YWFh",
        "41 ",
        "%41",
        "&#65;",
        "\\u0041",
        "i g n o r e ",
        "<|",
        "[",
        "```"
      })
  void isLinearInStreamsAndInPrompts(String piece) {
    assertThat(
            Growth.ofEightfold(
                piece,
                PIECES / piece.length(),
                text -> CatastrophicPatternsTest.stream(RULES, text)))
        .as("streamed")
        .isLessThan(24);
    assertThat(
            Growth.ofEightfold(
                piece,
                PIECES / piece.length(),
                text -> INJECTION.prompt().check(prompt(text), new Caller("127.0.0.1", ""))))
        .as("asked")
        .isLessThan(24);
  }

  private static Prompt prompt(String text) {
    return new Prompt(
        "m",
        true,
        false,
        JsonNodeFactory.instance.objectNode(),
        List.of(new Prompt.Segment("user", text)));
  }
}
