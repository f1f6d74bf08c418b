package io.keeptrusts.gateway.provider.google;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Received;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.Sse;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole way from an OpenAI client to Gemini and back, over real sockets, with personal data in
 * every channel.
 */
class GeminiWalkTest {
  private static final String SECRET = "jane.doe@example.com";
  private static final String MASK = "[EMAIL_REDACTED]";

  private FakeUpstream upstream;
  private TestGateway gateway;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
    gateway =
        TestGateway.start(
            """
            pack: {name: test, version: 1.0.0}
            providers:
              targets:
                - {id: up, provider: google, model: gemini-2.5-flash, base_url: "%s/v1beta", secret_key_ref: {env: TEST_KEY}}
            policies:
              chain: [pii-detector]
            policy:
              {}
            """
                .formatted(upstream.baseUrl()));
  }

  @AfterEach
  void stop() {
    gateway.close();
    upstream.close();
  }

  private static String ask(boolean stream, String more) {
    return "{\"model\":\"gemini-2.5-flash\",\"stream\":"
        + stream
        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]"
        + more
        + "}";
  }

  private RawClient post(String body) {
    return RawClient.connect(gateway.url()).post("/v1/chat/completions", body);
  }

  private static ObjectNode chunk(JsonNode... parts) {
    ObjectNode chunk = Json.object().put("responseId", "R").put("modelVersion", "gemini-2.5-flash");
    ArrayNode list =
        chunk
            .putArray("candidates")
            .addObject()
            .putObject("content")
            .put("role", "model")
            .putArray("parts");
    for (JsonNode part : parts) {
      list.add(part);
    }
    return chunk;
  }

  private static JsonNode text(String text, boolean thought) {
    return thought
        ? Json.object().put("text", text).put("thought", true)
        : Json.object().put("text", text);
  }

  /**
   * An answer whose text, thoughts, call, code and sources hold the secret, the first two cut where
   * {@code cut} says.
   */
  private static List<ObjectNode> leaky(int cut) {
    List<ObjectNode> chunks = new ArrayList<>();
    chunks.add(chunk(text("Think of " + SECRET.substring(0, cut), true)));
    chunks.add(chunk(text(SECRET.substring(cut) + " first.", true)));
    chunks.add(chunk(text("Write to " + SECRET.substring(0, cut), false)));
    chunks.add(chunk(text(SECRET.substring(cut) + " now. ", false)));
    chunks.add(
        chunk(
            Json.object()
                .set("codeExecutionResult", Json.object().put("output", "to " + SECRET + " \n"))));
    ObjectNode args = Json.object().put("to", SECRET);
    args.putObject("deep").put("note", "for " + SECRET + ".");
    ObjectNode call = Json.object();
    call.putObject("functionCall").put("name", "mail").set("args", args);
    chunks.add(chunk(call));
    ObjectNode last = chunk(text("", false));
    ObjectNode candidate = (ObjectNode) last.path("candidates").path(0);
    candidate
        .put("finishReason", "STOP")
        .putObject("groundingMetadata")
        .putArray("groundingChunks")
        .addObject()
        .putObject("web")
        .put("uri", "https://a.example/?m=" + SECRET)
        .put("title", "Mail " + SECRET + " today");
    last.putObject("usageMetadata")
        .put("promptTokenCount", 3)
        .put("candidatesTokenCount", 4)
        .put("totalTokenCount", 7);
    chunks.add(last);
    return chunks;
  }

  private static String sse(List<ObjectNode> chunks) {
    StringBuilder body = new StringBuilder();
    chunks.forEach(chunk -> body.append("data: ").append(chunk).append("\r\n\r\n"));
    return body.toString();
  }

  private static List<JsonNode> frames(String body) throws IOException {
    List<JsonNode> frames = new ArrayList<>();
    List<Sse.Event> events = Sse.parse(body);
    assertThat(events.getLast().data()).isEqualTo("[DONE]");
    for (Sse.Event event : events.subList(0, events.size() - 1)) {
      frames.add(Heard.JSON.readTree(event.data()));
    }
    return frames;
  }

  private static String joined(List<JsonNode> frames, String pointer) {
    StringBuilder text = new StringBuilder();
    frames.forEach(frame -> text.append(frame.at(pointer).asText("")));
    return text.toString();
  }

  @Test
  void personalDataIsMaskedInEveryChannelWhereverItIsCut() throws IOException {
    for (int cut = 0; cut <= SECRET.length(); cut++) {
      upstream.reply(Reply.sse(sse(leaky(cut))).cutRandomly(cut));
      try (RawClient client = post(ask(true, ",\"stream_options\":{\"include_usage\":true}"))) {
        String body = client.readAll();

        List<JsonNode> frames = frames(body);
        assertThat(client.status()).isEqualTo(200);
        assertThat(body).doesNotContain("jane").doesNotContain("doe@").doesNotContain(SECRET);
        assertThat(joined(frames, "/choices/0/delta/reasoning_content"))
            .isEqualTo("Think of " + MASK + " first.");
        assertThat(joined(frames, "/choices/0/delta/content"))
            .isEqualTo("Write to " + MASK + " now. \n```\nto " + MASK + " \n```\n");
        assertThat(
                Heard.JSON.readTree(
                    joined(frames, "/choices/0/delta/tool_calls/0/function/arguments")))
            .isEqualTo(
                Heard.JSON.readTree(
                    "{\"to\":\"" + MASK + "\",\"deep\":{\"note\":\"for " + MASK + ".\"}}"));
        assertThat(body).contains("Mail " + MASK + " today");
        assertThat(joined(frames, "/choices/0/finish_reason").replace("null", ""))
            .isEqualTo("tool_calls");
        assertThat(frames.getLast().at("/usage/total_tokens").asInt()).isEqualTo(7);
      }
    }
  }

  @Test
  void anAnswerThatIsNotStreamedIsMaskedAsWell() throws IOException {
    ArrayNode parts = Json.array();
    List<ObjectNode> chunks = leaky(4);
    chunks.forEach(chunk -> chunk.at("/candidates/0/content/parts").forEach(parts::add));
    ((ObjectNode) chunks.getLast().at("/candidates/0/content")).set("parts", parts);
    upstream.reply(Reply.json(200, chunks.getLast().toString()));

    try (RawClient client = post(ask(false, ""))) {
      String body = client.readAll();

      JsonNode message = Heard.JSON.readTree(body).at("/choices/0/message");
      assertThat(body).doesNotContain("jane");
      assertThat(message.path("content").asText()).startsWith("Write to " + MASK + " now. ");
      assertThat(message.path("reasoning_content").asText())
          .isEqualTo("Think of " + MASK + " first.");
      assertThat(message.at("/tool_calls/0/function/arguments").asText())
          .contains("\"to\":\"" + MASK + "\"");
      assertThat(Heard.JSON.readTree(body).at("/usage/total_tokens").asInt()).isEqualTo(7);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theProviderIsAskedWithItsOwnPathAndKeyAndTheClientIsToldWhatWasDropped(boolean stream) {
    upstream.reply(Reply.sse(sse(leaky(3))));

    try (RawClient client = post(ask(stream, ",\"user\":\"u\",\"store\":true"))) {
      client.readAll();
      Received request = upstream.take();

      assertThat(request.uri())
          .isEqualTo(
              "/v1beta/models/gemini-2.5-flash:"
                  + (stream ? "streamGenerateContent?alt=sse" : "generateContent"));
      assertThat(request.headers().get("x-goog-api-key")).isEqualTo("sk-test-0123456789abcdef");
      if (stream) {
        assertThat(client.header("x-keeptrusts-dropped")).contains("store, user");
      }
    }
  }

  @Test
  void aSignatureGoesOutWithACallAndComesBackToGemini() throws IOException {
    String signature = "c2lnbmF0dXJlIDU1NS0xMjM0".repeat(20);
    ObjectNode call = Json.object().put("thoughtSignature", signature);
    call.putObject("functionCall").put("name", "clock");
    ObjectNode first = chunk(call);
    ((ObjectNode) first.path("candidates").path(0)).put("finishReason", "STOP");
    upstream.reply(Reply.sse(sse(List.of(first))), Reply.sse(sse(leaky(3))));

    JsonNode told;
    try (RawClient client = post(ask(true, ""))) {
      told = frames(client.readAll()).getFirst().at("/choices/0/delta/tool_calls/0");
    }
    ObjectNode again = (ObjectNode) Heard.JSON.readTree(ask(true, ""));
    again
        .withArray("messages")
        .addObject()
        .put("role", "assistant")
        .withArray("tool_calls")
        .add(told);
    again
        .withArray("messages")
        .addObject()
        .put("role", "tool")
        .put("tool_call_id", told.path("id").asText())
        .put("content", "nine");
    try (RawClient client = post(again.toString())) {
      client.readAll();
    }

    upstream.take();
    JsonNode asked = Heard.JSON.readTree(upstream.take().body());
    assertThat(asked.at("/contents/1/parts/0/thoughtSignature").asText()).isEqualTo(signature);
    assertThat(asked.at("/contents/2/parts/0/functionResponse/name").asText()).isEqualTo("clock");
    assertThat(asked.at("/contents/2/parts/0/functionResponse/id"))
        .isEqualTo(asked.at("/contents/1/parts/0/functionCall/id"));
  }

  @Test
  void anImageIsNotTouched() throws IOException {
    byte[] pixels = new byte[600_000];
    new java.util.Random(1).nextBytes(pixels);
    String data = java.util.Base64.getEncoder().encodeToString(pixels);
    ObjectNode drawn =
        chunk(
            Json.object()
                .set("inlineData", Json.object().put("mimeType", "image/png").put("data", data)));
    ((ObjectNode) drawn.path("candidates").path(0)).put("finishReason", "STOP");
    upstream.reply(
        Reply.sse(sse(List.of(drawn))).cutRandomly(7), Reply.json(200, drawn.toString()));

    try (RawClient client = post(ask(true, ""))) {
      assertThat(client.readAll())
          .contains("\"images\":[{")
          .contains("\"url\":\"data:image/png;base64," + data + "\"");
    }
    try (RawClient client = post(ask(false, ""))) {
      assertThat(
              Heard.JSON
                  .readTree(client.readAll())
                  .at("/choices/0/message/images/0/image_url/url")
                  .asText())
          .endsWith(data);
    }
  }

  @Test
  void anErrorHasItsTrueStatusWhereverItStands() {
    String throttled =
        "{\"error\":{\"code\":429,\"message\":\"Quota exceeded.\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"17s\"}]}}";
    upstream.reply(
        Reply.of(
            429,
            Map.of("content-type", "text/event-stream"),
            throttled.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        Reply.sse(throttled),
        Reply.sse("data: " + throttled + "\n\n"));

    for (int i = 0; i < 3; i++) {
      try (RawClient client = post(ask(true, ""))) {
        String body = client.readAll();

        assertThat(client.status()).isEqualTo(429);
        assertThat(client.header("retry-after")).contains("17");
        assertThat(body).contains("Quota exceeded.").contains("\"type\":\"rate_limit\"");
      }
    }
  }

  @Test
  void whatGeminiCannotDoIsA422() {
    try (RawClient client = post(ask(true, ",\"logit_bias\":{\"5\":1}"))) {
      String body = client.readAll();

      assertThat(client.status()).isEqualTo(422);
      assertThat(body).contains("\"param\":\"logit_bias\"");
      assertThat(upstream.requests()).isEmpty();
    }
  }

  @Test
  void noNameThatAClientMadeUpBecomesPartOfAHeader() {
    String body = ask(false, ",\"web_search_options\":{\"a\\r\\nx-evil: 1\":1}");

    try (RawClient client = post(body)) {
      assertThat(client.readAll())
          .contains("\"type\":\"validation_error\"")
          .contains("\"param\":\"web_search_options\"")
          .doesNotContain("evil");
    }
  }
}
