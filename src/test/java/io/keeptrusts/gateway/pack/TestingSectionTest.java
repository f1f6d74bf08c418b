package io.keeptrusts.gateway.pack;

import static io.keeptrusts.gateway.pack.Packs.HEAD;
import static io.keeptrusts.gateway.pack.Packs.checked;
import static io.keeptrusts.gateway.pack.Packs.only;
import static io.keeptrusts.gateway.pack.Packs.problems;
import static io.keeptrusts.gateway.pack.Packs.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.pack.PackDocument.Testing;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestingSectionTest {
  private static final String BLOCKS = "policy: {pii-detector: {}}\n";
  private static final String CASES = "cases: [{name: b, input: {}}]";

  private static Read testing(String section) {
    return read(HEAD + BLOCKS + "testing: " + section + "\n");
  }

  @Test
  void casesStayAsTheyStand() {
    Read read = testing("{suites: [{name: a, description: d, " + CASES + "}]}");

    Testing testing = checked(read).document().testing();
    assertThat(problems(read)).isEmpty();
    assertThat(testing.file()).isEqualTo("pack.yaml");
    assertThat(testing.suites()).singleElement().returns("a", PackDocument.Suite::name);
    assertThat(testing.suites().getFirst().cases().getFirst().toString())
        .isEqualTo("{\"name\":\"b\",\"input\":{}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{suites: []}"})
  void withoutSuitesThereIsNothingToRun(String section) {
    Read read = testing(section);

    assertThat(problems(read)).isEmpty();
    assertThat(checked(read).document().testing().suites()).isEqualTo(List.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{default_threshold: 0.8}                 | W107 testing.default_threshold",
        "{plugins: [pii]}                         | W107 testing.plugins",
        "{strategies: [{id: base64}]}             | W107 testing.strategies",
        "{suites: [{target: a, %CASES}]}          | W107 testing.suites[0].target",
        "{suites: [{assertions: [a], %CASES}]}    | W107 testing.suites[0].assertions",
        "{suites: [{%CASES}, {name: a}]}          | W107 testing.suites[1].cases",
        "{suite: []}                              | E002 testing.suite",
        "{suites: {}}                             | E003 testing.suites",
        "{suites: [{case: [], %CASES}]}           | E002 testing.suites[0].case",
        "[]                                       | E003 testing",
      })
  void whatHasNoEffectIsAWarningAndWhatCannotBeIsRefused(String section, String problem) {
    Problem only = only(testing(section.replace("%CASES", CASES)));

    assertThat(only.code() + " " + only.path()).isEqualTo(problem);
  }
}
