package io.keeptrusts.gateway.policy.kind.citation;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;

/**
 * The words of a text, folded: lower case, compatibility forms and accents taken off, thousands
 * separators taken out. Ideographs and kana are words of their own. Immutable once made; linear in
 * the text.
 */
final class Words {
  private static final int LONGEST = 64;

  private final Vocabulary vocabulary;
  private final String text;
  private int[] ids = new int[64];
  private int[] from = new int[64];
  private int[] to = new int[64];
  private int size;

  private Words(String text, Vocabulary vocabulary) {
    this.text = text;
    this.vocabulary = vocabulary;
  }

  static Words of(String text, Vocabulary vocabulary) {
    Words words = new Words(text, vocabulary);
    words.read();
    return words;
  }

  int size() {
    return size;
  }

  /** The number of the word as it stands, folded. */
  int id(int word) {
    return ids[word];
  }

  /** The number of its stem. */
  int stem(int word) {
    return vocabulary.stem(ids[word]);
  }

  /** The number of what it begins with. */
  int root(int word) {
    return vocabulary.root(ids[word]);
  }

  int from(int word) {
    return from[word];
  }

  int to(int word) {
    return to[word];
  }

  boolean is(int word, int flag) {
    return vocabulary.is(ids[word], flag);
  }

  boolean isContent(int word) {
    return !vocabulary.is(ids[word], Vocabulary.STOP);
  }

  boolean isNumber(int word) {
    return Character.isDigit(text.charAt(from[word]));
  }

  /** Begins with a capital letter, and is more than a single letter. */
  boolean isCapital(int word) {
    return isCapitalLetter(word) && to[word] - from[word] > 1;
  }

  boolean isCapitalLetter(int word) {
    return Character.isUpperCase(text.charAt(from[word]));
  }

  String word(int word) {
    return text.substring(from[word], to[word]);
  }

  String text() {
    return text;
  }

  /** The first word that begins at or behind a place of the text. */
  int at(int place) {
    int found = Arrays.binarySearch(from, 0, size, place);
    return found >= 0 ? found : -found - 1;
  }

  private void read() {
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      int width = Character.charCount(c);
      if (Character.isDigit(c)) {
        i = number(i);
      } else if (alone(c)) {
        add(i, i + width, text.substring(i, i + width));
        i += width;
      } else if (Character.isLetter(c)) {
        i = letters(i);
      } else if (c == '%') {
        add(i, i + 1, "%");
        i++;
      } else {
        i += width;
      }
    }
  }

  private static boolean alone(int c) {
    if (c < 0x2E80) {
      return false;
    }
    Character.UnicodeScript script = Character.UnicodeScript.of(c);
    return script == Character.UnicodeScript.HAN
        || script == Character.UnicodeScript.HIRAGANA
        || script == Character.UnicodeScript.KATAKANA;
  }

  /** Digits, with points or commas between digits; an ordinal's ending belongs to it. */
  private int number(int start) {
    StringBuilder digits = new StringBuilder();
    int i = start;
    while (i < text.length() && i - start < LONGEST) {
      char c = text.charAt(i);
      boolean between = i + 1 < text.length() && Character.isDigit(text.charAt(i + 1));
      if (Character.isDigit(c)) {
        digits.append((char) ('0' + Character.digit(c, 10)));
      } else if (c == ',' && between && groupOfThree(i + 1)) {
        // a thousands separator
      } else if (c == '.' && between) {
        digits.append('.');
      } else {
        break;
      }
      i++;
    }
    int zeros = 0;
    while (zeros + 1 < digits.length()
        && digits.charAt(zeros) == '0'
        && digits.charAt(zeros + 1) != '.') {
      zeros++;
    }
    int end = i;
    int letters = i;
    while (letters < text.length()
        && letters - start < LONGEST
        && Character.isLetterOrDigit(text.charAt(letters))) {
      letters++;
    }
    String ending = text.substring(i, letters);
    if (!ending.isEmpty()) {
      end = letters;
      if (!isOrdinal(ending)) {
        digits.append(ending.toLowerCase(Locale.ROOT));
      }
    }
    add(start, end, digits.substring(zeros));
    return end;
  }

  private boolean groupOfThree(int at) {
    for (int i = at; i < at + 3; i++) {
      if (i >= text.length() || !Character.isDigit(text.charAt(i))) {
        return false;
      }
    }
    return at + 3 >= text.length() || !Character.isDigit(text.charAt(at + 3));
  }

  private static boolean isOrdinal(String ending) {
    return switch (ending.toLowerCase(Locale.ROOT)) {
      case "st", "nd", "rd", "th", "s" -> true;
      default -> false;
    };
  }

  private int letters(int start) {
    int i = start;
    boolean ascii = true;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      boolean inside =
          (Character.isLetterOrDigit(c) || Character.getType(c) == Character.NON_SPACING_MARK)
              && !alone(c);
      boolean apostrophe =
          (c == '\'' || c == '\u2019')
              && i + 1 < text.length()
              && Character.isLetter(text.charAt(i + 1));
      if (!inside && !apostrophe || i - start >= LONGEST) {
        break;
      }
      ascii &= c < 128;
      i += Character.charCount(c);
    }
    String word = text.substring(start, i).toLowerCase(Locale.ROOT);
    word = ascii ? word : folded(word);
    if (word.endsWith("n't")) {
      if (word.length() > 3) {
        String positive = word.substring(0, word.length() - 3);
        add(
            start,
            i - 3,
            positive.equals("ca") ? "can" : positive.equals("wo") ? "will" : positive);
      }
      add(Math.max(start, i - 3), i, "n't");
    } else if (word.endsWith("'s")) {
      add(start, i - 2, word.substring(0, word.length() - 2));
    } else {
      add(start, i, word);
    }
    return i;
  }

  private static String folded(String word) {
    StringBuilder folded = new StringBuilder(word.length());
    String decomposed = Normalizer.normalize(word, Normalizer.Form.NFKD).replace('\u2019', '\'');
    for (int i = 0; i < decomposed.length(); i++) {
      if (Character.getType(decomposed.charAt(i)) != Character.NON_SPACING_MARK) {
        folded.append(decomposed.charAt(i));
      }
    }
    return folded.isEmpty() ? word : folded.toString();
  }

  private void add(int start, int end, String word) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * size);
      from = Arrays.copyOf(from, 2 * size);
      to = Arrays.copyOf(to, 2 * size);
    }
    ids[size] = vocabulary.id(word);
    from[size] = start;
    to[size++] = end;
  }
}
