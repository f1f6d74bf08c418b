package io.keeptrusts.gateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TraceTest {

  @Test
  void tellsWhatAndWhereAndNothingThatWasSaid() {
    Throwable failure =
        new IllegalStateException("xyzzy", new NumberFormatException("For input: xyzzy"));

    assertThat(Trace.of(failure))
        .startsWith("java.lang.IllegalStateException at ")
        .contains("; caused by java.lang.NumberFormatException at ")
        .contains("TraceTest")
        .doesNotContain("xyzzy");
  }
}
