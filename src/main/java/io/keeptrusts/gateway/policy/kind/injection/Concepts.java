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

  private final Map<Integer, Byte> exact = new HashMap<>();
  private final Map<Integer, Byte> prefixes = new HashMap<>();
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
        found = prefixes.getOrDefault(Hashing.mix(hash, PREFIX), found);
      }
    }
    return exact.getOrDefault(Hashing.mix(hash, EXACT), found);
  }

  /** Whether the list has the word itself, not only its beginning. */
  boolean knows(String text, int from, int to) {
    return exact.containsKey(hash(text.substring(from, to), to - from, false));
  }

  /** For scripts without spaces: the longest word that begins here, as its length; 0 if none. */
  int run(String text, int from, int to) {
    int hash = 0;
    int longest = 0;
    for (int i = from; i < Math.min(to, from + LONGEST_RUN); i++) {
      hash = step(hash, text.charAt(i));
      if (exact.containsKey(Hashing.mix(hash, EXACT))) {
        longest = i + 1 - from;
      }
    }
    return longest;
  }
}
