package io.keeptrusts.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.PromptTexts;
import io.keeptrusts.gateway.wire.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Anthropic is asked. */
class AnthropicRequestTest {
  private static final Protocol ANTHROPIC = new AnthropicProtocol();

  private static Protocol.Outgoing send(
      @Nullable String model, ObjectNode body, Map<String, String> headers) {
    Vendor vendor = Objects.requireNonNull(Vendors.find("anthropic"));
    Target target =
        new Target(
            "a", vendor, model, new Endpoint("localhost", 1, false, ""), null, headers, "", null);
    boolean stream = body.path("stream").asBoolean();
    return ANTHROPIC.request(
        target, new Prompt("any", stream, false, body, PromptTexts.segments(body)));
  }

  private static JsonNode json(String text) {
    return Objects.requireNonNull(ExactJson.read(text), text);
  }

  private static ObjectNode ask(String more) {
    return (ObjectNode)
        json(
            "{\"model\":\"any\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]"
                + (more.isEmpty() ? "" : "," + more)
                + "}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "full",
        "minimal",
        "turns",
        "thinking-history",
        "no-thinking-history",
        "adaptive",
        "forced-tool",
        "own-thinking",
        "tight-budget",
        "no-budget"
      })
  void aChatRequestIsSaidInAnthropicsWords(String name) throws IOException {
    JsonNode golden;
    try (InputStream in = getClass().getResourceAsStream("/golden/anthropic/" + name + ".json")) {
      golden = json(new String(in.readAllBytes(), UTF_8));
    }
    ObjectNode request = (ObjectNode) golden.get("request");
    String before = request.toString();
    Protocol.Outgoing sent = send(golden.get("model").asText(), request, Map.of());
    List<String> dropped = new ArrayList<>();
    golden.get("dropped").forEach(field -> dropped.add(field.asText()));
    assertThat(json(new String(sent.body(), UTF_8))).isEqualTo(golden.get("sent"));
    assertThat(sent.dropped()).containsExactlyInAnyOrderElementsOf(dropped);
    assertThat(request.toString()).as("the client's body stays as it is").isEqualTo(before);
  }

  @Test
  void headersNameTheVersionAndKeepWhatTheTargetSays() {
    Protocol.Outgoing plain = send("claude-sonnet-4-5", ask(""), Map.of("x-api-key", "k"));
    Protocol.Outgoing file =
        send(
            "claude-sonnet-4-5",
            (ObjectNode)
                json(
                    """
            {"messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"f"}}]}]}"""),
            Map.of("Anthropic-Version", "2099-01-01"));
    assertThat(plain.endpoint().path()).isEqualTo("/v1/messages");
    assertThat(plain.headers())
        .containsOnly(Map.entry("x-api-key", "k"), Map.entry("anthropic-version", "2023-06-01"));
    assertThat(file.headers().get("anthropic-version")).isEqualTo("2099-01-01");
    assertThat(file.headers()).containsEntry("anthropic-beta", "files-api-2025-04-14").hasSize(2);
  }

  @Test
  void withoutAModelOfTheTargetsTheClientsIsAsked() {
    Protocol.Outgoing sent = send(null, ask(""), Map.of());
    assertThat(json(new String(sent.body(), UTF_8)).path("model").asText()).isEqualTo("any");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "n | \"n\":2",
        "logprobs | \"logprobs\":true",
        "top_logprobs | \"top_logprobs\":3",
        "logit_bias | \"logit_bias\":{\"1\":5}",
        "audio | \"audio\":{\"voice\":\"alloy\"}",
        "modalities | \"modalities\":[\"text\",\"audio\"]",
        "functions | \"functions\":[{\"name\":\"f\"}]",
        "function_call | \"function_call\":\"auto\"",
        "web_search_options | \"web_search_options\":{}",
        "made_up | \"made_up\":1",
        "unknown | \"Jane Doe, 4 High Street\":1",
        "temperature | \"temperature\":2.5",
        "temperature | \"temperature\":\"hot\"",
        "top_p | \"top_p\":-0.1",
        "max_tokens | \"max_tokens\":0",
        "max_completion_tokens | \"max_completion_tokens\":\"many\"",
        "stop | \"stop\":\" \"",
        "stop | \"stop\":[1]",
        "reasoning_effort | \"reasoning_effort\":\"huge\"",
        "thinking.budget_tokens | \"max_tokens\":2000,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000}",
        "response_format | \"response_format\":{\"type\":\"json_schema\"}",
        "response_format.type | \"response_format\":{\"type\":\"grammar\"}",
        "tool_choice | \"tool_choice\":\"required\"",
        "tool_choice | \"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":{\"type\":\"allowed_tools\"}",
        "tools[1].type | \"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"type\":\"custom\",\"custom\":{\"name\":\"g\"}}]"
      })
  void whatAnthropicCannotDoIsRefusedByName(String param, String field) {
    GatewayException refused =
        catchThrowableOfType(
            GatewayException.class, () -> send("claude-sonnet-4-5", ask(field), Map.of()));
    assertThat(refused).isNotNull();
    assertThat(refused.error().status()).isEqualTo(422);
    assertThat(refused.error().param()).isEqualTo(param);
    assertThat(refused.error().message()).doesNotContain("Jane");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "messages | ",
        "messages | {\"role\":\"system\",\"content\":\"only\"}",
        "messages | {\"role\":\"user\",\"content\":\"\"}",
        "messages[0].role | {\"role\":\"function\",\"name\":\"f\",\"content\":\"x\"}",
        "messages[0].content | {\"role\":\"user\",\"content\":5}",
        "messages[0].content[0].type | {\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"YQ==\",\"format\":\"wav\"}}]}",
        "messages[0].content[0].type | {\"role\":\"system\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://a.example/\"}}]}",
        "messages[0].content[1].image_url | {\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"ftp://a\"}}]}",
        "messages[0].content[0].image_url | {\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png,raw\"}}]}",
        "messages[0].content[0].file.file_data | {\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file_data\":\"data:text/plain;base64,!\"}}]}",
        "messages[0].audio | {\"role\":\"assistant\",\"audio\":{\"id\":\"a\"}}",
        "messages[0].function_call | {\"role\":\"assistant\",\"function_call\":{\"name\":\"a\"}}",
        "messages[0].tool_calls[0].type | {\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"type\":\"custom\",\"custom\":{}}]}",
        "messages[0].tool_calls[0].function.arguments | {\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}",
        "messages[0].tool_calls[0].function.arguments | {\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"[]\"}}]}"
      })
  void aMessageThatCannotBeSaidIsRefusedWithItsPlace(String param, @Nullable String message) {
    ObjectNode body =
        (ObjectNode) json("{\"messages\":[" + (message == null ? "" : message) + "]}");
    GatewayException refused =
        catchThrowableOfType(
            GatewayException.class, () -> send("claude-sonnet-4-5", body, Map.of()));
    assertThat(refused).isNotNull();
    assertThat(refused.error().status()).isEqualTo(422);
    assertThat(refused.error().param()).isEqualTo(param);
  }

  @ParameterizedTest
  @CsvSource({
    "claude-2.1, 21", "claude-3-opus-20240229, 30", "claude-3-5-haiku-latest, 35",
        "claude-3-7-sonnet-20250219, 37",
    "claude-sonnet-4-20250514, 40", "claude-sonnet-4-0, 40", "claude-opus-4-1-20250805, 41",
        "claude-opus-4-8, 48",
    "claude-sonnet-4-5@20250929, 45", "claude-opus-5, 50", "claude-fable-5-20260801, 50",
        "kimi-k2, 45"
  })
  void aModelsNameTellsItsGeneration(String name, int version) {
    assertThat(AnthropicModel.of(name).version()).isEqualTo(version);
  }

  @Test
  void aModelThatDoesNotReasonRefusesTheEffort() {
    GatewayException refused =
        catchThrowableOfType(
            GatewayException.class,
            () -> send("claude-3-5-haiku-latest", ask("\"reasoning_effort\":\"low\""), Map.of()));
    assertThat(refused.error().param()).isEqualTo("reasoning_effort");
  }

  @Test
  void aThoughtThatAPolicyChangedOnItsWayInLosesItsSignature() {
    ObjectNode body =
        (ObjectNode)
            json(
                """
        {"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yes","thinking_blocks":[
         {"type":"thinking","thinking":"to jane@example.com","signature":"c2ln"},
         {"type":"thinking","thinking":"as it was","signature":"c2lnMg=="}]},{"role":"user","content":"Go"}]}""");
    ObjectNode masked =
        PromptTexts.map(body, (kind, text) -> text.replace("jane@example.com", "[EMAIL_REDACTED]"));
    Protocol.Outgoing sent = send("claude-sonnet-4-5", masked, Map.of());
    assertThat(new String(sent.body(), UTF_8))
        .contains("as it was")
        .contains("c2lnMg==")
        .doesNotContain("EMAIL")
        .doesNotContain("\"c2ln\"");
    assertThat(sent.dropped()).containsExactly("messages.thinking_blocks");
  }
}
