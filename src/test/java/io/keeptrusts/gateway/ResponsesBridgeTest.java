package io.keeptrusts.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.Sse;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The Responses API over a provider that speaks chat completions only: Groq's row stands for all of
 * them.
 */
class ResponsesBridgeTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FakeUpstream upstream;
  private TestGateway gateway;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
    gateway =
        TestGateway.start(
            TestGateway.pack(upstream.baseUrl(), "pii-detector", "")
                .replace("provider: openai", "provider: groq"));
  }

  @AfterEach
  void stop() {
    gateway.close();
    upstream.close();
  }

  private static String chunk(String delta, String finish) {
    return """
        data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":%s,"finish_reason":%s}]}

        """
        .formatted(delta, finish);
  }

  private static final String USAGE =
      """
      data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}

      """;

  private List<JsonNode> stream(String body, String... chunks) throws IOException {
    upstream.reply(Reply.sse(String.join("", chunks)).cutRandomly(7));
    try (RawClient client = RawClient.connect(gateway.url())) {
      String answer = client.post("/v1/responses", body).readAll();
      List<JsonNode> events = new ArrayList<>();
      for (Sse.Event event : Sse.parse(answer.getBytes(StandardCharsets.UTF_8))) {
        JsonNode json = JSON.readTree(event.data());
        assertThat(event.type()).isEqualTo(json.path("type").asText());
        events.add(json);
      }
      isWellFormed(events);
      return events;
    }
  }

  /** What strict clients hold a stream to (wire-formats 17). */
  private static void isWellFormed(List<JsonNode> events) {
    Map<String, String> deltas = new HashMap<>();
    Map<Integer, String> open = new HashMap<>();
    for (int i = 0; i < events.size(); i++) {
      JsonNode event = events.get(i);
      assertThat(event.path("sequence_number").asInt(-1)).isEqualTo(i);
      String type = event.path("type").asText();
      int output = event.path("output_index").asInt(-1);
      if (type.equals("response.output_item.added")) {
        assertThat(open.put(output, event.at("/item/id").asText())).isNull();
      } else if (output >= 0 && event.has("item_id")) {
        assertThat(event.path("item_id").asText()).isEqualTo(open.get(output));
      }
      String channel =
          output + type.replaceFirst("\\.(delta|done)$", "") + event.path("content_index").asText();
      if (type.endsWith(".delta")) {
        deltas.merge(channel, event.path("delta").asText(), String::concat);
      } else if (type.endsWith("_text.done")
          || type.endsWith("refusal.done")
          || type.endsWith("arguments.done")) {
        String said =
            event
                .path("text")
                .asText(event.path("refusal").asText(event.path("arguments").asText()));
        assertThat(said).isEqualTo(deltas.getOrDefault(channel, said));
      }
    }
    assertThat(events.getLast().path("type").asText())
        .matches("response\\.(completed|incomplete|failed)");
  }

  private static JsonNode terminal(List<JsonNode> events) {
    return events.getLast().path("response");
  }

  private static List<String> types(List<JsonNode> events) {
    return events.stream().map(event -> event.path("type").asText()).distinct().toList();
  }

  private static final String ASK =
      """
      {"model":"gpt-4o","stream":true,"instructions":"Be brief.","input":"Hello","max_output_tokens":50}""";

  @Test
  void aTextIsToldInTheEventsOfTheApiAndMaskedInAllOfThem() throws IOException {
    List<JsonNode> events =
        stream(
            ASK,
            chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null"),
            chunk("{\"content\":\"Write to jane.d\"}", "null"),
            chunk("{\"content\":\"oe@example.com now\"}", "null"),
            chunk("{}", "\"stop\""),
            USAGE,
            "data: [DONE]\n\n");

    assertThat(types(events))
        .containsExactly(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed");
    assertThat(terminal(events).at("/output/0/content/0/text").asText())
        .isEqualTo("Write to [EMAIL_REDACTED] now");
    assertThat(terminal(events).at("/usage/input_tokens").asInt()).isEqualTo(3);
    assertThat(terminal(events).at("/usage/output_tokens").asInt()).isEqualTo(4);
    assertThat(events.toString()).doesNotContain("jane").doesNotContain("example.com");
    JsonNode asked = JSON.readTree(upstream.take().body());
    assertThat(asked.at("/messages/0").toString())
        .isEqualTo("{\"role\":\"system\",\"content\":\"Be brief.\"}");
    assertThat(asked.at("/messages/1").toString())
        .isEqualTo("{\"role\":\"user\",\"content\":\"Hello\"}");
    assertThat(asked.path("max_completion_tokens").asInt()).isEqualTo(50);
    assertThat(asked.has("input")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"length, max_output_tokens", "content_filter, content_filter"})
  void anAnswerThatIsNotWholeIsIncomplete(String finish, String reason) throws IOException {
    List<JsonNode> events =
        stream(
            ASK, chunk("{\"content\":\"Half a sen\"}", "\"" + finish + "\""), "data: [DONE]\n\n");

    assertThat(terminal(events).path("status").asText()).isEqualTo("incomplete");
    assertThat(terminal(events).at("/incomplete_details/reason").asText()).isEqualTo(reason);
    assertThat(terminal(events).at("/output/0/status").asText()).isEqualTo("incomplete");
  }

  @ParameterizedTest
  @CsvSource({"tool_calls, {}", "length, ''"})
  void argumentsThatNeverCameAreAnObjectUnlessTheAnswerWasCut(String finish, String arguments)
      throws IOException {
    gateway.repack(
        TestGateway.pack(upstream.baseUrl(), "pii-detector", "")
            .replace("TEST_KEY}", "TEST_KEY}, path_template: /v1/chat/completions"));

    List<JsonNode> events =
        stream(
            ASK,
            chunk(
                "{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"now\",\"arguments\":\"\"}}]}",
                "null"),
            chunk("{}", "\"" + finish + "\""),
            "data: [DONE]\n\n");

    StringBuilder deltas = new StringBuilder();
    events.forEach(event -> deltas.append(event.path("delta").asText("")));
    assertThat(deltas).hasToString(arguments);
    assertThat(terminal(events).at("/output/0/arguments").asText("none")).isEqualTo(arguments);
  }

  @Test
  void aConversationWithToolsBecomesMessages() throws IOException {
    String body =
        """
        {"model":"gpt-4o","stream":true,"input":[
          {"role":"user","content":[{"type":"input_text","text":"Weather?"}]},
          {"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},
          {"type":"function_call","call_id":"c2","name":"g","arguments":"{}"},
          {"type":"function_call_output","call_id":"c1","output":"sun"},
          {"type":"function_call_output","call_id":"c2","output":"rain"}],
         "tools":[{"type":"function","name":"f","parameters":{"type":"object"}}],
         "tool_choice":{"type":"function","name":"f"},
         "text":{"format":{"type":"json_schema","name":"s","schema":{"type":"object"}}}}""";

    stream(body, chunk("{\"content\":\"Fine. \"}", "\"stop\""), "data: [DONE]\n\n");

    JsonNode asked = JSON.readTree(upstream.take().body());
    assertThat(asked.path("messages").findValuesAsText("role"))
        .containsExactly("user", "assistant", "tool", "tool");
    assertThat(asked.at("/messages/1/tool_calls").size()).isEqualTo(2);
    assertThat(asked.at("/messages/2/tool_call_id").asText()).isEqualTo("c1");
    assertThat(asked.at("/tools/0/function/name").asText()).isEqualTo("f");
    assertThat(asked.at("/tool_choice/function/name").asText()).isEqualTo("f");
    assertThat(asked.at("/response_format/json_schema/name").asText()).isEqualTo("s");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"previous_response_id\":\"resp_1\" | previous_response_id",
        "\"conversation\":\"conv_1\" | conversation",
        "\"store\":true | store",
        "\"truncation\":\"auto\" | truncation",
        "\"tools\":[{\"type\":\"web_search\"}] | tools[0].type",
        "\"max_tool_calls\":3 | max_tool_calls",
      })
  void whatTheBridgeCannotCarryIsRefusedByName(String field, String param) throws IOException {
    try (RawClient client = RawClient.connect(gateway.url())) {
      String body = "{\"model\":\"gpt-4o\",\"stream\":true,\"input\":\"Hi\"," + field + "}";
      JsonNode error = JSON.readTree(client.post("/v1/responses", body).readAll()).path("error");

      assertThat(client.status()).isEqualTo(422);
      assertThat(error.path("param").asText()).isEqualTo(param);
      assertThat(upstream.requests()).isEmpty();
    }
  }
}
