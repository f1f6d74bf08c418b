package io.keeptrusts.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandingTest {

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s",
    "PT0.0000001S, 1ms",
    "PT0.02S, 20ms",
    "PT1S, 1s",
    "PT1.5S, 1.500s",
    "PT59.0004S, 59.001s",
    "PT6M, 6m0s",
    "PT1H2M3S, 1h2m3s",
    "PT30H, 30h0m0s"
  })
  void durationsAreSpeltAsOpenAiDoes(Duration reset, String text) {
    assertThat(Standing.text(reset)).isEqualTo(text);
  }
}
