package io.keeptrusts.gateway.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.recorded.Replay.Got;
import io.keeptrusts.gateway.testing.Reply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What stands beside a text goes where the text goes: logprobs, token ids, complete things. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompanionsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Replay replay;

  @BeforeAll
  void start() {
    replay = Replay.withPolicies();
  }

  @AfterAll
  void stop() {
    replay.close();
  }

  private static String chunk(String delta, String more) {
    return """
        data: {"id":"own","model":"m","choices":[{"index":0,"delta":%s,"finish_reason":null%s}]}

        """
        .formatted(delta, more);
  }

  private static String finish(String more) {
    return chunk("{}", more).replace("\"finish_reason\":null", "\"finish_reason\":\"stop\"")
        + "data: [DONE]\n\n";
  }

  private List<JsonNode> stream(String body) {
    Got got = replay.ask("vllm", Reply.sse(body), true, false);
    assertThat(got.status()).as(got.body()).isEqualTo(200);
    return Tape.delivered(got.body());
  }

  @Test
  void aWholeTextIsCheckedHoweverMuchLongerItsSpellingIs() {
    // Its escapes take six bytes a character: the buffer must grow, what is read afterwards fits
    // the old one.
    StringBuilder escaped = new StringBuilder();
    "Write to mara.lind@example.org about the kettles of the north."
        .chars()
        .forEach(c -> escaped.append("\\u%04x".formatted(c)));
    String delta =
        "{\"content\":\"x \",\"annotations\":[{\"type\":\"note\",\"note\":\"%s\"}]}"
            .formatted(escaped);

    Got got = replay.ask("vllm", Reply.sse(chunk(delta, "") + finish("")), true, false);

    assertThat(got.body())
        .contains("EMAIL_REDACTED")
        .doesNotContain("mara")
        .doesNotContain("\\u006d\\u0061");
  }

  @Test
  void logprobsOfMaskedTextAreDroppedHoweverMuchIsMasked() {
    ArrayNode entries = JSON.createArrayNode();
    StringBuilder content = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      for (String token : new String[] {"to", " p%d@example.org".formatted(i), " and "}) {
        content.append(token);
        ObjectNode entry = entries.addObject().put("token", token).put("logprob", -1);
        entry.putNull("bytes").putArray("top_logprobs");
      }
    }
    ObjectNode answer = JSON.createObjectNode().put("id", "own").put("object", "chat.completion");
    ObjectNode choice =
        answer.putArray("choices").addObject().put("index", 0).put("finish_reason", "stop");
    choice.putObject("message").put("role", "assistant").put("content", content.toString());
    choice.putObject("logprobs").set("content", entries);

    Got got = replay.ask("vllm", Reply.json(200, answer.toString()), false, false);

    assertThat(got.body()).contains("EMAIL_REDACTED").doesNotContain("example.org");
  }

  @Test
  void tokenIdsOfMaskedTextAreDroppedAndTheOthersArriveWithTheirText() {
    List<JsonNode> events =
        stream(
            chunk("{\"reasoning\":\"Ask ma\"}", ",\"token_ids\":[1,2]")
                + chunk("{\"reasoning\":\"ra@exam\"}", ",\"token_ids\":[3]")
                + chunk("{\"reasoning\":\"ple.org \"}", ",\"token_ids\":[4]")
                + chunk("{\"reasoning\":\"to po\"}", ",\"token_ids\":[5]")
                + chunk("{\"reasoning\":\"ur. \"}", ",\"token_ids\":[6]")
                + chunk("{\"content\":\"Pour\"}", ",\"token_ids\":[7]")
                + finish(",\"token_ids\":[8]"));

    Heard heard = Heard.of(events);
    assertThat(heard.texts.get("0/reasoning")).isEqualTo("Ask [EMAIL_REDACTED] to pour. ");
    assertThat(heard.tokens.get("0/token_ids")).map(JsonNode::intValue).containsExactly(5, 6, 7, 8);
  }

  @Test
  void anIdThatMayBeHalfOfAMaskedCharacterIsDropped() {
    List<JsonNode> events =
        stream(
            chunk("{\"content\":\"\"}", ",\"token_ids\":[1]")
                + chunk("{\"content\":\"mara@example.org, \"}", ",\"token_ids\":[2]")
                + chunk("{\"content\":\"then \"}", ",\"token_ids\":[3]")
                + finish(",\"token_ids\":[4]"));

    assertThat(Heard.of(events).tokens.get("0/token_ids"))
        .map(JsonNode::intValue)
        .containsExactly(3, 4);
  }

  @Test
  void anIdThatMayBeHalfOfAMaskedCharacterIsDroppedAlsoWhereTheTextEnds() {
    String last = chunk("{\"content\":\"mara@example.org\"}", ",\"token_ids\":[2]");
    List<JsonNode> events =
        stream(
            chunk("{\"content\":\"\"}", ",\"token_ids\":[1]")
                + last.replace("\"finish_reason\":null", "\"finish_reason\":\"stop\"")
                + "data: [DONE]\n\n");

    Heard heard = Heard.of(events);
    assertThat(heard.texts.get("0/content")).isEqualTo("[EMAIL_REDACTED]");
    assertThat(heard.tokens).isEmpty();
  }

  @Test
  void logprobsOfAVendorsOwnChannelGoWhereItsTextGoes() {
    StringBuilder stream = new StringBuilder();
    for (String token : new String[] {"Ask", " mara", "@exam", "ple", ".org", " or", " wait"}) {
      String entry =
          "{\"token\":\"%s\",\"logprob\":-1,\"bytes\":null,\"top_logprobs\":[]}".formatted(token);
      String logprobs = ",\"logprobs\":{\"reasoning_content\":[" + entry + "]}";
      stream.append(chunk("{\"reasoning_content\":\"%s\"}".formatted(token), logprobs));
    }

    Heard heard = Heard.of(stream(stream + finish("")));

    assertThat(heard.texts.get("0/reasoning_content")).isEqualTo("Ask [EMAIL_REDACTED] or wait");
    assertThat(heard.logprobs.get("0/reasoning_content"))
        .map(entry -> entry.path("token").asText())
        .containsExactly("Ask", " or", " wait");
  }

  @Test
  void logprobsLeaveBeforeAFinishChunkThatHasNoPlaceForThem() {
    String entry = "{\"token\":\"%s\",\"logprob\":-1,\"bytes\":null,\"top_logprobs\":[]}";
    List<JsonNode> events =
        stream(
            chunk(
                    "{\"content\":\"hot\"}",
                    ",\"logprobs\":{\"content\":[" + entry.formatted("hot") + "]}")
                + chunk("{\"content\":\"ter\"}", "")
                    .replace("\"finish_reason\":null", "\"finish_reason\":\"stop\"")
                + "data: [DONE]\n\n");

    Heard heard = Heard.of(events);
    assertThat(heard.texts.get("0/content")).isEqualTo("hotter");
    assertThat(heard.logprobs.get("0/content"))
        .map(at -> at.path("token").asText())
        .containsExactly("hot");
    assertThat(heard.disorder).isEmpty();
  }

  @Test
  void aVendorsMarkOnEveryChunkIsNoTextInPieces() {
    List<JsonNode> events =
        stream(
            chunk("{\"reasoning\":\"The\",\"channel\":\"analysis\"}", "")
                + chunk("{\"reasoning\":\" user\",\"channel\":\"analysis\"}", "")
                + chunk("{\"content\":\"Tea. \",\"channel\":\"final\"}", "")
                + finish(""));

    List<String> channels = new ArrayList<>();
    events.forEach(
        event -> event.findValues("channel").forEach(value -> channels.add(value.asText())));
    assertThat(channels).containsExactly("analysis", "analysis", "final");
  }
}
