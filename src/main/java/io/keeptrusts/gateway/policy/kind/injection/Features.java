package io.keeptrusts.gateway.policy.kind.injection;

import java.util.Arrays;

/**
 * What a classifier sees of a window of words: which features it has, in blocks. A feature is its
 * hash. The object is reused from window to window; one thread at a time.
 */
final class Features {
  /** Weights there are, a power of two. */
  static final int SIZE = 1 << 18;

  /** Words and their neighbours, pieces of words, meanings and their order, punctuation. */
  static final int BLOCKS = 4;

  private static final int GAP = 7;

  int[] index = new int[128];

  /** Where each block ends in {@link #index}. */
  final int[] end = new int[BLOCKS];

  /** The features that were seen, each plus one: open addressing, at most half full. */
  private int[] seen = new int[256];

  private int size;

  /** Reads the words from {@code from} to {@code to}, exclusive. */
  void read(Words words, int from, int to) {
    Arrays.fill(seen, 0);
    size = 0;
    neighbours(words, from, to);
    end[0] = size;
    pieces(words, from, to);
    end[1] = size;
    meanings(words, from, to);
    end[2] = size;
    signs(words, from, to);
    end[3] = size;
  }

  private void neighbours(Words words, int from, int to) {
    for (int i = from; i < to; i++) {
      int one = words.hash[i];
      add(1, one, 0);
      if (words.first[i]) {
        add(2, one, 0);
      }
      if (i + 1 < to) {
        int two = Hashing.mix(one, words.hash[i + 1]);
        add(3, two, 0);
        if (i + 2 < to) {
          add(4, two, words.hash[i + 2]);
          add(5, one, words.hash[i + 2]);
        }
      }
    }
  }

  /** Four letters in a row, with the edges of the word. */
  private void pieces(Words words, int from, int to) {
    for (int i = from; i < to; i++) {
      int start = words.from[i];
      int stop = words.to[i];
      for (int k = start - 1; k + 4 <= stop + 1; k++) {
        int h = 17;
        for (int j = k; j < k + 4; j++) {
          h = h * 31 + (j < start || j >= stop ? ' ' : words.text.charAt(j));
        }
        add(6, h, 0);
      }
    }
  }

  private void meanings(Words words, int from, int to) {
    int last = -1;
    int secondLast = -1;
    for (int i = from; i < to; i++) {
      if (words.concept[i] == Concepts.NONE) {
        continue;
      }
      int meaning = words.concept[i];
      add(7, meaning, 0);
      if (words.first[i]) {
        add(8, meaning, 0);
      }
      if (last >= 0 && i - last <= GAP) {
        add(9, words.concept[last], meaning);
        if (i - last == 1) {
          add(10, words.concept[last], meaning);
        }
        if (secondLast >= 0 && last - secondLast <= GAP) {
          add(11, Hashing.mix(words.concept[secondLast], words.concept[last]), meaning);
          add(12, words.concept[secondLast], meaning);
        }
      }
      secondLast = last;
      last = i;
    }
  }

  /** Runs of what is neither letter nor space, up to three of a kind. */
  private void signs(Words words, int from, int to) {
    if (from >= to) {
      return;
    }
    String text = words.text;
    int stop = to == words.count ? text.length() : words.from[to];
    for (int i = from == 0 ? 0 : words.from[from]; i < stop; i++) {
      char c = text.charAt(i);
      if (c != ' ' && !Character.isLetterOrDigit(c) && !Character.isSurrogate(c)) {
        int run = i;
        while (run < stop && text.charAt(run) == c) {
          run++;
        }
        int next =
            run < stop ? Character.isLetterOrDigit(text.charAt(run)) ? 'a' : text.charAt(run) : 0;
        add(13, c, Math.min(run - i, 3));
        add(14, Hashing.mix(c, Math.min(run - i, 3)), next);
        i = run - 1;
      }
    }
  }

  private void add(int family, int a, int b) {
    int feature = Hashing.mix(Hashing.mix(a, b), family) & SIZE - 1;
    if (!unseen(feature)) {
      return;
    }
    if (size == index.length) {
      index = Arrays.copyOf(index, 2 * size);
    }
    index[size++] = feature;
    if (2 * size > seen.length) {
      seen = new int[2 * seen.length];
      for (int i = 0; i < size; i++) {
        unseen(index[i]);
      }
    }
  }

  /** Whether the feature comes for the first time; it is remembered. */
  private boolean unseen(int feature) {
    int mask = seen.length - 1;
    int at = feature & mask;
    while (seen[at] != 0) {
      if (seen[at] == feature + 1) {
        return false;
      }
      at = at + 1 & mask;
    }
    seen[at] = feature + 1;
    return true;
  }
}
