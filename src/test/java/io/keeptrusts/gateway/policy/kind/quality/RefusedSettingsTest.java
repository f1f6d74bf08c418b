package io.keeptrusts.gateway.policy.kind.quality;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.pack.Problem;
import io.keeptrusts.gateway.pack.Read;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a block may not say, and what lint has to tell about what it may. */
class RefusedSettingsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "min_output_chars: -1             | E003 min_output_chars: must be 0 or more",
        "min_sentences: -1                | E003 min_sentences: must be 0 or more",
        "industry: finanse                | E003 industry: `finanse` is not known here (did you mean `finance`?)",
        "mock_scoring: true               | E003 mock_scoring: true would let every answer pass; write `enabled: false` to switch the policy off",
        "thresholds: {min_aggregate: 1.5} | E003 thresholds.min_aggregate: must be between 0 and 1",
        "thresholds: {min_accuracy: -1}   | E003 thresholds.min_accuracy: must be between 0 and 1",
        "weights: {coherence: 2}          | E003 weights.coherence: must be between 0 and 1",
        "weights: {faithfulness: 0, relevancy: 0, coherence: 0, completeness: 0, accuracy: 0} | E003 weights: must not all be 0",
        "{benchmarks: {coherence: false}, thresholds: {min_coherence: 0.5}} | E003 thresholds.min_coherence: is never reached, as the benchmark is off",
        "pass_policy: {strategy: most}    | E003 pass_policy.strategy: `most` is not known here (valid: all, any, majority, weighted-average)",
        "pass_policy: {threshold: 2}      | E003 pass_policy.threshold: must be between 0 and 1",
        "failure_action: {action: redo}   | E003 failure_action.action: `redo` is not known here (valid: block, escalate, fallback, flag, replace, retry)",
        "failure_action: {action: block, then: flag} | E003 failure_action.then: says what follows a retry, which is done once: use it with `action: retry` and another action",
        "failure_action: {action: retry, then: retry} | E003 failure_action.then: says what follows a retry, which is done once: use it with `action: retry` and another action",
        "failure_action: {action: flag, message: x} | E003 failure_action.message: is told by a block or a fallback only",
        "failure_action: {message: ' '}   | E003 failure_action.message: must have 1 to 8192 characters",
        "providers: [{label: x}]          | E003 providers[0].id: must name a target of the pack",
        "providers: [{id: judge, provider: openai}] | E003 providers[0].provider: a judge is a target: put it under providers.targets with its provider, model and key, and name its id here",
        "providers: [{id: judge, model: x}] | E003 providers[0].model: a judge is a target: put it under providers.targets with its provider, model and key, and name its id here",
        "providers: [{id: judge, secret_key_ref: {env: K}}] | E003 providers[0].secret_key_ref: a judge is a target: put it under providers.targets with its provider, model and key, and name its id here",
        "providers: [{id: judge, config: {temp: 0}}] | E003 providers[0].config: `temp` is not known; valid: temperature, top_p, seed, max_tokens, max_completion_tokens, reasoning_effort",
        "providers: [{id: judge, config: {seed: x}}] | E003 providers[0].config.seed: must be a number",
      })
  void sayWhy(String block, String problem) {
    assertThat(Scored.problems(block)).containsExactly(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "value: x                                      | E003 assertions[0].type: is missing",
        "type: contians, value: x                      | E003 assertions[0].type: `contians` is not known here (did you mean `contains`?)",
        "type: contains                                | E003 assertions[0].value: `contains` wants a text",
        "type: contains, value: 7                      | E003 assertions[0].value: `contains` wants a text",
        "type: contains-all, value: x                  | E003 assertions[0].value: `contains-all` wants a list of texts",
        "type: contains-any, value: [x, 7]             | E003 assertions[0].value: `contains-any` wants a list of texts",
        "type: regex, value: '(?=x)'                   | E003 assertions[0].value: is no expression of RE2 (no look-around, no back-references): invalid or unsupported Perl syntax",
        "type: regex, value: '(x'                      | E003 assertions[0].value: is no expression of RE2 (no look-around, no back-references): missing closing )",
        "type: json-schema                             | E003 assertions[0].value: `json-schema` wants a JSON schema",
        "type: json-schema, value: '{x'                | E003 assertions[0].value: is not JSON",
        "type: json-schema, value: [1]                 | E003 assertions[0].value: is no JSON schema",
        "type: json-schema, value: {pattern: '(?=x)'}  | E003 assertions[0].value: holds an expression that RE2 cannot run: invalid or unsupported Perl syntax",
        "type: json-schema, value: {patternProperties: {'(?=x)': {type: string}}} | E003 assertions[0].value: holds an expression that RE2 cannot run: invalid or unsupported Perl syntax",
        "type: json-schema, value: {$ref: 'http://example.com/s'} | E003 assertions[0].value: `$ref` may point into the schema itself only, as in `#/$defs/item`",
        "type: min-length, value: x                    | E003 assertions[0].value: `min-length` wants a number of characters",
        "type: word-count, value: {most: 3}            | E003 assertions[0].value: `word-count` wants a number, or `min` and `max`",
        "type: is-refusal, value: x                    | E003 assertions[0].value: `is-refusal` takes no value",
        "type: answer-relevance, value: x, provider: judge | E003 assertions[0].value: `answer-relevance` takes no value",
        "type: contains, value: x, threshold: 2        | E003 assertions[0].threshold: must be between 0 and 1",
        "type: contains, value: x, weight: 11          | E003 assertions[0].weight: must be between 0 and 10",
        "type: contains, value: x, name: ' '           | E003 assertions[0].name: must have 1 to 64 characters",
        "type: contains, value: x, mode: enforced      | E003 assertions[0].mode: `enforced` is not known here (did you mean `enforce`?)",
        "type: contains, value: x, severity: fatal     | E003 assertions[0].severity: `fatal` is not known here (valid: critical, info, warning)",
        "type: contains, value: x, pack: p             | E003 assertions[0].pack: assertions are not taken from elsewhere; write them here",
        "type: contains, value: x, provider: judge     | E003 assertions[0].provider: `contains` asks no judge",
        "type: contains, value: x, config: {seed: 1}   | E003 assertions[0].config: `contains` has no settings",
        "type: icontains, value: x, case_sensitive: true | E003 assertions[0].case_sensitive: has no meaning for `icontains`",
        "type: llm-rubric, value: x                    | E003 assertions[0].provider: `llm-rubric` asks a judge: name a target of the pack",
        "type: llm-rubric, value: x, provider: judge, mode: shadow | E003 assertions[0].mode: a judge in the shadow would delay the answer for a line in the log; use `audit`",
        "type: llm-rubric, value: x, provider: jugde   | E008 assertions[0].provider: no target has the id `jugde` (did you mean `judge`?)",
      })
  void sayWhyOfAnAssertion(String assertion, String problem) {
    assertThat(Scored.problems("assertions: [{" + assertion + "}]")).containsExactly(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "mock_scoring: false | ",
        "{weights: {coherence: 0.5}, benchmarks: {coherence: false}} | W110 weights.coherence: has no effect, the benchmark is off",
        "assertions: [{type: contains, value: x, severity: info}] | W110 assertions[0].severity: info never blocks; it is reported only",
        "assertions: [{type: contains, value: x, weight: 2}] | W110 assertions[0].weight: has no effect, pass_policy.strategy is not weighted_average",
        "providers: [{id: judge}] | W110 providers: no assertion asks a judge",
        "thresholds: {min_coherence: 0.0} | W110 thresholds.min_coherence: 0 is reached by every answer",
        "{min_sentences: 2, benchmarks: {completeness: false}} | W110 min_sentences: has no effect, the benchmark completeness is off",
        "{industry: finance, weights: {faithfulness: 0.2, relevancy: 0.2, coherence: 0.2, completeness: 0.2, accuracy: 0.2}} | "
            + "W110 industry: has no effect, as `weights` has them all",
        "{thresholds: {min_aggregate: 0.7}, weights: {relevancy: 0.0, coherence: 0.0, completeness: 0.0}} | "
            + "W110 thresholds.min_aggregate: without documents in the request every answer reaches it, as only faithfulness and "
            + "accuracy have a weight",
        "assertions: [{type: contains, value: x, mode: audit, severity: critical}] | "
            + "W110 assertions[0].severity: has no effect, only an enforced assertion decides",
        "{assertions: [{type: contains, value: x, mode: audit, weight: 2}], pass_policy: {strategy: weighted_average}} | "
            + "W110 assertions[0].weight: has no effect, the assertion is reported only",
        "assertions: [{type: contains, value: x, threshold: 0.0}] | "
            + "W110 assertions[0].threshold: 0 is reached by every answer: it always passes",
        "assertions: [{type: contains, value: x, threshold: 0.0, negate: true}] | "
            + "W110 assertions[0].threshold: 0 is reached by every answer: it always fails",
        "{assertions: [{type: llm-rubric, value: x, provider: judge}], providers: [{id: judge}, {id: main}]} | "
            + "W110 providers[1]: no assertion asks this judge",
        "pass_policy: {strategy: majority} | W110 pass_policy.strategy: has no effect, no assertion is there to decide",
        "{assertions: [{type: contains, value: x}], pass_policy: {strategy: any, threshold: 0.4}} | "
            + "W110 pass_policy.threshold: is always reached: thresholds.min_aggregate asks for as much, so that no assertion decides",
        "pass_policy: {strategy: weighted_average, threshold: 0.75} | ",
        "providers: [{id: nobody}] | E008 providers[0].id: no target has the id `nobody` (valid: judge, main)",
      })
  void tellWhatHasNoEffect(String block, String problem) {
    List<String> problems = Scored.problems(block);

    if (problem == null) {
      assertThat(problems).isEmpty();
    } else {
      assertThat(problems).contains(problem);
    }
  }

  @Test
  void aJudgeBeforePersonalDataIsMaskedIsWarnedOf() {
    String asks = "assertions: [{type: llm-rubric, value: x, provider: judge}]";

    assertThat(warnings(asks, "quality-scorer"))
        .containsExactly("W106 policy.quality-scorer.assertions[0].provider");
    assertThat(warnings(asks, "quality-scorer, pii-detector"))
        .containsExactly("W106 policy.quality-scorer.assertions[0].provider");
    assertThat(warnings(asks, "pii-detector, quality-scorer")).isEmpty();
    assertThat(warnings("min_sentences: 1", "quality-scorer, pii-detector")).isEmpty();
  }

  private static List<String> warnings(String block, String chain) {
    return ((Read.Checked) Scored.read(block, chain))
        .notes().stream()
            .filter(note -> note.severity() == Problem.Severity.WARNING)
            .filter(note -> note.code() != Problem.Code.W101)
            .map(note -> note.code() + " " + note.path())
            .toList();
  }
}
