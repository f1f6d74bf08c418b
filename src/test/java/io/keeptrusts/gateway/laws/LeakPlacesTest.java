package io.keeptrusts.gateway.laws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.laws.Walls.Delivered;
import io.keeptrusts.gateway.laws.Walls.Rules;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** L2 where no honest provider puts a text: places that a stream's own channels do not reach. */
class LeakPlacesTest {
  private static final String SECRET = "jane.doe@example.com";
  private static final String SECRET_BYTES =
      "[106,97,110,101,46,100,111,101,64,101,120,97,109,112,108,101,46,99,111,109]";
  private static final Rules RULES = Walls.rules(Walls.pii(), Walls.dlp());

  /** {@code delta} and what stands beside it in the choice. */
  private static String chunk(String delta, String beside) {
    return """
        {"id":"chatcmpl-lab","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":%s%s}]}"""
        .formatted(delta, beside.isEmpty() ? "" : "," + beside);
  }

  private static final String END = chunk("{}", "\"finish_reason\":\"stop\"");

  private static Delivered run(String... frames) {
    return Walls.run(RULES.wall(), true, Rendering.reads(List.of(frames), new Random(1)));
  }

  private static String out(Delivered delivered) {
    StringBuilder out = new StringBuilder();
    delivered.frames().forEach(frame -> out.append(new String(frame, UTF_8)).append('\n'));
    return out.toString();
  }

  private static void isSilent(Delivered delivered) {
    assertThat(out(delivered))
        .doesNotContain("jane")
        .doesNotContain("example.com")
        .doesNotContain("106,97,110")
        .doesNotContain("106, 97");
  }

  @ParameterizedTest
  @ValueSource(ints = {120, 255, 256, 257, 700, 5000})
  void aLongTextOutsideTheChannelsIsCheckedItself(int length) {
    String text = "数".repeat(length / 3) + " ";

    Delivered delivered =
        run(
            chunk(
                "{\"content\":\"hi \",\"annotations\":[{\"title\":\"" + text + SECRET + "\"}]}",
                ""),
            chunk("{\"content\":\"ho \"}", "\"note\":\"" + text + text + SECRET + "\""),
            END);

    assertThat(delivered.error()).isNull();
    isSilent(delivered);
    assertThat(out(delivered))
        .contains("\"" + text + "[EMAIL_REDACTED]\"")
        .contains("\"" + text + text + "[EMAIL_REDACTED]\"");
  }

  @Test
  void logprobsWhoseTokenIsNotWhatItsBytesSpellAreDropped() {
    String entry =
        "{\"token\":\"" + SECRET + "\",\"logprob\":-1,\"bytes\":[104,105,32],\"top_logprobs\":[]}";
    isSilent(
        run(chunk("{\"content\":\"hi \"}", "\"logprobs\":{\"content\":[" + entry + "]}"), END));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"token\":\"x\",\"logprob\":-1,\"bytes\":" + SECRET_BYTES + "}",
        "{\"token\":\"x\",\"logprob\":-1,\"bytes\":null,\"decoded\":\"" + SECRET + "\"}",
        "{\"token\":\"x\",\"logprob\":\"" + SECRET + "\",\"bytes\":null}",
        "\"" + SECRET + "\"",
        "{\"token\":\"x\",\"" + SECRET + "\":1}",
      })
  void alternativesHoldNothingButTheirToken(String alternative) {
    String entry =
        "{\"token\":\"hi \",\"logprob\":-1,\"bytes\":null,\"top_logprobs\":[" + alternative + "]}";
    isSilent(
        run(chunk("{\"content\":\"hi \"}", "\"logprobs\":{\"content\":[" + entry + "]}"), END));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"token\":\"hi \",\"logprob\":\"" + SECRET + "\",\"bytes\":null,\"top_logprobs\":[]}",
        "{\"token\":\"hi \",\"logprob\":-1,\"bytes\":\"" + SECRET + "\",\"top_logprobs\":[]}",
        "{\"token\":\"hi \",\"logprob\":-1,\"bytes\":null,\"top_logprobs\":\"" + SECRET + "\"}",
        "{\"token\":\"hi \",\"token\":\""
            + SECRET
            + "\",\"logprob\":-1,\"bytes\":null,\"top_logprobs\":[]}",
      })
  void entriesHoldNothingButWhatIsDocumented(String entry) {
    isSilent(
        run(chunk("{\"content\":\"hi \"}", "\"logprobs\":{\"content\":[" + entry + "]}"), END));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"" + SECRET + "\":\"x\"}",
        "{\"vendor\":{\"" + SECRET + "\":\"x\"}}",
        "{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"" + SECRET + "\":\"x\"}]}",
        "{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\",\""
            + SECRET
            + "\":\"x\"}}]}",
        "{\"function_call\":{\"name\":\"f\",\"" + SECRET + "\":\"x\"}}",
      })
  void aKeyThatMatchesBlocks(String delta) {
    Delivered delivered = run(chunk(delta, ""), END);
    isSilent(delivered);
    assertThat(delivered.error()).isNotNull();
    assertThat(delivered.error().code()).isEqualTo("output_blocked");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"content\":\" \",\"content\":\"jane.doe@\"}",
        "{\"content\":\" \",\"con\\u0074ent\":\"jane.doe@\"}",
        "{\"note\":\" \",\"note\":\"jane.doe@\"}",
        "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\" \",\"arguments\":\"jane.doe@\"}}]}",
      })
  void aMemberThatStandsTwiceIsRefused(String delta) {
    // A client takes the last of both: what it puts together is not what was checked.
    Delivered delivered =
        run(chunk(delta, ""), chunk(delta.replace("jane.doe@", "example.com"), ""), END);

    isSilent(delivered);
    assertThat(delivered.error()).isNotNull();
    assertThat(delivered.error().code()).isEqualTo("upstream_error");
  }

  @Test
  void aNameInPiecesIsCheckedAsAWhole() {
    String call = "{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"%s\"}}]}";

    Delivered delivered =
        run(chunk(call.formatted("jane.doe@"), ""), chunk(call.formatted("example.com"), ""), END);

    assertThat(out(delivered)).doesNotContain("example.com");
    assertThat(delivered.error()).isNotNull();
    assertThat(delivered.error().code()).isEqualTo("output_blocked");
  }

  @Test
  void tokenIdsOfTextThatComesTooLateAreDropped() {
    Delivered delivered =
        run(
            chunk("{\"content\":\"hi \"}", "\"token_ids\":[11]"),
            END,
            chunk("{\"content\":\"" + SECRET + "\"}", "\"token_ids\":[777001]"));
    isSilent(delivered);
    assertThat(out(delivered)).contains("[11]").doesNotContain("777001");
  }

  @Test
  void tokenIdsBesideNoTextAreDropped() {
    Delivered delivered =
        run(
            chunk("{\"content\":\"hi \"}", "\"token_ids\":[11]"),
            chunk(
                "{\"content\":\"\"}",
                "\"token_ids\":[777001]"), // of text that waits in the provider
            chunk("{\"content\":\"" + SECRET + " \"}", "\"token_ids\":[777002]"),
            END);
    isSilent(delivered);
    assertThat(out(delivered)).contains("[11]").doesNotContain("777001").doesNotContain("777002");
  }

  @Test
  void logprobsOfHeldTextArriveAlsoWhenTheNextFramesHaveNone() {
    String entry = "{\"token\":\"word\",\"logprob\":-1,\"bytes\":null,\"top_logprobs\":[]}";
    Delivered delivered =
        run(
            chunk("{\"content\":\"word\"}", "\"logprobs\":{\"content\":[" + entry + "]}"),
            chunk("{\"content\":\"\"}", "\"finish_reason\":\"stop\""));
    assertThat(Client.frames(delivered.frames()).text("0/content")).isEqualTo("word");
    assertThat(out(delivered)).contains(entry);
  }
}
