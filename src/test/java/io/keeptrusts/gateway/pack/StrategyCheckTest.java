package io.keeptrusts.gateway.pack;

import static io.keeptrusts.gateway.pack.Packs.checked;
import static io.keeptrusts.gateway.pack.Packs.read;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys that do nothing as they stand together. */
class StrategyCheckTest {
  private static final String HEAD =
      """
      pack: {name: test, version: 1.0.0}
      policies: {chain: [pii-detector]}
      policy: {pii-detector: {}}
      providers:
        targets:
          - {id: a, provider: vllm, model: m%s}
          - {id: b, provider: vllm, model: m}
          - {id: c, provider: vllm, model: n}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fallback: {retry_on: []}                       | fallback.retry_on",
        "fallback: {max_retries: 0, retry_on: [5xx]}    | fallback.retry_on",
        "fallback: {latency_window: 5m}                 | fallback.latency_window",
        "circuit_breaker: {failure_threshold: 0, cooldown_seconds: 9} |"
            + " circuit_breaker.failure_threshold",
        "model_groups: [{name: g, targets: [a, a]}]     | model_groups[0].targets",
        "model_groups: [{name: g, targets: [a], strategy: random}] | model_groups[0].strategy",
        "model_groups: [{name: g, targets: [a, b], fallback_group: h}, {name: h, targets: [b]}] |"
            + " model_groups[0].fallback_group",
        "model_groups: [{name: m, targets: [a, c]}]     | model_groups[0]",
        "model_groups: [{name: g, targets: [a, c], aliases: [m]}] | model_groups[0]",
        "fallback: {strategy: weighted}                 | fallback",
        "fallback: {strategy: cost}                     | fallback",
        "model_groups: [{name: g, targets: [a, c], strategy: weighted}] | model_groups",
      })
  void areWarnedOf(String section, String path) {
    assertThat(checked(read(HEAD.formatted("") + "  " + section)).notes())
        .extracting(note -> note.code() + " " + note.path())
        .containsExactly("W110 providers." + path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fallback: {retry_on: [], max_retries: 0}",
        "fallback: {max_retries: 0}",
        "fallback: {latency_window: 5m, max_latency_ms: 800}",
        "fallback: {strategy: latency, latency_window: 5m}",
        "fallback: {strategy: random}",
        "circuit_breaker: {failure_threshold: 0}",
        "model_groups: [{name: m, targets: [a, b], strategy: random}]",
        "model_groups: [{name: m, targets: [a], fallback_group: h}, {name: h, targets: [b]}]",
      })
  void areNotWhereTheyAct(String section) {
    assertThat(checked(read(HEAD.formatted("") + "  " + section)).notes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fallback: {strategy: weighted}                                 | ",
        "model_groups: [{name: g, targets: [a, c], strategy: weighted}] | ",
        "model_groups: [{name: g, targets: [b, c], strategy: weighted}] | providers.targets",
        "fallback: {}                                                   | providers.targets",
      })
  void aWeightActsWhereItsTargetIsDrawnByIt(String section, String path) {
    var notes = checked(read(HEAD.formatted(", weight: 3") + "  " + section)).notes();

    assertThat(notes.stream().anyMatch(note -> note.path().equals("providers.targets")))
        .isEqualTo(path != null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fallback: {strategy: random}    | fallback.strategy",
        "fallback: {max_latency_ms: 800} | fallback.max_latency_ms",
      })
  void nothingCanBeChosenFromOneTarget(String section, String path) {
    String one =
        """
        pack: {name: t, version: 1.0.0}
        policies: {chain: [pii-detector]}
        policy: {pii-detector: {}}
        providers:
          targets: [{id: a, provider: vllm, model: m}]
          %s
        """;

    assertThat(checked(read(one.formatted(section))).notes())
        .extracting(Problem::path)
        .containsExactly("providers." + path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{id: m, provider: vllm, model: x}, {id: b, provider: vllm, model: m} | targets",
        "{id: m, provider: vllm, model: m}, {id: b, provider: vllm, model: m} | ",
        "{id: a, provider: vllm, model: m, api_key_header: x-key} | targets[0].api_key_header",
        "{id: a, provider: demo, path_template: '/{model}'}       | targets[0].path_template",
      })
  void targetsThatHideOneAnotherOrLackAPart(String targets, String path) {
    String pack =
        """
        pack: {name: t, version: 1.0.0}
        policies: {chain: [pii-detector]}
        policy: {pii-detector: {}}
        providers: {targets: [%s]}
        """;

    assertThat(checked(read(pack.formatted(targets))).notes())
        .extracting(Problem::path)
        .isEqualTo(path == null ? java.util.List.of() : java.util.List.of("providers." + path));
  }
}
