package io.keeptrusts.gateway.policy.text;

import static io.keeptrusts.gateway.policy.text.Checks.CARD;
import static io.keeptrusts.gateway.policy.text.Checks.EMAIL;
import static io.keeptrusts.gateway.policy.text.Checks.all;
import static io.keeptrusts.gateway.policy.text.Checks.block;
import static io.keeptrusts.gateway.policy.text.Checks.end;
import static io.keeptrusts.gateway.policy.text.Checks.feed;
import static io.keeptrusts.gateway.policy.text.Checks.pieces;
import static io.keeptrusts.gateway.policy.text.Checks.redact;
import static io.keeptrusts.gateway.policy.text.Checks.rules;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.text.Masking.Format;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTextTest {
  private static final TextRules RULES = rules(redact(EMAIL), redact(CARD));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"to": "a@b.io"}                             | {"to": "[EMAIL_REDACTED]"}
          {"to": ["a@b.io", "see c@d.eu!"]}            | {"to": ["[EMAIL_REDACTED]", "see [EMAIL_REDACTED]!"]}
          {"to": "a\\u0040b.io"}                       | {"to": "[EMAIL_REDACTED]"}
          {"to": "\\u0022a@b.io\\n\\/"}                | {"to": "\\u0022[EMAIL_REDACTED]\\n\\/"}
          {"n": 4111111111111111}                      | {"n": "[CARD_REDACTED]"}
          {"n":-4111111111111111 , "m" : 1}            | {"n":"[CARD_REDACTED]" , "m" : 1}
          [4111111111111111,true]                      | ["[CARD_REDACTED]",true]
          4111111111111111                             | "[CARD_REDACTED]"
          "a@b.io"                                     | "[EMAIL_REDACTED]"
          "4111 1111","1111 1111"                      | "4111 1111","1111 1111"
          {"x":"{\\"to\\":\\"a@b.io\\"}"}              | {"x":"{\\"to\\":\\"[EMAIL_REDACTED]\\"}"}
          {"x":" [\\"a\\\\u0040b.io\\",4111111111111111]"} | {"x":" [\\"[EMAIL_REDACTED]\\",\\"[CARD_REDACTED]\\"]"}
          {"x":"{\\"y\\":\\"[\\\\\\"a@b.io\\\\\\"]\\"}"} | {"x":"{\\"y\\":\\"[\\\\\\"[EMAIL_REDACTED]\\\\\\"]\\"}"}
          {"x":"[link](mail a@b.io) \\"y\\""}          | {"x":"[link](mail [EMAIL_REDACTED]) \\"y\\""}
          {"x":"{a@b.io"}                              | {"x":"{[EMAIL_REDACTED]"}
          {"x":"[4111 1111 1111 1111]"}                | {"x":"[[CARD_REDACTED]]"}
          {"x":"[1] 4111 1111 1111 1111"}              | {"x":"[1] [CARD_REDACTED]"}
          """)
  void texts_in_json_are_checked_as_they_read_and_keep_their_spelling(
      String arguments, String delivered) {
    assertThat(all(RULES.arguments(), arguments)).isEqualTo(delivered);
    assertThat(all(RULES.arguments(), pieces(arguments, 1))).isEqualTo(delivered);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          mail a@b.io                          | mail [EMAIL_REDACTED]
          {'to': 'a@b.io'}                     | {'to': '[EMAIL_REDACTED]'}
          {"to": a@b.io}                       | {"to": [EMAIL_REDACTED]}
          {"to": true@b.io}                    | {"to": [EMAIL_REDACTED]}
          {"to": null.x@b.io}                  | {"to": [EMAIL_REDACTED]}
          {"to": "x"} a@b.io "c@d.eu"          | {"to": "x"} [EMAIL_REDACTED] "[EMAIL_REDACTED]"
          {"a":1}{"to":"a@b.io"}               | {"a":1}{"to":"[EMAIL_REDACTED]"}
          [4111 1111 1111 1111]                | [[CARD_REDACTED]]
          4111 1111 1111 1111                  | [CARD_REDACTED]
          {"n": 4111-1111-1111-1111}           | {"n": [CARD_REDACTED]}
          {"to": "x\\u00zza@b.io"}             | {"to": "x\\[EMAIL_REDACTED]"}
          {"to": "\\qa@b.io"}                  | {"to": "[EMAIL_REDACTED]"}
          {"to": "a@b.io                       | {"to": "[EMAIL_REDACTED]
          {"to": "x\\u00                       | {"to": "x\\u00
          {"n": 4111111111111111               | {"n": "[CARD_REDACTED]"
          {"n": 4111111111111111.              | {"n": [CARD_REDACTED].
          [1,] a@b.io                          | [1,] [EMAIL_REDACTED]
          ]a@b.io                              | ][EMAIL_REDACTED]
          """)
  void what_stops_being_json_is_checked_as_plain_text(String arguments, String delivered) {
    assertThat(all(RULES.arguments(), arguments)).isEqualTo(delivered);
    assertThat(all(RULES.arguments(), pieces(arguments, 1))).isEqualTo(delivered);
  }

  @Test
  void a_raw_line_end_in_a_string_is_taken_as_text() {
    assertThat(all(RULES.arguments(), "{\"x\":\"a@b.io\nc\"}"))
        .isEqualTo("{\"x\":\"[EMAIL_REDACTED]\nc\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a@b.io\":1}",
        "{\"x\":[{\"\\u0061@b.io\":1}]}",
        "{\"x\":\"{\\\"a@b.io\\\":1}\"}"
      })
  void a_match_in_a_key_blocks(String arguments) {
    var check = RULES.arguments();
    var out = all(check, pieces(arguments, 1));
    assertThat(check.blocked()).isEqualTo(new Hit("pii-detector", Action.BLOCK, "EMAIL"));
    assertThat(arguments).startsWith(out);
    assertThat(out).endsWith("\"");
  }

  @Test
  void a_blocking_rule_ends_the_arguments_before_its_match() {
    var check = rules(block("dlp-filter", Rule.of("CODE", "falcon"))).arguments();
    assertThat(all(check, "{\"a\":1,\"b\":\"the fal", "con lands\",\"c\":2}"))
        .isEqualTo("{\"a\":1,\"b\":\"the ");
    assertThat(check.blocked()).isEqualTo(new Hit("dlp-filter", Action.BLOCK, "CODE"));
  }

  @Test
  void punctuation_and_words_leave_at_once_and_a_number_when_it_ends() {
    var check = RULES.arguments();
    assertThat(feed(check, "{\"city\": \"Oslo, ")).isEqualTo("{\"city\": \"Oslo, ");
    assertThat(check.held()).isZero();
    assertThat(feed(check, "Norway\", \"n\": 12")).isEqualTo("Norway\", \"n\": ");
    assertThat(check.held()).isEqualTo(2);
    assertThat(feed(check, "34}")).isEqualTo("1234}");
    assertThat(end(check)).isEmpty();
  }

  @Test
  void an_escape_leaves_whole() {
    var check = RULES.arguments();
    assertThat(feed(check, "[\"! \\ud8")).isEqualTo("[\"! ");
    assertThat(feed(check, "3d\\ud")).isEmpty();
    assertThat(check.held()).isEqualTo(9);
    assertThat(feed(check, "e00 ")).isEqualTo("\\ud83d\\ude00 ");
  }

  @Test
  void markers_are_escaped_as_often_as_they_are_quoted() {
    var quoted = new Masking(Format.LABEL, false, Map.of("EMAIL", "\"x\\"));
    var rules = rules(redact(EMAIL, quoted));
    assertThat(all(rules.arguments(), "[\"a@b.io\"]")).isEqualTo("[\"\\\"x\\\\\"]");
    assertThat(all(rules.arguments(), "[\"[\\\"a@b.io\\\"]\"]"))
        .isEqualTo("[\"[\\\"\\\\\\\"x\\\\\\\\\\\"]\"]");
  }

  @Test
  void positions_count_the_characters_of_the_arguments() {
    var check = RULES.arguments();
    feed(check, "[\"\\u0061@b.io\", 1]");
    assertThat(check.masked(1, 2)).isFalse();
    assertThat(check.masked(2, 3)).isTrue();
    assertThat(check.masked(12, 13)).isTrue();
    assertThat(check.masked(13, 17)).isFalse();
    assertThat(check.decided()).isEqualTo(18);
  }

  @Test
  void a_number_too_long_to_hold_is_text() {
    var check = RULES.arguments();
    assertThat(all(check, pieces("[1" + "0".repeat(300) + ", \"a@b.io\"]", 7)))
        .startsWith("[")
        .endsWith(", \"[EMAIL_REDACTED]\"]");
    assertThat(check.held()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a word, ",
        "\\u0061",
        "7",
        " ",
        "[",
        "{\\\"",
        "\\\\\\\"",
        "a@b.io ",
        "\\ud83d\\ude00"
      })
  void time_and_memory_do_not_grow_with_the_length_of_arguments(String unit) {
    var inside = "[1 ,\"" + unit.repeat(1_000_000 / unit.length());
    var bare = "[1 " + unit.repeat(1_000_000 / unit.length());
    assertTimeoutPreemptively(
        ofSeconds(20),
        () -> {
          for (var text : new String[] {inside, bare}) {
            var check = rules(redact(CARD), redact(EMAIL)).arguments();
            var out = new StringBuilder();
            var chars = text.toCharArray();
            for (int i = 0; i < chars.length; i += 4) {
              int to = Math.min(i + 4, chars.length);
              if (check.feed(chars, i, to, out)) out.append(chars, i, to - i);
              assertThat(check.held()).isLessThan(2000);
            }
            check.end(out);
            assertThat(check.blocked()).isNull();
            assertThat(check.decided()).isEqualTo(chars.length);
          }
        });
  }
}
