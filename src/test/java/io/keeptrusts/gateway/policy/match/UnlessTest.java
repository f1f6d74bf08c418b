package io.keeptrusts.gateway.policy.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.keeptrusts.gateway.policy.kind.Rig;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What must not stand before a body. */
class UnlessTest {
  private static final Rule NUMBER =
      Rule.of("N", "\\d{3}")
          .after("^|[^\\w]")
          .unless("(?i)(^|[^a-z])order[ #]{0,3}")
          .before("[^\\w]|$");

  @ParameterizedTest
  @CsvSource({
    "123, true",
    "call 123, true",
    "order 123, false",
    "Order #123, false",
    "ORDER, true",
    "border 123, true",
    "order of 123, true",
    "order 123 456, true",
  })
  void keepsABodyFromStarting(String text, boolean found) {
    boolean body = text.chars().anyMatch(Character::isDigit);
    assertThat(!Rig.cover(Matcher.compile(List.of(NUMBER)), text).isEmpty())
        .isEqualTo(found && body);
  }

  @Test
  void isWhatABruteForceSearchSays() {
    Soup soup = new Soup(40);
    int found = 0;
    for (int i = 0; i < 300; i++) {
      List<Rule> rules = soup.refusing(soup.rules());
      Matcher matcher = Matcher.compile(rules);
      for (int k = 0; k < 4; k++) {
        String text = soup.text(14);
        List<Span> spans = Feeding.whole(matcher.open(), text);
        assertThat(new HashSet<>(spans))
            .as("%s on %s", rules, OracleTest.escaped(text))
            .isEqualTo(Oracle.matches(rules, text));
        found += spans.size();
      }
    }
    assertThat(found).isGreaterThan(500);
  }

  @Test
  void countsForItsRuleOnly() {
    Rule other = Rule.of("O", "\\d{3}").after("^|[^\\w]").before("[^\\w]|$");
    assertThat(Rig.cover(Matcher.compile(List.of(NUMBER, other)), "order 123").cardinality())
        .isEqualTo(3);
  }

  @Test
  void isShort() {
    assertThatExceptionOfType(RuleException.class)
        .isThrownBy(() -> Matcher.compile(List.of(NUMBER.unless("order.*"))))
        .withMessageContaining("unless")
        .withMessageContaining("repeat at most 3 times");
    assertThatExceptionOfType(RuleException.class)
        .isThrownBy(() -> Matcher.compile(List.of(NUMBER.after("key *= *"))))
        .withMessageContaining("unless");
  }
}
