package io.keeptrusts.gateway.policy.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.keeptrusts.gateway.policy.match.Matcher;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserPatternsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\\bEMP-\\d{4}\\b; id EMP-1234.; true",
        "\\bEMP-\\d{4}\\b; id XEMP-1234; false",
        "\\bEMP-\\d{4}\\b; id EMP-12345; false",
        "(?i)\\bemp-\\d{4}; id EMP-12345; true",
        "EMP-\\d{4}|ORD-\\d; XORD-1; true",
      })
  void wordBoundariesAtTheEndsAreKept(String expression, String text, boolean found) {
    var matcher = Matcher.compile(UserPatterns.rules("k", "CUSTOM", List.of(expression)));
    assertThat(Rig.hits(matcher, text)).isEqualTo(found);
  }

  @ParameterizedTest
  @ValueSource(strings = {"(?=a)b", "(a)\\1", "a\\bb", "a*", "(", "\\ba|b\\b"})
  void whatCannotRunOnAStreamIsRefusedByKeyAndIndex(String expression) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> UserPatterns.rules("detect_patterns", "CUSTOM", List.of("fine", expression)))
        .withMessageStartingWith("detect_patterns[1]: at character ");
  }

  @Test
  void blankExpressionsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UserPatterns.rules("detect_patterns", "CUSTOM", List.of(" ")))
        .withMessage("detect_patterns[0]: must not be blank");
  }
}
