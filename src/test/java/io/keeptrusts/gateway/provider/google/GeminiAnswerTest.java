package io.keeptrusts.gateway.provider.google;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.provider.ProviderFailure.Kind;
import io.keeptrusts.gateway.testing.Splits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of what Gemini answers. */
class GeminiAnswerTest {

  private static String fixture(String name) throws IOException {
    try (var in = GeminiAnswerTest.class.getResourceAsStream("/google/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String event(String candidate) {
    return "data: {\"candidates\":[" + candidate + "],\"responseId\":\"R\"}\r\n\r\n";
  }

  private static String text(String text, String more) {
    return event("{\"content\":{\"parts\":[{\"text\":\"" + text + "\"}]}" + more + "}");
  }

  @Test
  void textUsageAndTheEnvelopeAreTold() throws IOException {
    Heard heard = Heard.stream(fixture("text.sse"));

    assertThat(heard.message().path("content").asText()).isEqualTo("Grüße aus Łódź 🚲.");
    assertThat(heard.finish()).isEqualTo("stop");
    assertThat(heard.completion().path("id").asText()).isEqualTo("chatcmpl-R1");
    assertThat(heard.completion().path("model").asText()).isEqualTo("gemini-2.5-flash");
    assertThat(heard.frames.getFirst().path("created").asLong()).isEqualTo(1777924862L);
    assertThat(heard.completion().path("usage"))
        .isEqualTo(
            Heard.JSON.readTree(
                """
                {"prompt_tokens":22,"completion_tokens":47,"total_tokens":69,
                 "prompt_tokens_details":{"cached_tokens":8},"completion_tokens_details":{"reasoning_tokens":40}}"""));
  }

  @Test
  void eachPieceIsToldWhenItComesAndTheFinishAtTheEnd() throws IOException {
    Heard heard = Heard.stream(fixture("text.sse"));

    List<String> deltas =
        heard.frames.stream().map(frame -> frame.at("/choices/0/delta").toString()).toList();
    assertThat(deltas)
        .containsExactly(
            "{\"role\":\"assistant\",\"content\":\"Grüße aus \"}",
            "{\"content\":\"Łódź\"}",
            "{\"content\":\" 🚲.\"}",
            "{}",
            "");
  }

  @Test
  void thoughtsToolCallsAndSignaturesAreTold() throws IOException {
    Heard heard = Heard.stream(fixture("tools.sse"));

    assertThat(heard.message())
        .isEqualTo(
            Heard.JSON.readTree(
                """
                {"role":"assistant","content":"One moment.","refusal":null,"reasoning_content":"I weigh both.","tool_calls":[
                  {"id":"call_R2_0","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Łódź\\",\\"share\\":1.10}"},
                   "extra_content":{"google":{"thought_signature":"c2ln"}}},
                  {"id":"call_R2_1","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Graz\\"}"}},
                  {"id":"9x","type":"function","function":{"name":"clock","arguments":"{}"}}],
                 "extra_content":{"google":{"thought_signature":"ZW5k"}}}"""));
    assertThat(heard.finish()).isEqualTo("tool_calls");
  }

  @Test
  void argumentsThatComeInPiecesArePutTogether() throws IOException {
    Heard heard = Heard.stream(fixture("pieces.sse"));

    assertThat(heard.message().path("tool_calls").findValuesAsText("arguments"))
        .containsExactly(
            "{\"items\":[{\"name\":\"tea\"},{\"a b\":2.50}],\"gift\":false,\"note\":null}", "{}");
    assertThat(heard.message().at("/tool_calls/0/extra_content/google/thought_signature").asText())
        .isEqualTo("c2ln");
    assertThat(heard.finish()).isEqualTo("tool_calls");
  }

  @ParameterizedTest
  @ValueSource(strings = {"$.a[99999]", "$", "a", "$.a[x]", "$.a[", "$.a['b"})
  void aPieceOfAnArgumentThatFitsNowhereIsAFailure(String path) {
    String call =
        "{\"functionCall\":{\"name\":\"f\",\"partialArgs\":[{\"jsonPath\":\""
            + path
            + "\",\"stringValue\":\"x\"}]}}";

    Heard heard =
        Heard.stream(event("{\"content\":{\"parts\":[" + call + "]},\"finishReason\":\"STOP\"}"));

    assertThat(heard.failure.kind()).isEqualTo(Kind.SERVER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text.sse", "tools.sse", "pieces.sse"})
  void aStreamSaysTheSameHoweverItIsCutAndFramed(String name) throws IOException {
    byte[] bytes = fixture(name).getBytes(StandardCharsets.UTF_8);
    Heard heard = Heard.of(true, 200, bytes);
    String array =
        "["
            + fixture(name)
                .lines()
                .filter(l -> !l.isBlank())
                .map(l -> l.substring(6))
                .reduce((a, b) -> a + "\r\n,\r\n" + b)
                .get()
            + "\n]";

    for (int cut = 1; cut < bytes.length; cut++) {
      assertThat(Heard.of(true, 200, bytes, cut).told()).isEqualTo(heard.told());
    }
    byte[] bare = array.getBytes(StandardCharsets.UTF_8);
    for (long seed = 1; seed < 40; seed++) {
      assertThat(Heard.of(true, 200, bare, Splits.random(seed, bare.length)).completion())
          .isEqualTo(heard.completion());
    }
    assertThat(Heard.whole(array).completion()).isEqualTo(heard.completion());
  }

  @ParameterizedTest
  @ValueSource(strings = {"text.sse", "tools.sse"})
  void aStreamThatIsCutIsAFailureWhereverTheCutIs(String name) throws IOException {
    byte[] bytes = fixture(name).getBytes(StandardCharsets.UTF_8);
    String latin = new String(bytes, StandardCharsets.ISO_8859_1);
    int last = latin.lastIndexOf("}\r");

    int failures = 0;
    for (int cut = 0; cut <= last; cut++) {
      // text.sse says STOP on every chunk: a cut between its chunks cannot be seen
      boolean between =
          name.equals("text.sse")
              && (latin.substring(0, cut).stripTrailing() + "|").endsWith("}|")
              && cut > latin.indexOf("}\r");
      if (!between) {
        Heard heard = Heard.of(true, 200, java.util.Arrays.copyOf(bytes, cut));
        assertThat(heard.done).as("cut at %d", cut).isFalse();
        assertThat(heard.failure.kind()).isEqualTo(Kind.CONNECTION);
        assertThat(heard.frames)
            .noneMatch(frame -> frame.at("/choices/0/finish_reason").isTextual());
        failures++;
      }
    }
    assertThat(failures).isGreaterThan(last - 10);
  }

  @ParameterizedTest
  @CsvSource({
    "STOP, stop,",
    "1, stop,",
    "MAX_TOKENS, length,",
    "2, length,",
    "SAFETY, content_filter,",
    "RECITATION, content_filter,",
    "BLOCKLIST, content_filter,",
    "PROHIBITED_CONTENT, content_filter,",
    "SPII, content_filter,",
    "MODEL_ARMOR, content_filter,",
    "IMAGE_SAFETY, content_filter,",
    "3, content_filter,",
    "MALFORMED_FUNCTION_CALL, stop, MALFORMED_FUNCTION_CALL",
    "OTHER, stop, OTHER",
    "SOMETHING_NEW, stop, SOMETHING_NEW",
    "77, stop, 77"
  })
  void aFinishReasonIsSaidInOpenAisWords(String gemini, String openai, String nativeReason) {
    String reason = gemini.chars().allMatch(Character::isDigit) ? gemini : "\"" + gemini + "\"";

    Heard heard = Heard.stream(text("Hm", "") + text(" so", ",\"finishReason\":" + reason));

    assertThat(heard.finish()).isEqualTo(openai);
    assertThat(heard.completion().at("/choices/0/native_finish_reason").asText(null))
        .isEqualTo(nativeReason);
    assertThat(heard.message().path("content").asText()).isEqualTo("Hm so");
  }

  @Test
  void textAfterAFinishBelongsToTheAnswer() {
    Heard heard =
        Heard.stream(
            text("One", ",\"finishReason\":\"STOP\"")
                + text(" two", "")
                + text("", ",\"finishReason\":\"MAX_TOKENS\""));

    assertThat(heard.message().path("content").asText()).isEqualTo("One two");
    assertThat(heard.finish()).isEqualTo("length");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"blockReason\":\"SAFETY\"",
        "\"blockReason\":\"NEW_REASON\"",
        "\"blockReason\":4",
        "\"blockReasonMessage\":\"No.\""
      })
  void aPromptThatIsRefusedIsAFilteredAnswer(String feedback) {
    String chunk =
        "{\"promptFeedback\":{"
            + feedback
            + ",\"safetyRatings\":[]},\"usageMetadata\":{\"promptTokenCount\":4,\"totalTokenCount\":4}}";

    Heard heard = Heard.stream("data: " + chunk + "\n\n");

    assertThat(heard.finish()).isEqualTo("content_filter");
    assertThat(heard.message().path("content").asText()).isEmpty();
    assertThat(heard.completion().at("/usage/prompt_tokens").asInt()).isEqualTo(4);
    assertThat(Heard.whole(chunk).completion()).isEqualTo(heard.completion());
  }

  @Test
  void anErrorThatLeftNoAnswerIsAFailure() {
    Heard heard =
        Heard.stream(
            event("{\"finishReason\":\"MALFORMED_FUNCTION_CALL\",\"finishMessage\":\"Bad call\"}"));

    assertThat(heard.failure.kind()).isEqualTo(Kind.SERVER);
    assertThat(heard.failure.getMessage()).contains("MALFORMED_FUNCTION_CALL: Bad call");
    assertThat(heard.frames).isEmpty();
  }

  @Test
  void severalCandidatesAreSeveralChoices() {
    Heard heard =
        Heard.stream(
            event(
                    "{\"index\":1,\"content\":{\"parts\":[{\"text\":\"B\"}]}},{\"index\":0,\"content\":{\"parts\":[{\"text\":\"A\"}]}}")
                + event(
                    "{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\"}}]},\"finishReason\":\"STOP\"},{\"index\":1,\"finishReason\":\"MAX_TOKENS\"}"));

    JsonNode choices = heard.completion().path("choices");
    assertThat(choices.findValuesAsText("content")).containsExactly("A", "B");
    assertThat(choices.findValuesAsText("finish_reason")).containsExactly("tool_calls", "length");
  }

  @Test
  void aCandidateThatNeverEndsIsAFailure() {
    Heard heard =
        Heard.stream(
            event(
                "{\"index\":0,\"finishReason\":\"STOP\"},{\"index\":1,\"content\":{\"parts\":[{\"text\":\"B\"}]}}"));

    assertThat(heard.failure.kind()).isEqualTo(Kind.CONNECTION);
  }

  @Test
  void whatIsUnknownOrMissingIsPassedOver() {
    String odd =
        "data: {}\n\n: note\nevent: news\ndata: {\"news\":[1]}\n\n"
            + event("{}")
            + event("{\"content\":null}")
            + event("{\"content\":{\"role\":\"model\"}}")
            + event(
                "{\"content\":{\"parts\":[{},{\"hologram\":{\"x\":1}},{\"text\":null},{\"functionCall\":{}}]}}")
            + "data: {\"usageMetadata\":{\"trafficType\":1}}\n\n";

    Heard heard =
        Heard.stream(odd + text("Fine", ",\"finishReason\":\"STOP\"") + "data: [DONE]\n\n");

    assertThat(heard.message().path("content").asText()).isEqualTo("Fine");
    assertThat(heard.completion().has("usage")).isFalse();
  }

  @Test
  void sourcesBecomeAnnotationsCountedInCharacters() throws IOException {
    String metadata =
        """
        ,"groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a.example","title":"A"}},{"retrievedContext":{"uri":"https://b.example"}},{"web":{}}],
         "groundingSupports":[{"segment":{"startIndex":8,"endIndex":15},"groundingChunkIndices":[0,7]}]},
         "citationMetadata":{"citationSources":[{"startIndex":1,"endIndex":4,"uri":"https://c.example"}]},"finishReason":"STOP\""""
            .replace("\n", "");

    Heard heard = Heard.stream(text("Grüße ", "") + text("Łódź.", metadata));

    assertThat(heard.message().path("annotations"))
        .isEqualTo(
            Heard.JSON.readTree(
                """
                [{"type":"url_citation","url_citation":{"url":"https://a.example","title":"A","start_index":6,"end_index":10}},
                 {"type":"url_citation","url_citation":{"url":"https://b.example","title":"https://b.example","start_index":0,"end_index":0}},
                 {"type":"url_citation","url_citation":{"url":"https://c.example","title":"https://c.example","start_index":1,"end_index":3}}]"""));
  }

  @Test
  void codeThatWasRunStandsInTheAnswer() {
    String parts =
        "{\"text\":\"So:\"},{\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"print('```')\"}},{\"codeExecutionResult\":{\"output\":\"```\\n\"}},{\"text\":\"Done.\"}";

    Heard heard =
        Heard.stream(event("{\"content\":{\"parts\":[" + parts + "]},\"finishReason\":\"STOP\"}"));

    assertThat(heard.message().path("content").asText())
        .isEqualTo("So:\n````python\nprint('```')\n````\n````\n```\n````\nDone.");
  }

  @Test
  void imagesAndLogprobsAreTold() throws IOException {
    String image = "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"aW1n\"}}";
    String tokens =
        """
        ,"logprobsResult":{"chosenCandidates":[{"token":"Łó","logProbability":-0.5},{"token":"dź"}],
         "topCandidates":[{"candidates":[{"token":"Łó","logProbability":-0.5},{"token":"X","logProbability":-3}]}]},"finishReason":"STOP\""""
            .replace("\n", "");

    Heard heard =
        Heard.stream(
            event("{\"content\":{\"parts\":[" + image + "," + image + "]}}")
                + text("Łódź", tokens));

    assertThat(heard.message().path("images").findValuesAsText("url"))
        .containsOnly("data:image/png;base64,aW1n")
        .hasSize(2);
    assertThat(heard.message().path("images").findValuesAsText("index")).containsExactly("0", "1");
    assertThat(heard.completion().at("/choices/0/logprobs/content"))
        .isEqualTo(
            Heard.JSON.readTree(
                """
                [{"token":"Łó","logprob":-0.5,"bytes":[197,129,195,179],"top_logprobs":[
                   {"token":"Łó","logprob":-0.5,"bytes":[197,129,195,179]},{"token":"X","logprob":-3,"bytes":[88]}]},
                 {"token":"dź","logprob":0,"bytes":[100,197,186],"top_logprobs":[]}]"""));
  }

  @Test
  void halfASurrogatePairHarmsNothing() {
    String parts =
        "{\"text\":\"a\\ud83d\"},{\"functionCall\":{\"name\":\"f\",\"args\":{\"x\":\"\\ud83d\"}}}";

    Heard heard =
        Heard.stream(event("{\"content\":{\"parts\":[" + parts + "]},\"finishReason\":\"STOP\"}"));

    assertThat(heard.message().path("content").asText()).isEqualTo("a\ud83d");
    assertThat(heard.finish()).isEqualTo("tool_calls");
  }

  @Test
  void idsThatGeminiGivesTwiceAreToldApart() {
    String call = "{\"functionCall\":{\"name\":\"f\",\"id\":\"same\"}}";

    Heard heard =
        Heard.stream(
            event(
                "{\"content\":{\"parts\":[" + call + "," + call + "]},\"finishReason\":\"STOP\"}"));

    assertThat(heard.message().path("tool_calls").findValuesAsText("id"))
        .containsExactly("same", "call_R_0");
  }
}
