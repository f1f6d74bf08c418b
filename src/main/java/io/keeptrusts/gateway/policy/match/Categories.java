package io.keeptrusts.gateway.policy.match;

import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The sets that an expression may name; those of Unicode are built on first use. */
final class Categories {
  private Categories() {}

  /** What the letter means after a backslash. */
  static @Nullable CharSet of(char letter) {
    return switch (letter) {
      case 'd' -> CharSet.DIGIT;
      case 'D' -> CharSet.DIGIT.not();
      case 'w' -> CharSet.WORD;
      case 'W' -> CharSet.WORD.not();
      case 's' -> CharSet.SPACE;
      case 'S' -> CharSet.SPACE.not();
      default -> null;
    };
  }

  /** A property by its Unicode name. */
  static @Nullable CharSet of(String name) {
    return switch (name) {
      case "L" -> Letters.ALL;
      case "Lu" -> Letters.UPPER;
      case "Ll" -> Letters.LOWER;
      case "N" -> Letters.NUMBERS;
      default -> null;
    };
  }

  private static final class Letters {
    static final CharSet ALL = all(Character::isLetter);
    static final CharSet UPPER = all(c -> Character.getType(c) == Character.UPPERCASE_LETTER);
    static final CharSet LOWER = all(c -> Character.getType(c) == Character.LOWERCASE_LETTER);
    static final CharSet NUMBERS =
        all(
            c ->
                switch (Character.getType(c)) {
                  case Character.DECIMAL_DIGIT_NUMBER,
                      Character.LETTER_NUMBER,
                      Character.OTHER_NUMBER ->
                      true;
                  default -> false;
                });

    private static CharSet all(IntPredicate member) {
      CharSet.Builder builder = new CharSet.Builder();
      int start = -1;
      for (int c = 0; c <= Character.MAX_CODE_POINT + 1; c++) {
        boolean in = c <= Character.MAX_CODE_POINT && member.test(c);
        if (in && start < 0) {
          start = c;
        } else if (!in && start >= 0) {
          builder.add(start, c - 1);
          start = -1;
        }
      }
      return builder.build();
    }
  }
}
