package io.keeptrusts.gateway.policy.kind.injection;

import java.util.Arrays;

/**
 * A text as a row of words: folded, lower case, with what they mean. In scripts without spaces each
 * character is a word. Immutable once read; linear in the text.
 */
final class Words {
  final String text;
  int count;
  int[] from = new int[64];
  int[] to = new int[64];
  int[] hash = new int[64];
  byte[] concept = new byte[64];

  /** Whether a sentence, a line or a quotation begins with the word. */
  boolean[] first = new boolean[64];

  private Words(String text) {
    this.text = text;
  }

  static Words read(String raw, Concepts concepts) {
    Words words = new Words(Concepts.fold(raw));
    words.split(concepts);
    return words;
  }

  private void split(Concepts concepts) {
    boolean start = true;
    int meant = 0;
    byte meaning = Concepts.NONE;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int width = Character.charCount(c);
      if (spaceless(c)) {
        if (i >= meant) {
          int run = concepts.run(text, i, text.length());
          meaning = run == 0 ? Concepts.NONE : concepts.of(text, i, i + run);
          meant = i + run;
          add(i, i + width, meaning, start);
        } else {
          add(i, i + width, Concepts.NONE, start);
        }
        start = false;
        i += width;
      } else if (letter(c)) {
        int end = i + width;
        while (end < text.length() && inWord(end)) {
          end += Character.charCount(text.codePointAt(end));
        }
        add(i, end, concepts.of(text, i, end), start);
        start = false;
        i = end;
      } else {
        start |= c != ' ' && c != ',' && c != '-' && c != '\'';
        i += width;
      }
    }
  }

  /** A letter, or an apostrophe between letters. */
  private boolean inWord(int i) {
    int c = text.codePointAt(i);
    return letter(c) && !spaceless(c);
  }

  private static boolean letter(int c) {
    return Character.isLetterOrDigit(c) || Character.getType(c) == Character.COMBINING_SPACING_MARK;
  }

  static boolean spaceless(int c) {
    return c >= 0x2E80
            && (c <= 0x312F
                || c >= 0x31F0 && c <= 0xA4CF
                || c >= 0xF900 && c <= 0xFAFF
                || c >= 0x20000)
        || c >= 0x0E00 && c <= 0x0E7F;
  }

  /** The text from the first letter of one word to the last of another, exclusive. */
  String span(int first, int end) {
    return first < end ? text.substring(from[first], to[end - 1]) : "";
  }

  private void add(int start, int end, byte meaning, boolean begins) {
    if (count == from.length) {
      from = Arrays.copyOf(from, 2 * count);
      to = Arrays.copyOf(to, 2 * count);
      hash = Arrays.copyOf(hash, 2 * count);
      concept = Arrays.copyOf(concept, 2 * count);
      first = Arrays.copyOf(first, 2 * count);
    }
    from[count] = start;
    to[count] = end;
    hash[count] = Hashing.of(text, start, end);
    concept[count] = meaning;
    first[count] = begins;
    count++;
  }
}
