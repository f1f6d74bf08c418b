package io.keeptrusts.gateway.policy.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CategoriesTest {
  @ParameterizedTest
  @ValueSource(strings = {"L", "Lu", "Ll", "N"})
  void aPropertyHoldsWhatTheJdkSays(String name) {
    Predicate<String> says = Pattern.compile("\\p{" + name + "}").asMatchPredicate();
    CharSet set = Objects.requireNonNull(Categories.of(name));
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      boolean expected = says.test(Character.toString(c));
      if (set.contains(c) != expected) {
        assertThat(set.contains(c)).as("%s %X", name, c).isEqualTo(expected);
      }
    }
  }
}
