package io.keeptrusts.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitsTest {
  @Test
  void cutsInTwoAtEveryPlace() {
    assertThat(Splits.single(4)).containsExactly(new int[] {1}, new int[] {2}, new int[] {3});
    assertThat(Splits.single(1)).isEmpty();
    assertThat(Splits.single(0)).isEmpty();
  }

  @Test
  void piecesJoinedAreTheWhole() {
    byte[] text = "some text".repeat(100).getBytes(UTF_8);
    for (int seed = 0; seed < 200; seed++) {
      int[] cuts = Splits.random(seed, text.length);

      assertThat(cuts).isSorted().doesNotHaveDuplicates();
      assertThat(Arrays.stream(cuts)).allMatch(cut -> cut > 0 && cut < text.length);
      assertThat(String.join("", Splits.of(new String(text, UTF_8), cuts)))
          .isEqualTo(new String(text, UTF_8));
      assertThat(Splits.of(text, cuts).stream().mapToInt(piece -> piece.length).sum())
          .isEqualTo(text.length);
    }
  }

  @Test
  void seedsRepeatAndDiffer() {
    assertThat(Splits.random(1, 500)).isEqualTo(Splits.random(1, 500));
    List<int[]> all = IntStream.range(0, 100).mapToObj(seed -> Splits.random(seed, 500)).toList();
    assertThat(all.stream().map(Arrays::toString).distinct().count()).isGreaterThan(80);
    assertThat(all.stream().mapToInt(cuts -> cuts.length).max().orElseThrow()).isGreaterThan(400);
    assertThat(all.stream().mapToInt(cuts -> cuts.length).min().orElseThrow()).isLessThan(5);
  }

  @Test
  void takesAShortText() {
    assertThat(Splits.random(3, 0)).isEmpty();
    assertThat(Splits.random(3, 1)).isEmpty();
    assertThat(Splits.of("", new int[0])).containsExactly("");
  }
}
