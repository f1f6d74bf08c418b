package io.keeptrusts.gateway.policy.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FoldTest {
  @ParameterizedTest
  @CsvSource({
    "0660, 0",
    "06F5, 5",
    "0967, 1",
    "FF19, 9",
    "1D7CE, 0",
    "1D7FF, 9",
    "1FBF3, 3",
    "00B2, 2",
    "2460, 1",
    "24B6, A",
    "1F130, A",
    "FF21, A",
    "FF20, @",
    "1D400, A",
    "1D41A, a",
    "2102, C",
    "017F, s",
    "212A, K",
    "2010, -",
    "2014, -",
    "FE63, -",
    "2212, -",
    "207B, -",
    "3002, .",
    "FF61, .",
    "FF0E, .",
    "2024, .",
    "FF1A, :",
    "0430, a",
    "0410, A",
    "0455, s",
    "0391, A",
    "03BF, o",
    "0565, 0565",
    "00E9, e",
    "0439, 0438",
    "00F1, n",
    "0130, I",
    "4E2D, 4E2D",
    "AC00, AC00",
    "1F600, 1F600",
    "00A8, 00A8",
    "2026, 2026",
    "2019, 2019",
    "D800, D800",
    "DFFF, DFFF",
    "FFFF, FFFF",
    "0085, 0085",
    "0301D, 0301D"
  })
  void aCodePointIsOneSymbol(String codePoint, String folded) {
    int expected = folded.length() == 1 ? folded.charAt(0) : Integer.parseInt(folded, 16);
    assertThat(Fold.of(Integer.parseInt(codePoint, 16))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {0xA0, 0x1680, 0x2002, 0x2007, 0x200A, 0x202F, 0x205F, 0x3000})
  void spacesAreASpace(int space) {
    assertThat(Fold.of(space)).isEqualTo(' ');
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0xAD, 0x300, 0x34F, 0x488, 0x61C, 0x115F, 0x1160, 0x180E, 0x200B, 0x200D, 0x202E, 0x2060,
        0x2065, 0x2069, 0x20DD, 0x3164, 0xFE0F, 0xFEFF, 0xFFA0, 0x1D167, 0xE0001, 0xE0061, 0xE01EF
      })
  void invisibleCharactersAreIgnored(int codePoint) {
    assertThat(Fold.of(codePoint)).isEqualTo(Fold.IGNORED);
  }

  @Test
  void asciiStaysAndFoldingTwiceChangesNothing() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      int folded = Fold.of(c);
      if (c < 0x80) {
        assertThat(folded).isEqualTo(c);
      } else if (folded != Fold.IGNORED && folded != c) {
        assertThat(Fold.of(folded)).as("%X", c).isEqualTo(folded);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4111 1111 1111 1111",
        "\uFF14\uFF11\uFF11\uFF11 1111 1111 1111",
        "\u0664\u0661\u0661\u0661\u00A0\u0661\u0661\u0661\u0661\u20031111\u00A01111",
        "4\u200B1\u200B11\u00AD1111\u20111111\u22121111",
        "4\u03011\uFE0F11 11\u2060\u206011 1111 1111",
        "\uD835\uDFD2\uD835\uDFCF11 1111 1111 1111",
        "4111 1111 1111 11\uDB40\uDC31\uDB40\uDC3111"
      })
  void aDisguisedNumberIsFoundFromFirstToLastDigit(String number) {
    Rule card =
        Rule.of("CARD", "\\d(?:[ -]?\\d){15}")
            .after("^|\\D")
            .before("\\D|$")
            .when(PatternSet::luhn);
    String text = "pay " + number + " now";
    assertThat(Feeding.whole(Matcher.compile(List.of(card)).open(), text))
        .containsExactly(new Span(0, 4, 4 + number.length()));
  }
}
