package io.keeptrusts.gateway.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Ways to cut a text or a byte string in pieces. A cut list is ascending, its cuts lie strictly
 * inside.
 */
public final class Splits {
  private Splits() {}

  /** Every way to cut {@code length} in two. */
  public static Stream<int[]> single(int length) {
    return IntStream.range(1, Math.max(1, length)).mapToObj(cut -> new int[] {cut});
  }

  /** Cuts after every n-th. */
  public static int[] every(int n, int length) {
    return IntStream.iterate(n, cut -> cut < length, cut -> cut + n).toArray();
  }

  /**
   * Random cuts, the same for the same seed. Seeds differ in how fine they cut: from single units
   * to a handful of pieces, with tiny pieces between large ones.
   */
  public static int[] random(long seed, int length) {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L + length);
    int bits = 1 + random.nextInt(32 - Integer.numberOfLeadingZeros(Math.clamp(length, 1, 4096)));
    int most = 1 + random.nextInt(1 << bits);
    int[] cuts = new int[Math.max(0, length - 1)];
    int count = 0;
    for (int at = piece(random, most); at < length; at += piece(random, most)) {
      cuts[count++] = at;
    }
    return Arrays.copyOf(cuts, count);
  }

  /** The pieces of {@code bytes} between the cuts; joined they are the whole. */
  public static List<byte[]> of(byte[] bytes, int... cuts) {
    List<byte[]> pieces = new ArrayList<>(cuts.length + 1);
    int from = 0;
    for (int cut : cuts) {
      pieces.add(Arrays.copyOfRange(bytes, from, cut));
      from = cut;
    }
    pieces.add(Arrays.copyOfRange(bytes, from, bytes.length));
    return pieces;
  }

  /** The pieces of {@code text} between the cuts; a cut may part a surrogate pair. */
  public static List<String> of(String text, int... cuts) {
    List<String> pieces = new ArrayList<>(cuts.length + 1);
    int from = 0;
    for (int cut : cuts) {
      pieces.add(text.substring(from, cut));
      from = cut;
    }
    pieces.add(text.substring(from));
    return pieces;
  }

  private static int piece(Random random, int most) {
    return random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(most);
  }
}
