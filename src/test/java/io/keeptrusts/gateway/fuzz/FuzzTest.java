package io.keeptrusts.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A short run of what {@code -Pfuzz} does for long: seeds, and the same changes of them. */
class FuzzTest {
  /** One input, over which nothing may take longer. */
  private static final long MOST_NANOS = 5_000_000_000L;

  private static final int CHANGED = Integer.getInteger("fuzz.changed", 600);

  @ParameterizedTest
  @EnumSource
  void everyInputEndsAsItShould(Fuzzed fuzzed) {
    List<byte[]> seeds = fuzzed.seeds();
    assertThat(seeds).isNotEmpty();
    seeds.forEach(seed -> run(fuzzed, seed));
    Mutator mutator = new Mutator(fuzzed.name().hashCode(), seeds);
    int changed = fuzzed == Fuzzed.PACK ? CHANGED / 6 : CHANGED; // a pack that is right compiles
    for (int i = 0; i < changed; i++) {
      run(fuzzed, mutator.next());
    }
  }

  private static void run(Fuzzed fuzzed, byte[] input) {
    long start = System.nanoTime();
    try {
      fuzzed.run(input);
    } catch (Throwable e) {
      throw new AssertionError(fuzzed + " " + Base64.getEncoder().encodeToString(input), e);
    }
    long took = System.nanoTime() - start;
    if (took > MOST_NANOS) {
      throw new AssertionError(
          fuzzed + " took " + took + " ns: " + Base64.getEncoder().encodeToString(input));
    }
  }
}
