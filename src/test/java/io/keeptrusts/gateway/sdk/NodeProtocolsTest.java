package io.keeptrusts.gateway.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.testing.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The JavaScript clients hear every protocol think and call a tool: both with an address in it that
 * is cut where the protocol can be cut. Skipped as {@link NodeClientsTest} is.
 */
class NodeProtocolsTest {
  private static Stage stage;
  private static JsonNode seen;

  @BeforeAll
  static void runTheScript() throws Exception {
    Path scripts = Node.installed();
    stage = new Stage("pii-detector");
    Map<String, String> says =
        Map.of(
            "/v1/messages", ANTHROPIC,
            "/v1beta/models/google-m:streamGenerateContent?alt=sse", GOOGLE,
            "/api/chat", OLLAMA);
    stage.upstream.handle(
        request -> {
          String said =
              request.text().contains("mistral-m")
                  ? MISTRAL
                  : says.getOrDefault(request.uri(), CHAT);
          String type = said.equals(OLLAMA) ? "application/x-ndjson" : "text/event-stream";
          return Reply.of(200, Map.of("content-type", type), said.getBytes(StandardCharsets.UTF_8))
              .cutEvery(31);
        });
    seen =
        Recorded.json(
            Node.script(
                scripts,
                Duration.ofSeconds(60),
                "clients.mjs",
                stage.gateway.url() + "/v1",
                "anthropic",
                "google",
                "ollama",
                "mistral",
                "groq",
                "vllm",
                "azure-openai"));
  }

  @AfterAll
  static void stop() {
    if (stage != null) {
      stage.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "openai, anthropic",
    "openai, google",
    "openai, ollama",
    "openai, mistral",
    "openai, groq",
    "openai, vllm",
    "openai, azure-openai",
    "ai, anthropic",
    "ai, google",
    "ai, ollama",
    "ai, mistral",
    "ai, groq",
    "ai, vllm",
    "ai, azure-openai"
  })
  void thoughtsAndACallArriveMasked(String client, String model) {
    JsonNode result = seen.path(client).path(model);

    assertThat(result.path("thoughts").asText())
        .as(result.toString())
        .isEqualTo("The user is [EMAIL_REDACTED] of Oslo.");
    assertThat(result.path("calls").toString())
        .isEqualTo("[[\"mail\",\"{\\\"to\\\":\\\"[EMAIL_REDACTED]\\\"}\"]]");
    assertThat(result.path("finish").asText().replace('-', '_')).isEqualTo("tool_calls");
  }

  private static String event(String type, String data) {
    return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + data + "}\n\n";
  }

  private static final String ANTHROPIC =
      event(
              "message_start",
              "\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}")
          + event(
              "content_block_start",
              "\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}")
          + event(
              "content_block_delta",
              "\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"The user is jane.d\"}")
          + event(
              "content_block_delta",
              "\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"oe@example.com of Oslo.\"}")
          + event("content_block_stop", "\"index\":0")
          + event(
              "content_block_start",
              "\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"mail\",\"input\":{}}")
          + event(
              "content_block_delta",
              "\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"to\\\":\\\"jane.\"}")
          + event(
              "content_block_delta",
              "\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"doe@example.com\\\"}\"}")
          + event("content_block_stop", "\"index\":1")
          + event(
              "message_delta",
              "\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":9}")
          + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

  private static final String GOOGLE =
      """
      data: {"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"The user is jane.d","thought":true}]}}]}

      data: {"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"oe@example.com of Oslo.","thought":true}]}}]}

      data: {"candidates":[{"index":0,"content":{"role":"model","parts":[{"functionCall":{"name":"mail",\
      "args":{"to":"jane.doe@example.com"}}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,\
      "candidatesTokenCount":9,"totalTokenCount":12}}

      """;

  private static final String OLLAMA =
      """
      {"model":"m","message":{"role":"assistant","content":"","thinking":"The user is jane.d"},"done":false}
      {"model":"m","message":{"role":"assistant","content":"","thinking":"oe@example.com of Oslo."},"done":false}
      {"model":"m","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"mail",\
      "arguments":{"to":"jane.doe@example.com"}}}]},"done":false}
      {"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","eval_count":9}
      """;

  private static String chunk(String delta, String finish) {
    return """
        data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":%s,\
        "finish_reason":%s}]}

        """
        .formatted(delta, finish);
  }

  private static String calls(String head, String arguments) {
    return chunk(
        "{\"tool_calls\":[{\"index\":0,%s\"arguments\":\"%s\"}}]}".formatted(head, arguments),
        "null");
  }

  private static final String CALL =
      calls(
              "\"id\":\"call00001\",\"type\":\"function\",\"function\":{\"name\":\"mail\",",
              "{\\\"to\\\":\\\"jane.d")
          + calls("\"function\":{", "oe@example.com\\\"}")
          + chunk("{}", "\"tool_calls\"")
          + Sdk.DONE;

  private static final String CHAT =
      chunk("{\"role\":\"assistant\",\"reasoning\":\"The user is jane.d\"}", "null")
          + chunk("{\"reasoning\":\"oe@example.com of Oslo.\"}", "null")
          + CALL;

  private static String thinking(String text) {
    return chunk(
        "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\""
            + text
            + "\"}]}]}",
        "null");
  }

  private static final String MISTRAL =
      thinking("The user is jane.d") + thinking("oe@example.com of Oslo.") + CALL;
}
