package io.keeptrusts.gateway.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.keeptrusts.gateway.recorded.Tape.Ending;
import io.keeptrusts.gateway.testing.Recording;
import io.keeptrusts.gateway.testing.Splits;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The shortest streams, cut at every byte: the client gets the same bytes. */
abstract class EveryByteLaws {
  private static final int SHORTEST = 50;

  /** From here on not every place is cut singly: the work grows with the square. */
  private static final int LONG = 2000;

  /** The recordings, shortest first; skips the test where they are missing. */
  abstract List<Recording> recordings();

  private Stream<DynamicTest> each(InMemory gateway, boolean checked) {
    return recordings().stream()
        .filter(Recording::stream)
        .limit(SHORTEST)
        .map(
            stream ->
                dynamicTest(stream.name(), () -> everyCutIsTheSame(stream, gateway, checked)));
  }

  private static void everyCutIsTheSame(Recording stream, InMemory gateway, boolean checked) {
    byte[] body = stream.body();
    Tape tape = Tape.of(stream);
    String whole = gateway.deliver(body);

    if (!Set.of(Ending.ERROR, Ending.CUT).contains(tape.ending())) {
      assertThat(whole).endsWith("data: [DONE]\n\n");
      if (checked) {
        Expected.of(tape.chunks()).matches(Tape.delivered(whole));
      } else {
        assertThat(Tape.delivered(whole)).isEqualTo(tape.chunks());
      }
    }
    assertThat(gateway.deliver(body, Splits.every(1, body.length)))
        .as("every byte a piece")
        .isEqualTo(whole);
    int step = Math.max(1, body.length / LONG * 3);
    Splits.single(body.length)
        .filter(cut -> cut[0] % step == 0)
        .forEach(
            cut -> assertThat(gateway.deliver(body, cut)).as("cut at %d", cut[0]).isEqualTo(whole));
  }

  @TestFactory
  Stream<DynamicTest> withoutPolicies() {
    return each(new InMemory(List.of()), false);
  }

  @TestFactory
  Stream<DynamicTest> withPolicies() {
    return each(new InMemory(WholeTexts.POLICIES), true);
  }
}
