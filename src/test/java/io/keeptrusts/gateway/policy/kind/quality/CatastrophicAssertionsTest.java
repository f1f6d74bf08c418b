package io.keeptrusts.gateway.policy.kind.quality;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.Growth;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Assertions that take a backtracking engine for ever: refused, or as fast as any other. */
class CatastrophicAssertionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "(a+)+$; a",
        "(a|a)*b; a",
        "([a-z]+)*@; abc",
        "(.*){1,32}[bc]; a",
        "x*x*x*x*x*x*x*x*y; x",
        "(\\w+\\s?)+#; ab ",
        "((a{1,10}){1,10}){1,10}b; a",
        "(a{1,1000}){1,1000}b; a",
        "(a?){100}a{100}b; a",
        "(?=(a+))b; a",
        "(a+)\\1+b; a"
      })
  void isRefusedOrLinear(String expression, String piece) {
    Scored scored;
    try {
      scored = Scored.by("assertions: [{type: regex, value: '" + expression + "'}]");
    } catch (AssertionError refused) {
      assertThat(refused).hasMessageContaining("assertions[0].value");
      return;
    }
    assertThat(Growth.ofEightfold(piece, 2_000 / piece.length(), scored::passes)).isLessThan(24);
  }
}
