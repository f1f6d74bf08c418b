package io.keeptrusts.gateway.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordBinderTest {

  private final Problems problems = new Problems();

  enum Level {
    LOW,
    VERY_HIGH,
    FIVE {
      @Override
      public String toString() {
        return "5xx";
      }
    }
  }

  record Inner(@Nullable String label, @Nullable Integer size) {
    Inner {
      if (size != null && size < 0) {
        throw new IllegalArgumentException("size: must be 0 or more");
      }
      if (label != null && label.isEmpty()) {
        throw new IllegalArgumentException("inner.label: must not be empty");
      }
    }
  }

  record All(
      @Nullable String text,
      @Nullable Integer wholeNumber,
      @Nullable Long bigNumber,
      @Nullable Double ratio,
      @Nullable Boolean decodeBase64,
      @Nullable Level level,
      @Nullable List<String> words,
      @Nullable Set<Level> levels,
      @Nullable Map<String, Double> weights,
      @Nullable Inner inner,
      @Nullable List<Inner> inners,
      @Nullable Map<String, List<Inner>> grouped) {
    All {
      if ("odd".equals(text)) {
        throw new IllegalArgumentException("text and level do not fit");
      }
      if (words != null && words.contains("bad")) {
        throw new IllegalArgumentException("words[" + words.indexOf("bad") + "]: is bad");
      }
    }
  }

  record Primitives(int count, boolean on, double ratio, long size) {}

  record Wanted(@Key(required = true, example = "x-1") String id, @Nullable String other) {}

  record Unsupported(@Nullable Thread thread) {}

  @Test
  void bindsEveryTypeBySnakeCaseKeys() {
    All all =
        bind(
            """
            text: '12'
            whole_number: 0x1F
            big_number: 9223372036854775807
            ratio: 1
            decode_base64: true
            level: very-high
            words: [a, yes]
            levels: [low, 5xx]
            weights: {gpt-4.1: 0.5}
            inner: {label: x, size: 2}
            inners: [{size: 1}, {}]
            grouped: {g: [{label: y}]}
            """,
            All.class);

    assertThat(problems.sorted()).isEmpty();
    assertThat(all)
        .isEqualTo(
            new All(
                "12",
                31,
                Long.MAX_VALUE,
                1.0,
                true,
                Level.VERY_HIGH,
                List.of("a", "yes"),
                Set.of(Level.LOW, Level.FIVE),
                Map.of("gpt-4.1", 0.5),
                new Inner("x", 2),
                List.of(new Inner(null, 1), new Inner(null, null)),
                Map.of("g", List.of(new Inner("y", null)))));
  }

  @Test
  void leavesAbsentKeysNull() {
    assertThat(bind("{}", All.class))
        .isEqualTo(new All(null, null, null, null, null, null, null, null, null, null, null, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text: 1.0              | E003 1:7 r.text                 | text is wanted, a number found           | put it in quotes",
        "text: true             | E003 1:7 r.text                 | text is wanted, true or false found      | put it in quotes",
        "text:                  | E003 1:1 r.text                 | text is wanted, nothing found            | ",
        "text: [a]              | E003 1:1 r.text                 | text is wanted, a list found             | ",
        "whole_number: '5'      | E003 1:15 r.whole_number        | a whole number is wanted, text found     | remove the quotes",
        "whole_number: five     | E003 1:15 r.whole_number        | a whole number is wanted, text found     | ",
        "whole_number: 1.5      | E003 1:15 r.whole_number        | a whole number is wanted, a number found | ",
        "whole_number: 3000000000 | E003 1:15 r.whole_number      | the number is too large                  | at most 2147483647",
        "big_number: 9223372036854775808 | E003 1:13 r.big_number | the number is too large                  | at most 9223372036854775807",
        "whole_number: !!int x  | E003 1:15 r.whole_number        | a whole number is wanted, a number found | ",
        "ratio: high            | E003 1:8 r.ratio                | a number is wanted, text found           | ",
        "decode_base64: yes     | E003 1:16 r.decode_base64       | true or false is wanted, text found      | write `true`",
        "decode_base64: 1       | E003 1:16 r.decode_base64       | true or false is wanted, a number found  | ",
        "level: hihg            | E003 1:8 r.level                | `hihg` is not known here                 | valid: 5xx, low, very-high",
        "level: very_hihg       | E003 1:8 r.level                | `very_hihg` is not known here            | did you mean `very-high`?",
        "level: LOW             | E003 1:8 r.level                | `LOW` is not known here                  | did you mean `low`?",
        "level: {}              | E003 1:1 r.level                | one word is wanted, a mapping found      | valid: 5xx, low, very-high",
        "words: one             | E003 1:8 r.words                | a list is wanted, text found             | write it as `[a, b]` or in lines that begin with `- `",
        "words: [a, 2]          | E003 1:12 r.words[1]            | text is wanted, a number found           | put it in quotes",
        "words: [a, ~]          | E003 1:12 r.words[1]            | text is wanted, nothing found            | ",
        "weights: [a]           | E003 1:1 r.weights              | a mapping is wanted, a list found        | ",
        "weights: {a: b}        | E003 1:14 r.weights.a           | a number is wanted, text found           | ",
        "inner: x               | E003 1:8 r.inner                | a mapping is wanted, text found          | keys: label, size",
        "inner: {colour: 1}     | E002 1:9 r.inner.colour         | unknown key `colour`                     | valid: label, size",
        "inner: {lable: x}      | E002 1:9 r.inner.lable          | unknown key `lable`                      | did you mean `label`?",
        "wholeNumber: 1         | E002 1:1 r.wholeNumber          | unknown key `wholeNumber`                | did you mean `whole_number`?",
        "inners: [{}, {size: -1}] | E003 1:21 r.inners[1].size    | must be 0 or more                        | ",
        "inner: {label: ''}     | E003 1:16 r.inner.label         | must not be empty                        | ",
        "text: odd              | E003 1:1 r                      | text and level do not fit                | ",
        "words: [a, bad]        | E003 1:12 r.words[1]            | is bad                                   | ",
      })
  void refusesWhatDoesNotFit(String yaml, String brief, String message, String suggestion) {
    assertThat(bind(yaml, All.class)).isNull();
    assertThat(problems.sorted()).extracting(Packs::brief).containsExactly(brief);
    assertThat(problems.sorted().getFirst().message()).isEqualTo(message);
    assertThat(problems.sorted().getFirst().suggestion()).isEqualTo(suggestion);
  }

  @Test
  void reportsAllProblemsOfARecordAtOnce() {
    assertThat(bind("text: 1\nratio: x\nnope: 1\ninner:\n  size: a\n  labl: b\n", All.class))
        .isNull();
    assertThat(problems.sorted())
        .extracting(Packs::brief)
        .containsExactly(
            "E003 1:7 r.text",
            "E003 2:8 r.ratio",
            "E002 3:1 r.nope",
            "E003 5:9 r.inner.size",
            "E002 6:3 r.inner.labl");
  }

  @Test
  void wantsPrimitivesToBePresent() {
    assertThat(bind("on: true", Primitives.class)).isNull();
    assertThat(problems.sorted())
        .extracting(Packs::brief)
        .containsExactly("E006 1:1 r.count", "E006 1:1 r.ratio", "E006 1:1 r.size");
    assertThat(bind("{count: 1, on: false, ratio: 2, size: 3}", Primitives.class))
        .isEqualTo(new Primitives(1, false, 2, 3));
  }

  @Test
  void wantsWhatIsMarkedAsRequiredAndShowsAnExample() {
    assertThat(bind("other: x", Wanted.class)).isNull();
    assertThat(problems.sorted())
        .singleElement()
        .satisfies(p -> assertThat(p.suggestion()).isEqualTo("for example `x-1`"));
  }

  @Test
  void knowsTheKeysThatTheCallerReads() {
    var root = tree("streaming_mod: realtime");

    assertThat(new RecordBinder(problems).bind(root, "r", Inner.class, Set.of("streaming_mode")))
        .isNull();
    assertThat(problems.sorted().getFirst().suggestion())
        .isEqualTo("did you mean `streaming_mode`?");
  }

  @Test
  void neverShowsAValueThatHasTheWrongType() {
    assertThat(
            bind(
                "inner: sk-live-1\nwords: sk-live-2\nratio: sk-live-3\ndecode_base64: sk-live-4",
                All.class))
        .isNull();
    assertThat(problems.sorted()).hasSize(4).noneMatch(p -> p.toString().contains("sk-live"));
  }

  @Test
  void failsLoudlyForATypeItDoesNotKnow() {
    assertThatThrownBy(() -> bind("thread: x", Unsupported.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("r.thread");
  }

  private <R extends Record> @Nullable R bind(String yaml, Class<R> type) {
    return new RecordBinder(problems).bind(tree(yaml), "r", type);
  }

  private Yaml.Mapping tree(String yaml) {
    return new YamlReader(problems).read("t.yaml", yaml.getBytes(StandardCharsets.UTF_8));
  }
}
