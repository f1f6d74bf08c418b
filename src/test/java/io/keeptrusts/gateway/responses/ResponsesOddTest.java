package io.keeptrusts.gateway.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.exchange.GatewayException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What vendors do that OpenAI does not, and what comes seldom. */
class ResponsesOddTest {
  private static final InMemory OPEN = new InMemory("");
  private static final InMemory CHECKED = new InMemory("pii-detector");
  private static final InMemory BUFFERED = new InMemory("quality-scorer, pii-detector");
  private static final String AT = "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0";

  private static String blocked(String stream) {
    return org.assertj.core.api.Assertions.catchThrowableOfType(
            GatewayException.class, () -> CHECKED.stream(stream))
        .error()
        .code();
  }

  private static String message(String text) {
    return "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\""
        + text
        + "\"}]}";
  }

  @Test
  void textThatComesInItsDoneEventOnlyIsMasked() {
    String stream =
        Told.begin()
            .event("response.output_text.done", AT + ",\"text\":\"Ask jane.doe@example.com\"")
            .done(message("Ask jane.doe@example.com"))
            .completed();
    assertThat(CHECKED.stream(stream))
        .isEqualTo(stream.replace("jane.doe@example.com", "[EMAIL_REDACTED]"));
    assertThat(BUFFERED.stream(stream))
        .isEqualTo(stream.replace("jane.doe@example.com", "[EMAIL_REDACTED]"));
  }

  @Test
  void textThatComesInTheTerminalEventOnlyIsMasked() {
    String item = message("Ask jane.doe@example.com");
    String stream =
        Told.begin()
            .event(
                "response.completed",
                "\"response\":{\"status\":\"completed\",\"output\":[" + item + "]}")
            .cut();
    assertThat(CHECKED.stream(stream))
        .isEqualTo(stream.replace("jane.doe@example.com", "[EMAIL_REDACTED]"));
  }

  @Test
  void textThatBeginsInAnAddedEventGoesOnInTheDeltas() {
    String stream =
        Told.begin()
            .event(
                "response.content_part.added",
                AT + ",\"part\":{\"type\":\"output_text\",\"text\":\"Ask jane.d\"}")
            .event("response.output_text.delta", AT + ",\"delta\":\"oe@example.com\"")
            .event("response.output_text.done", AT + ",\"text\":\"Ask jane.doe@example.com\"")
            .completed();
    Heard got = Heard.of(CHECKED.stream(stream));
    assertThat(got.events().get(2).at("/part/text").asText()).isEqualTo("Ask ");
    assertThat(got.texts()).containsValue("[EMAIL_REDACTED]");
    assertThat(got.dones()).containsValue("Ask [EMAIL_REDACTED]");
    got.assertNumbered();
  }

  @Test
  void whatIsHeldLeavesInADeltaBeforeTheDoneEventOfItsChannel() {
    String stream =
        Told.begin()
            .event(
                "response.output_text.delta",
                AT + ",\"delta\":\"Ask jane\",\"logprobs\":[],\"obfuscation\":\"x1\"")
            .event("response.output_text.done", AT + ",\"text\":\"Ask jane\"")
            .completed();
    Heard got = Heard.of(CHECKED.stream(stream));
    assertThat(got.events())
        .extracting(event -> event.path("type").asText())
        .containsExactly(
            "response.created",
            "response.in_progress",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.done",
            "response.completed");
    JsonNode tail = got.events().get(3);
    assertThat(tail.toString())
        .isEqualTo(
            "{\"type\":\"response.output_text.delta\",\"sequence_number\":3,"
                + AT
                + ",\"delta\":\"jane\",\"logprobs\":[]}");
    got.assertNumbered();
  }

  @Test
  void channelsDoNotWaitForEachOther() {
    String stream =
        Told.begin()
            .event("response.output_text.delta", AT + ",\"delta\":\"jane.d\"")
            .event(
                "response.output_text.delta",
                AT.replace("output_index\":0", "output_index\":1") + ",\"delta\":\"Other. \"")
            .event("response.output_text.delta", AT + ",\"delta\":\"oe@example.com\"")
            .completed();
    Heard got = Heard.of(CHECKED.stream(stream));
    assertThat(got.events().get(2).path("delta").asText()).isEqualTo("Other. ");
    assertThat(got.texts().values()).containsExactly("[EMAIL_REDACTED]", "Other. ");
  }

  @Test
  void itemsThatAllHaveTheSameIndexLoseNothing() {
    Told told = Told.begin();
    for (String text : new String[] {"One. ", "Two. "}) {
      told.event(
              "response.output_item.added",
              "\"output_index\":0,\"item\":{\"type\":\"message\",\"content\":[]}")
          .event("response.output_text.delta", AT + ",\"delta\":\"" + text + "\"")
          .event("response.output_text.done", AT + ",\"text\":\"" + text + "\"")
          .event("response.output_item.done", "\"output_index\":0,\"item\":" + message(text));
    }
    String stream = told.completed();
    assertThat(CHECKED.stream(stream)).isEqualTo(stream);
  }

  @Test
  void textAfterTheEndOfItsPartIsDropped() {
    String stream =
        Told.begin()
            .event("response.output_text.delta", AT + ",\"delta\":\"Said. \"")
            .event("response.output_text.done", AT + ",\"text\":\"Said. \"")
            .event("response.output_text.delta", AT + ",\"delta\":\"Late. \"")
            .completed();
    Heard got = Heard.of(CHECKED.stream(stream));
    assertThat(got.texts()).containsValue("Said. ");
    got.assertNumbered();
  }

  @Test
  void unknownEventsPassAndTheirTextIsChecked() {
    String stream =
        Told.begin()
            .event(
                "response.dream.delta",
                "\"output_index\":0,\"dream_index\":2,\"delta\":\"Of jane.d\"")
            .event(
                "response.dream.delta",
                "\"output_index\":0,\"dream_index\":3,\"delta\":\"Sheep. \"")
            .event(
                "response.dream.delta",
                "\"output_index\":0,\"dream_index\":2,\"delta\":\"oe@example.com\"")
            .event(
                "response.shell_call_output_content.delta",
                "\"output_index\":1,\"command_index\":0,\"delta\":{\"stdout\":\"jane.d\"}")
            .event(
                "response.shell_call_output_content.delta",
                "\"output_index\":1,\"command_index\":0,\"delta\":{\"stdout\":\"oe@example.com\"}")
            .event(
                "response.dream.delta", "\"output_index\":0,\"dream_index\":2,\"delta\":\" and\"")
            .event(
                "response.dream.done",
                "\"output_index\":0,\"dream_index\":2,\"tale\":\"Of jane.doe@example.com and\"")
            .event(
                "response.dream.ended",
                "\"moral\":{\"of\":[\"jane.doe@example.com\"]},\"fine\":true")
            .completed();
    assertThat(OPEN.stream(stream)).isEqualTo(stream);
    Heard got = Heard.of(CHECKED.stream(stream));
    assertThat(got.texts()).containsValues("Of [EMAIL_REDACTED] and", "Sheep. ");
    got.assertNumbered();
    assertThat(got.events())
        .extracting(event -> event.path("type").asText())
        .containsSequence("response.dream.delta", "response.dream.done", "response.dream.ended");
    assertThat(CHECKED.stream(stream))
        .contains("\"tale\":\"Of [EMAIL_REDACTED] and\"")
        .contains("\"delta\":{\"stdout\":\"[EMAIL_REDACTED]\"}")
        .contains("\"moral\":{\"of\":[\"[EMAIL_REDACTED]\"]},\"fine\":true")
        .doesNotContain("jane", "example.com");
  }

  @Test
  void streamsWithoutNumbersOrEventLinesStayWithoutNumbers() {
    String stream =
        Told.begin()
            .text("Ask jane.d", "oe@example.com")
            .completed()
            .replaceAll("\"sequence_number\":\\d+,", "")
            .replaceAll("event: .*\n", "");
    String got = CHECKED.stream(stream + "data: [DONE]\n\n");
    assertThat(got)
        .doesNotContain("sequence_number")
        .doesNotContain("[DONE]")
        .doesNotContain("jane")
        .contains("event: response.completed\n");
  }

  @Test
  void aStreamWithoutItsTerminalEventFails() {
    assertThatThrownBy(() -> OPEN.stream(Told.begin().text("Hi.").cut() + "data: [DONE]\n\n"))
        .isInstanceOf(GatewayException.class);
  }

  @Test
  void namesAndIdsThatWouldHaveToChangeBlock() {
    assertThat(blocked(Told.begin().call("jane.doe@example.com", "{}").completed()))
        .isEqualTo("output_blocked");
    assertThat(
            blocked(Told.begin().text("Hi. ").completed().replace("msg_1", "jane.doe@example.com")))
        .isEqualTo("output_blocked");
    assertThat(blocked(Told.begin().call("mail", "{\\\"jane.doe@example.com\\\":1}").completed()))
        .isEqualTo("output_blocked");
    assertThat(
            blocked(
                Told.begin()
                    .text("Hi. ")
                    .completed()
                    .replace("\"metadata\":{}", "\"metadata\":{\"jane.doe@example.com\":1}")))
        .isEqualTo("output_blocked");
  }

  private static String entry(String token) {
    return "{\"token\":\"" + token + "\",\"logprob\":-0.5,\"top_logprobs\":[]}";
  }

  @Test
  void logprobsTravelWithTheirCharactersAndAreDroppedWithThem() {
    String all =
        String.join(
            ",", List.of(entry("Ask "), entry("jane.doe"), entry("@example.com"), entry(" now")));
    String part =
        "{\"type\":\"output_text\",\"text\":\"Ask jane.doe@example.com now\",\"logprobs\":["
            + all
            + "]}";
    String stream =
        Told.begin()
            .event(
                "response.output_text.delta",
                AT + ",\"delta\":\"Ask \",\"logprobs\":[" + entry("Ask ") + "]")
            .event(
                "response.output_text.delta",
                AT + ",\"delta\":\"jane.doe\",\"logprobs\":[" + entry("jane.doe") + "]")
            .event(
                "response.output_text.delta",
                AT + ",\"delta\":\"@example.com\",\"logprobs\":[" + entry("@example.com") + "]")
            .event(
                "response.output_text.delta",
                AT + ",\"delta\":\" now\",\"logprobs\":[" + entry(" now") + "]")
            .event(
                "response.output_text.done",
                AT + ",\"logprobs\":[" + all + "],\"text\":\"Ask jane.doe@example.com now\"")
            .event("response.content_part.done", AT + ",\"part\":" + part)
            .completed();
    String got = CHECKED.stream(stream);
    assertThat(got).doesNotContain("jane", "example.com");
    String left = "\"logprobs\":[" + entry("Ask ") + "," + entry(" now") + "]";
    Heard heard = Heard.of(got);
    assertThat(heard.texts()).containsValue("Ask [EMAIL_REDACTED] now");
    StringBuilder tokens = new StringBuilder();
    heard.events().stream()
        .filter(event -> event.path("type").asText().endsWith("text.delta"))
        .forEach(
            event ->
                event.path("logprobs").forEach(each -> tokens.append(each.path("token").asText())));
    assertThat(tokens).hasToString("Ask  now");
    assertThat(got.split("\n"))
        .filteredOn(line -> line.contains(".done\","))
        .hasSize(2)
        .allMatch(line -> line.contains(left));
    assertThat(OPEN.stream(stream)).isEqualTo(stream);
  }

  @Test
  void logprobsThatSpellSomethingElseAreDropped() {
    String stream =
        Told.begin()
            .event(
                "response.output_text.delta",
                AT + ",\"delta\":\"Hi. \",\"logprobs\":[" + entry("jane.doe@example.com") + "]")
            .event(
                "response.output_text.done",
                AT + ",\"text\":\"Hi. \",\"logprobs\":[" + entry("jane.doe@example.com") + "]")
            .completed();
    assertThat(CHECKED.stream(stream))
        .doesNotContain("jane")
        .contains("\"delta\":\"Hi. \",\"logprobs\":[]")
        .contains("\"text\":\"Hi. \",\"logprobs\":[]");
  }

  @Test
  void imagesAreNotText() {
    String image =
        "{\"type\":\"image_generation_call\",\"status\":\"completed\",\"result\":\""
            + "iVBORw0KGgo4111111111111111".repeat(50)
            + "\"}";
    String stream =
        Told.begin()
            .event(
                "response.image_generation_call.partial_image",
                "\"partial_image_b64\":\"iVBORw0KGgo4111111111111111\"")
            .done(image)
            .completed();
    assertThat(CHECKED.stream(stream)).isEqualTo(stream);
  }

  @Test
  void bytesThatAreNoEventAreAFailure() {
    assertThatThrownBy(() -> OPEN.stream("data: {oops\n\n"))
        .asInstanceOf(type(GatewayException.class))
        .satisfies(failure -> assertThat(failure.error().status()).isEqualTo(502));
  }
}
