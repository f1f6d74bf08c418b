package io.keeptrusts.gateway.policy.kind.injection;

import io.keeptrusts.gateway.policy.match.Fold;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What words mean in an order to a model, whatever the language: {@code ignorez} and {@code forget}
 * are both neglect. Read from a list of our own; immutable.
 */
final class Concepts {
  static final byte NONE = 0;

  /** Letters a concept of a script without spaces may have. */
  static final int LONGEST_RUN = 8;

  private static final String LIST = "/prompt-injection/concepts.txt";
  private static final int EXACT = 1;
  private static final int PREFIX = 2;

  private final Table exact = new Table();
  private final Table prefixes = new Table();
  private final Map<String, Byte> numbers = new HashMap<>();

  private Concepts() {}

  static Concepts load() {
    Concepts concepts = new Concepts();
    try (InputStream in = Objects.requireNonNull(Concepts.class.getResourceAsStream(LIST));
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      lines.lines().filter(line -> !line.startsWith("#")).forEach(concepts::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return concepts;
  }

  private void add(String line) {
    int colon = line.indexOf(':');
    byte number =
        numbers.computeIfAbsent(line.substring(0, colon), _ -> (byte) (numbers.size() + 1));
    for (String word : line.substring(colon + 1).trim().split(" ")) {
      boolean prefix = word.endsWith("*");
      String plain = fold(prefix ? word.substring(0, word.length() - 1) : word);
      (prefix ? prefixes : exact).putIfAbsent(hash(plain, plain.length(), prefix), number);
    }
  }

  static String fold(String text) {
    return Fold.of(text.toLowerCase(Locale.ROOT)).toLowerCase(Locale.ROOT);
  }

  private static int hash(String word, int length, boolean prefix) {
    int hash = 0;
    for (int i = 0; i < length; i++) {
      hash = step(hash, word.charAt(i));
    }
    return Hashing.mix(hash, prefix ? PREFIX : EXACT);
  }

  private static int step(int hash, char c) {
    return hash * 31 + c;
  }

  /** The concept of a word, folded as {@link #fold} does; {@link #NONE} if it has none. */
  byte of(String text, int from, int to) {
    int hash = 0;
    byte found = NONE;
    for (int i = from; i < to; i++) {
      hash = step(hash, text.charAt(i));
      if (i - from >= 1) {
        byte longer = prefixes.of(Hashing.mix(hash, PREFIX));
        found = longer == NONE ? found : longer;
      }
    }
    byte whole = exact.of(Hashing.mix(hash, EXACT));
    return whole == NONE ? found : whole;
  }

  /** Whether the list has the word itself, not only its beginning. */
  boolean knows(String text, int from, int to) {
    return exact.of(hash(text.substring(from, to), to - from, false)) != NONE;
  }

  /** For scripts without spaces: the longest word that begins here, as its length; 0 if none. */
  int run(String text, int from, int to) {
    int hash = 0;
    int longest = 0;
    for (int i = from; i < Math.min(to, from + LONGEST_RUN); i++) {
      hash = step(hash, text.charAt(i));
      if (exact.of(Hashing.mix(hash, EXACT)) != NONE) {
        longest = i + 1 - from;
      }
    }
    return longest;
  }

  /** Concepts by the hash of their words: open addressing, at most half full. */
  private static final class Table {
    private int[] hashes = new int[1024];
    private byte[] numbers = new byte[1024];
    private int size;

    /** {@link #NONE} if there is none. */
    byte of(int hash) {
      return numbers[place(hash)];
    }

    void putIfAbsent(int hash, byte number) {
      int at = place(hash);
      if (numbers[at] == NONE) {
        hashes[at] = hash;
        numbers[at] = number;
        size++;
        if (2 * size > numbers.length) {
          grow();
        }
      }
    }

    private void grow() {
      int[] oldHashes = hashes;
      byte[] oldNumbers = numbers;
      hashes = new int[2 * oldHashes.length];
      numbers = new byte[2 * oldNumbers.length];
      for (int i = 0; i < oldNumbers.length; i++) {
        if (oldNumbers[i] != NONE) {
          int at = place(oldHashes[i]);
          hashes[at] = oldHashes[i];
          numbers[at] = oldNumbers[i];
        }
      }
    }

    /** Where the hash is, or is to be. */
    private int place(int hash) {
      int at = hash & numbers.length - 1;
      while (numbers[at] != NONE && hashes[at] != hash) {
        at = at + 1 & numbers.length - 1;
      }
      return at;
    }
  }
}
