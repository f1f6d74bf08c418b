package io.keeptrusts.gateway.fuzz;

import io.keeptrusts.gateway.testing.Splits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** L1 for whatever takes bytes as they come: the same result for the whole and for its pieces. */
public final class Cuts {
  private static final int WAYS = 3;

  private Cuts() {}

  /**
   * @param read what comes of the pieces; a piece is overwritten afterwards, as a socket's buffer
   *     is
   */
  public static <T> void sameFor(byte[] input, Function<List<byte[]>, T> read) {
    T whole = read.apply(List.of(input));
    long seed = Arrays.hashCode(input);
    for (int way = 0; way < WAYS; way++) {
      int[] cuts =
          way == 0 ? Splits.every(1, input.length) : Splits.random(seed + way, input.length);
      T pieces = read.apply(new ArrayList<>(Splits.of(input, cuts)));
      if (!whole.equals(pieces)) {
        throw new AssertionError(
            "cut at " + Arrays.toString(cuts) + "\n whole  " + whole + "\n pieces " + pieces);
      }
    }
  }
}
