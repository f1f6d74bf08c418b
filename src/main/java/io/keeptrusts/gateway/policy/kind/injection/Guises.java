package io.keeptrusts.gateway.policy.kind.injection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a text says once it is read in another way: letters spaced out, digits for letters, letters
 * shifted by thirteen, backwards, characters that are not shown. Each reading costs a look for its
 * signs first, so most texts have none. Linear in the text.
 */
final class Guises {
  private static final int ENOUGH_LETTERS = 5;
  private static final int LONGEST_WORD = 16;

  /** Letters that are put apart in one go: that takes more than linear time. */
  private static final int LONGEST_RUN = 256;

  private static final int ENOUGH_HIDDEN = 4;

  /** Short words that hardly a text of some length is without, by their first letter. */
  private static final String[][] COMMON = new String[26][];

  static {
    String words =
        "a all and are as del die i ignore in instructions is it les los me now of previous prompt"
            + " say system that the to und you your";
    Arrays.fill(COMMON, new String[0]);
    for (String word : words.split(" ")) {
      int letter = word.charAt(0) - 'a';
      String[] known = COMMON[letter];
      COMMON[letter] = Arrays.copyOf(known, known.length + 1);
      COMMON[letter][known.length] = word;
    }
  }

  private Guises() {}

  /** Readings of what is not shown at all: tags (U+E0000) and variation selectors as bytes. */
  static List<String> hidden(String text) {
    var tags = new StringBuilder();
    var selectors = new StringBuilder();
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c >= 0xE0020 && c < 0xE007F) {
        tags.append((char) (c - 0xE0000));
      } else if (c >= 0xE0100 && c <= 0xE01EF) {
        selectors.append((char) (c - 0xE0100 + 16));
      } else if (c >= 0xFE00 && c <= 0xFE0F) {
        selectors.append((char) (c - 0xFE00));
      }
    }
    var readings = new ArrayList<String>();
    if (tags.length() >= ENOUGH_HIDDEN) {
      readings.add(tags.toString());
    }
    if (selectors.length() >= ENOUGH_HIDDEN) {
      readings.add(selectors.toString());
    }
    return readings;
  }

  /** Letters with one sign between them, as the words they make. */
  static List<String> spaced(Words words, Concepts concepts) {
    String text = words.text;
    var plain = new StringBuilder();
    boolean found = false;
    int i = 0;
    while (i < words.count) {
      int end = i;
      while (end < words.count
          && words.to[end] - words.from[end] == 1
          && (end == i || gap(words, end) <= 3)) {
        end++;
      }
      if (end - i >= ENOUGH_LETTERS) {
        found = true;
        var run = new StringBuilder();
        for (int k = i; k < end; k++) {
          if (k > i && gap(words, k) > 1 || run.length() >= LONGEST_RUN) {
            plain.append(divided(run.toString(), concepts)).append(' ');
            run.setLength(0);
          }
          run.append(text, words.from[k], words.to[k]);
        }
        plain.append(divided(run.toString(), concepts)).append(' ');
        i = end;
      } else {
        plain.append(text, words.from[i], words.to[i]).append(' ');
        i++;
      }
    }
    return found ? List.of(plain.toString()) : List.of();
  }

  private static int gap(Words words, int i) {
    return words.from[i] - words.to[i - 1];
  }

  /** Words that stand together, put apart where the list of meanings knows them. */
  private static String divided(String run, Concepts concepts) {
    int length = run.length();
    int[] cost = new int[length + 1];
    int[] last = new int[length + 1];
    for (int end = 1; end <= length; end++) {
      cost[end] = cost[end - 1] + 3;
      last[end] = end - 1;
      for (int from = Math.max(0, end - LONGEST_WORD); from <= end - 1; from++) {
        boolean known =
            isCommon(run, from, end) || end - from > 2 && concepts.knows(run, from, end);
        if (known && cost[from] + 1 < cost[end]) {
          cost[end] = cost[from] + 1;
          last[end] = from;
        }
      }
    }
    if (cost[length] >= length) {
      return run;
    }
    var parts = new StringBuilder();
    for (int end = length; end > 0; end = last[end]) {
      boolean letter = end - last[end] == 1 && last[end] > 0 && last[last[end]] == last[end] - 1;
      parts.insert(0, run.substring(last[end], end));
      if (last[end] > 0 && !letter) {
        parts.insert(0, ' ');
      }
    }
    return parts.toString();
  }

  /** Digits and signs inside words as the letters they look like; 1 as i and as l. */
  static List<String> leet(String text) {
    int mixed = 0;
    for (int i = 1; i + 1 < text.length(); i++) {
      if (digit(text.charAt(i), 'i') != 0
          && Character.isLetter(text.charAt(i - 1))
          && Character.isLetter(text.charAt(i + 1))) {
        mixed++;
      }
    }
    return mixed < 2 ? List.of() : List.of(leet(text, 'i'), leet(text, 'l'));
  }

  private static String leet(String text, char one) {
    var plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char letter = digit(c, one);
      plain.append(letter != 0 && wordAround(text, i) ? letter : c);
    }
    return plain.toString();
  }

  private static boolean wordAround(String text, int i) {
    return i > 0 && likeLetter(text.charAt(i - 1))
        || i + 1 < text.length() && likeLetter(text.charAt(i + 1));
  }

  private static boolean likeLetter(char c) {
    return Character.isLetter(c) || digit(c, 'i') != 0;
  }

  private static char digit(char c, char one) {
    return switch (c) {
      case '0' -> 'o';
      case '1', '!', '|' -> one;
      case '3' -> 'e';
      case '4', '@' -> 'a';
      case '5', '$' -> 's';
      case '7' -> 't';
      default -> 0;
    };
  }

  /** Shifted by thirteen or backwards, if that reads more like language than the text does. */
  static List<String> turned(String text) {
    var readings = new ArrayList<String>();
    int common = common(text);
    for (String reading : List.of(rot13(text), new StringBuilder(text).reverse().toString())) {
      if (common(reading) > 2 * common) {
        readings.add(reading);
      }
    }
    return readings;
  }

  private static int common(String text) {
    int count = 0;
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || !Character.isLetter(text.charAt(i))) {
        if (i - from > 1 && isCommon(text, from, i)) {
          count++;
        }
        from = i + 1;
      }
    }
    return count;
  }

  private static boolean isCommon(String text, int from, int to) {
    int letter = text.charAt(from) - 'a';
    if (letter >= 0 && letter < COMMON.length) {
      for (String word : COMMON[letter]) {
        if (word.length() == to - from && text.startsWith(word, from)) {
          return true;
        }
      }
    }
    return false;
  }

  static String rot13(String text) {
    var turned = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char first = c >= 'a' && c <= 'z' ? 'a' : c >= 'A' && c <= 'Z' ? 'A' : 0;
      turned.append(first == 0 ? c : (char) ((c - first + 13) % 26 + first));
    }
    return turned.toString();
  }
}
