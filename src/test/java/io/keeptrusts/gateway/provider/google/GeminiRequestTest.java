package io.keeptrusts.gateway.provider.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.dialect.Chat;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.provider.Protocol.Outgoing;
import io.keeptrusts.gateway.provider.Target;
import io.keeptrusts.gateway.provider.Vendors;
import io.keeptrusts.gateway.wire.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of Gemini for what a client asked in OpenAI's words. */
class GeminiRequestTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Outgoing outgoing(JsonNode chat, @Nullable String template) {
    Target target =
        new Target(
            "t",
            Vendors.find("google"),
            chat.path("model").asText(),
            new Endpoint("h", 443, true, ""),
            template,
            Map.of("x-goog-api-key", "k"),
            "k",
            null);
    return target
        .vendor()
        .protocol()
        .request(target, new Chat().read(chat.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonNode body(Outgoing outgoing) {
    try {
      return JSON.readTree(outgoing.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A plain question with these members added. */
  private static ObjectNode ask(String members) throws IOException {
    ObjectNode chat =
        (ObjectNode)
            JSON.readTree(
                "{\"model\":\"gemini-2.5-flash\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
    return chat.setAll((ObjectNode) JSON.readTree("{" + members + "}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "generation-3", "extensions"})
  void aRequestIsSaidInGeminisWords(String name) throws IOException {
    JsonNode chat =
        JSON.readTree(getClass().getResourceAsStream("/golden/google/" + name + ".chat.json"));
    JsonNode expected =
        JSON.readTree(getClass().getResourceAsStream("/golden/google/" + name + ".google.json"));

    Outgoing outgoing = outgoing(chat, null);

    assertThat(body(outgoing)).isEqualTo(expected.path("body"));
    assertThat(outgoing.endpoint().path()).isEqualTo(expected.path("path").asText());
    assertThat(JSON.<JsonNode>valueToTree(outgoing.dropped())).isEqualTo(expected.path("dropped"));
    assertThat(outgoing.headers()).containsEntry("x-goog-api-key", "k");
  }

  @Test
  void numbersKeepTheirSpelling() throws IOException {
    ObjectNode chat = ask("\"temperature\":0.10");
    chat.withArray("messages")
        .addObject()
        .put("role", "assistant")
        .withArray("tool_calls")
        .addObject()
        .put("id", "a")
        .putObject("function")
        .put("name", "f")
        .put("arguments", "{\"big\":123456789012345678901234567890,\"money\":1.10}");

    Outgoing outgoing = outgoing(chat, null);

    assertThat(new String(outgoing.body(), StandardCharsets.UTF_8))
        .contains("123456789012345678901234567890")
        .contains("\"money\":1.10");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gemini-2.5-flash       | none    | {"thinkingBudget":0}
          gemini-2.5-pro         | high    | {"thinkingBudget":24576,"includeThoughts":true}
          gemini-flash-latest    | minimal | {"thinkingBudget":1024,"includeThoughts":true}
          gemini-3-flash-preview | minimal | {"thinkingLevel":"MINIMAL","includeThoughts":true}
          gemini-3-pro-preview   | minimal | {"thinkingLevel":"LOW","includeThoughts":true}
          gemini-3-pro-preview   | medium  | {"thinkingLevel":"HIGH","includeThoughts":true}
          gemini-3.1-pro-preview | medium  | {"thinkingLevel":"MEDIUM","includeThoughts":true}
          gemini-3.5-flash       | xhigh   | {"thinkingLevel":"HIGH","includeThoughts":true}
          """)
  void anEffortIsABudgetOrALevel(String model, String effort, String config) throws IOException {
    ObjectNode chat = ask("\"reasoning_effort\":\"" + effort + "\"").put("model", model);

    Outgoing outgoing = outgoing(chat, null);

    assertThat(body(outgoing).at("/generationConfig/thinkingConfig"))
        .isEqualTo(JSON.readTree(config));
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-2.5-pro, none",
    "gemini-3-flash-preview, none",
    "gemini-2.0-flash, low",
    "gemini-2.5-flash, much"
  })
  void anEffortThatAModelCannotMakeIsRefused(String model, String effort) throws IOException {
    ObjectNode chat = ask("\"reasoning_effort\":\"" + effort + "\"").put("model", model);

    GatewayException refusal =
        catchThrowableOfType(GatewayException.class, () -> outgoing(chat, null));

    assertThat(refusal.error().param()).isEqualTo("reasoning_effort");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "logit_bias":{"1":5}                               | logit_bias
          "functions":[{"name":"f"}]                         | functions
          "audio":{"voice":"alloy"}                          | audio
          "modalities":["text","audio"]                      | modalities
          "frobnicate":1                                     | frobnicate
          "stop":["1","2","3","4","5","6"]                   | stop
          "stop":[1]                                         | stop
          "seed":99999999999                                 | seed
          "temperature":"warm"                               | temperature
          "logprobs":1                                       | logprobs
          "max_tokens":0                                     | max_tokens
          "response_format":{"type":"grammar"}               | response_format
          "tools":[{"type":"custom","custom":{"name":"x"}}]  | tools[0].type
          "tools":[{"type":"function","function":{}}]        | tools[0].function.name
          "tool_choice":"sometimes"                          | tool_choice
          "extra_body":{"other":{}}                          | extra_body.other
          """)
  void whatGeminiCannotDoIsRefusedByName(String member, String param) throws IOException {
    ObjectNode chat = ask(member);

    GatewayException refusal =
        catchThrowableOfType(GatewayException.class, () -> outgoing(chat, null));

    assertThat(refusal.error().status()).isEqualTo(422);
    assertThat(refusal.error().param()).isEqualTo(param);
    assertThat(refusal.error().message()).startsWith(param);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"role":"narrator","content":"x"}                                                           | messages[0].role
          {"role":"user","content":7}                                                                 | messages[0].content
          {"role":"user","content":[]}                                                                | messages[0].content
          {"role":"user","content":[{"type":"video_url"}]}                                            | messages[0].content[0].type
          {"role":"user","content":[{"type":"image_url","image_url":{"url":"boat.png"}}]}             | messages[0].content[0].image_url.url
          {"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png,x"}}]}     | messages[0].content[0].image_url.url
          {"role":"user","content":[{"type":"file","file":{"file_id":"file-1"}}]}                     | messages[0].content[0].file.file_id
          {"role":"user","content":[{"type":"input_audio","input_audio":{"data":"x"}}]}               | messages[0].content[0].input_audio.format
          {"role":"tool","tool_call_id":"z","content":"x"}                                            | messages[0].tool_call_id
          {"role":"assistant","content":"x","audio":{"id":"a"}}                                       | messages[0].audio
          {"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{"}}]}      | messages[0].tool_calls[0].function.arguments
          {"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"[1]"}}]}    | messages[0].tool_calls[0].function.arguments
          {"role":"assistant","tool_calls":[{"id":"a","type":"custom"}]}                              | messages[0].tool_calls[0].type
          {"role":"system","content":"x"}                                                             | messages
          """)
  void aMessageThatCannotBeSaidIsRefusedByName(String message, String param) throws IOException {
    ObjectNode chat = ask("\"messages\":[" + message + "]");

    GatewayException refusal =
        catchThrowableOfType(GatewayException.class, () -> outgoing(chat, null));

    assertThat(refusal.error().status()).isEqualTo(422);
    assertThat(refusal.error().param()).isEqualTo(param);
  }

  @Test
  void aFieldThatAsksForNothingIsNotAnnounced() throws IOException {
    ObjectNode chat =
        ask(
            "\"store\":false,\"parallel_tool_calls\":true,\"user\":null,\"metadata\":{},\"logprobs\":false,\"tools\":[],\"n\":1");

    Outgoing outgoing = outgoing(chat, null);

    assertThat(outgoing.dropped()).isEmpty();
    assertThat(body(outgoing).has("tools")).isFalse();
  }

  @Test
  void aModelsNameCannotLeaveItsPlaceInThePath() throws IOException {
    Outgoing outgoing = outgoing(ask("\"model\":\"../files?x=1#é\""), null);

    assertThat(outgoing.endpoint().path())
        .isEqualTo("/v1beta/models/..%2ffiles%3fx%3d1%23%c3%a9:generateContent");
  }

  @Test
  void anOperatorsOwnPathServesStreamsToo() throws IOException {
    String template = "/v1/projects/p/locations/l/publishers/google/models/m:generateContent";

    List<String> paths =
        List.of(
            outgoing(ask(""), template).endpoint().path(),
            outgoing(ask("\"stream\":true"), template).endpoint().path());

    assertThat(paths)
        .containsExactly(template, template.replace(":generate", ":streamGenerate") + "?alt=sse");
  }
}
