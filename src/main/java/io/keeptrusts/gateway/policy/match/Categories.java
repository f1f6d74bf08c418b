package io.keeptrusts.gateway.policy.match;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The sets that an expression may name; those of Unicode are built on first use. */
final class Categories {
  private static final int LETTERS =
      1 << Character.UPPERCASE_LETTER
          | 1 << Character.LOWERCASE_LETTER
          | 1 << Character.TITLECASE_LETTER
          | 1 << Character.MODIFIER_LETTER
          | 1 << Character.OTHER_LETTER;
  private static final int NUMBERS =
      1 << Character.DECIMAL_DIGIT_NUMBER
          | 1 << Character.LETTER_NUMBER
          | 1 << Character.OTHER_NUMBER;

  /** Beyond the third supplementary plane nobody writes: tags, selectors, private use. */
  private static final int END_OF_SCRIPTS = 0x40000;

  private static final Map<Integer, CharSet> KNOWN = new ConcurrentHashMap<>();

  private Categories() {}

  /** What the letter means after a backslash. */
  static @Nullable CharSet of(char letter) {
    return switch (letter) {
      case 'd' -> CharSet.DIGIT;
      case 'D' -> CharSet.NOT_DIGIT;
      case 'w' -> CharSet.WORD;
      case 'W' -> CharSet.NOT_WORD;
      case 's' -> CharSet.SPACE;
      case 'S' -> CharSet.NOT_SPACE;
      default -> null;
    };
  }

  /** A property by its Unicode name. */
  static @Nullable CharSet of(String name) {
    return switch (name) {
      case "L" -> ofTypes(LETTERS);
      case "Lu" -> ofTypes(1 << Character.UPPERCASE_LETTER);
      case "Ll" -> ofTypes(1 << Character.LOWERCASE_LETTER);
      case "N" -> ofTypes(NUMBERS);
      default -> null;
    };
  }

  private static CharSet ofTypes(int types) {
    return KNOWN.computeIfAbsent(types, Categories::collect);
  }

  private static CharSet collect(int types) {
    CharSet.Builder builder = new CharSet.Builder();
    int start = -1;
    for (int c = 0; c <= END_OF_SCRIPTS; c++) {
      boolean in = (types >> Character.getType(c) & 1) == 1;
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
