package io.keeptrusts.gateway.policy.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What {@link Fold} promises, worked out code point by code point from the Unicode data of this
 * JDK, against the table that it reads.
 */
class FoldTableTest {
  private static final String LOOKALIKES =
      "АAВBСCЕEНHІIЈJКKМMОOРPЅSТTХXУYԚQԜWѴVӀIаaсcеeһhіiјjкkоoрpѕsуyхxԁdԛqԝwѵv"
          + "ΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXαaιiκkνvοoρpυuχxϲcϳj"
          + "ɑaɡgıiօoսuհhոn";

  @BeforeAll
  static void sameUnicode() {
    assumeThat(Runtime.version().feature())
        .as("the table is of Java 25's Unicode, another Java may have another")
        .isEqualTo(25);
  }

  @Test
  void theTableIsThatOfThisUnicode() throws IOException {
    byte[] expected = table();
    Path written = Files.write(Path.of("target", Fold.TABLE), expected);
    try (InputStream in = Fold.class.getResourceAsStream("/" + Fold.TABLE)) {
      assertThat(Objects.requireNonNull(in).readAllBytes())
          .as("what it should be is in %s", written)
          .isEqualTo(expected);
    }
  }

  @Test
  void everyCodePointIsFoldedAsDefined() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      int folded = Fold.of(c);
      if (folded != defined(c)) {
        assertThat(folded).as("%X", c).isEqualTo(defined(c));
      }
    }
  }

  /** A run for each whose symbols stay the same, go up by one or are ignored. */
  private static byte[] table() {
    IntList runs = new IntList();
    int c = 0;
    while (c <= Character.MAX_CODE_POINT) {
      int symbol = defined(c);
      int first = c++;
      if (symbol == first) {
        continue;
      }
      int step = symbol != Fold.IGNORED && defined(c) == symbol + 1 && c != symbol + 1 ? 1 : 0;
      while (c <= Character.MAX_CODE_POINT
          && defined(c) == symbol + step * (c - first)
          && defined(c) != c) {
        c++;
      }
      runs.add(first, c - 1);
      runs.add(symbol, step);
    }
    int[] values = runs.toArray();
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES);
    bytes.asIntBuffer().put(values);
    return bytes.array();
  }

  private static int defined(int c) {
    if (c < 0x80 || c > Character.MAX_CODE_POINT) {
      return c;
    }
    if (c >= 0x30000) { // beyond, only tags and variation selectors
      return c >= 0xE0000 && c < 0xE1000 ? Fold.IGNORED : c;
    }
    return switch (Character.getType(c)) {
      case Character.FORMAT, Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> Fold.IGNORED;
      case Character.DECIMAL_DIGIT_NUMBER -> '0' + Character.digit(c, 10);
      case Character.DASH_PUNCTUATION -> '-';
      case Character.SPACE_SEPARATOR -> ' ';
      case Character.SURROGATE -> c;
      default -> special(c);
    };
  }

  private static int special(int c) {
    if (c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0 || c == 0x2065) {
      return Fold.IGNORED; // fillers, and a place kept for a control
    }
    if (c == 0x2212 || c == 0x3002) {
      return c == 0x2212 ? '-' : '.';
    }
    int alike = c < 0x10000 ? LOOKALIKES.indexOf(c) : -1;
    if (alike >= 0 && alike % 2 == 0) {
      return LOOKALIKES.charAt(alike + 1);
    }
    int base = onlyBase(Normalizer.normalize(Character.toString(c), Normalizer.Form.NFKD));
    boolean fits = c >= 0x10000 || base < 0x10000; // one unit of a text is one unit of its view
    return base == Fold.IGNORED || base == c || !fits ? c : defined(base);
  }

  /** The one code point of a decomposition besides marks on a letter, or that there is none. */
  private static int onlyBase(String decomposed) {
    int base = decomposed.codePointAt(0);
    int length = Character.charCount(base);
    boolean onlyMarks =
        decomposed
            .codePoints()
            .skip(1)
            .allMatch(c -> Character.getType(c) == Character.NON_SPACING_MARK);
    return length == decomposed.length() || onlyMarks && Character.isLetter(base)
        ? base
        : Fold.IGNORED;
  }
}
