package io.keeptrusts.gateway.policy.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A validated body, a right condition, and between them more ignored characters than are waited
 * for.
 */
class LongGapTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-", "-and more"})
  void asksTheValidatorOnlyWhileTheBodyIsThere(String after) {
    var matcher =
        Matcher.compile(List.of(Rule.of("N", "\\d{3}").before("-|$").cap(8).when(body -> false)));
    var found = new ArrayList<Span>();
    Scan scan = matcher.open();
    String gap = "\u200B".repeat(Scan.LONGEST_GAP + 1);
    char[] text = ("123" + gap).toCharArray();
    scan.feed(text, 0, text.length, 0, (rule, start, end) -> found.add(new Span(rule, start, end)));
    assertThat(scan.safe()).isEqualTo(text.length);
    char[] rest = after.toCharArray();
    scan.feed(
        rest,
        0,
        rest.length,
        text.length,
        (rule, start, end) -> found.add(new Span(rule, start, end)));
    scan.end(rest, text.length, (rule, start, end) -> found.add(new Span(rule, start, end)));
    assertThat(found).isEmpty();
  }
}
