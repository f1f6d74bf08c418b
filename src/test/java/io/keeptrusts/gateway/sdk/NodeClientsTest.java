package io.keeptrusts.gateway.sdk;

import static io.keeptrusts.gateway.sdk.Sdk.DONE;
import static io.keeptrusts.gateway.sdk.Sdk.chunk;
import static io.keeptrusts.gateway.sdk.Sdk.text;
import static io.keeptrusts.gateway.sdk.Sdk.usage;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.testing.Received;
import io.keeptrusts.gateway.testing.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The JavaScript clients: OpenAI's own and Vercel's AI SDK. One run of {@code
 * src/test/node/clients.mjs} asks all questions; the tests look at what it saw. Skipped where
 * Node.js or npm's registry is missing, and with {@code -Dnode.tests=false}.
 */
class NodeClientsTest {
  private static Sdk sdk;
  private static JsonNode seen;

  @BeforeAll
  static void runTheScript() throws Exception {
    Path scripts = Node.installed();
    sdk =
        new Sdk(
            "pii-detector, dlp-filter", "dlp-filter: {blocked_terms: [moonbase], action: block}");
    sdk.upstream.handle(NodeClientsTest::answer);
    String printed =
        Node.script(scripts, Duration.ofSeconds(60), "clients.mjs", sdk.gateway.url() + "/v1");
    seen = new ObjectMapper().readTree(printed);
  }

  @AfterAll
  static void stop() {
    if (sdk != null) {
      sdk.close();
    }
  }

  private static boolean asks(Received request, String question) {
    return request.text().contains("\"" + question + "\"");
  }

  private static Reply answer(Received request) {
    if (request.uri().equals("/v1/embeddings")) {
      // A provider that knows numbers only, asked by a client that reads base64 only.
      return Reply.json(
          200,
          """
          {"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-2]},{"object":"embedding",\
          "index":1,"embedding":[3,4]}],"model":"m","usage":{"prompt_tokens":5,"total_tokens":5}}""");
    }
    String stop = chunk("{}", "\"stop\"") + usage(7, 2) + DONE;
    if (asks(request, "text")) {
      return Reply.sse(
              text("Write to jane.d") + text("oe@exam") + text("ple.com or nobody.") + stop)
          .cutEvery(37);
    }
    if (asks(request, "whole")) {
      return Reply.json(
          200,
          """
          {"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":\
          "assistant","content":"Write to jane.doe@example.com."},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,\
          "completion_tokens":2,"total_tokens":9}}""");
    }
    if (asks(request, "tools")) {
      String call =
          "{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,%s\"function\":{%s\"arguments\":\"%s\"}}]}";
      return Reply.sse(
          chunk(
                  call.formatted(
                      "\"id\":\"call_a\",\"type\":\"function\",", "\"name\":\"mail\",", ""),
                  "null")
              + chunk(call.formatted("", "", "{\\\"to\\\":\\\"jane.d"), "null")
              + chunk(call.formatted("", "", "oe@example.com\\\"}"), "null")
              + chunk("{}", "\"tool_calls\"")
              + DONE);
    }
    if (asks(request, "blocked at once")) {
      return Reply.sse(text("moonbase one ") + stop);
    }
    if (asks(request, "blocked later")) {
      String first = text("The name of it is ");
      return Reply.sse(first + text("moon") + text("base one.") + stop)
          .cuts(first.length())
          .delay(Duration.ofMillis(300));
    }
    if (asks(request, "endless")) {
      return Reply.endless(text("word after word ").getBytes(StandardCharsets.UTF_8));
    }
    return Reply.json(500, "{\"error\":{\"message\":\"no such question\"}}");
  }

  private static JsonNode seen(String client, String question) {
    JsonNode result = seen.path(client).path(question);
    assertThat(result.isMissingNode() || result.has("thrown"))
        .as("%s %s: %s", client, question, result)
        .isFalse();
    return result;
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "ai"})
  void aMaskedStreamIsReadToItsEnd(String client) {
    JsonNode result = seen(client, "text");

    assertThat(result.path("text").asText()).isEqualTo("Write to [EMAIL_REDACTED] or nobody.");
    assertThat(result.path("failed").isNull()).as(result.toString()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "ai"})
  void anAnswerThatIsNotStreamedIsMasked(String client) {
    JsonNode result = seen(client, "whole");

    assertThat(result.path("text").asText()).isEqualTo("Write to [EMAIL_REDACTED].");
    assertThat(result.path("tokens").asInt()).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "ai"})
  void theArgumentsOfAToolCallAreMaskedAndStillJson(String client) {
    JsonNode result = seen(client, "tools");

    assertThat(result.toString())
        .isEqualTo("[[\"call_a\",\"mail\",\"{\\\"to\\\":\\\"[EMAIL_REDACTED]\\\"}\"]]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "ai"})
  void aBlockBeforeTheFirstByteIsA409(String client) {
    JsonNode result = seen(client, "blockedAtOnce");

    assertThat(result.path("text").asText()).isEmpty();
    assertThat(result.path("failed").path("status").asInt()).as(result.toString()).isEqualTo(409);
    assertThat(result.path("failed").path("code").asText()).isEqualTo("output_blocked");
    assertThat(sdk.upstream.requests().stream().filter(request -> asks(request, "blocked at once")))
        .as("one request of each client: a verdict is not asked for again")
        .hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "ai"})
  void aBlockInMidStreamRaisesAfterTheTextBeforeIt(String client) {
    JsonNode result = seen(client, "blockedLater");

    assertThat(result.path("text").asText()).isEqualTo("The name of it is ");
    assertThat(result.path("failed").isNull()).as(result.toString()).isFalse();
  }

  @Test
  void usageReachesTheAiSdk() {
    assertThat(seen("ai", "text").path("tokens").asInt()).isEqualTo(9);
  }

  @Test
  void vectorsArriveAndTheirTextsWentMasked() {
    JsonNode result = seen("openai", "embeddings");

    assertThat(result.toString()).isEqualTo("{\"vectors\":[[0.5,-2],[3,4]],\"tokens\":5}");
    Received request =
        sdk.upstream.requests().stream()
            .filter(each -> each.uri().equals("/v1/embeddings"))
            .findFirst()
            .orElseThrow();
    assertThat(request.text())
        .contains("[\"to [EMAIL_REDACTED]\",\"two\"]")
        .contains("\"encoding_format\":\"base64\"");
  }

  @Test
  void anUnknownModelIsNotFound() {
    JsonNode failed = seen("openai", "unknownModel").path("failed");

    assertThat(failed.path("status").asInt()).isEqualTo(404);
    assertThat(failed.path("code").asText()).isEqualTo("model_not_found");
  }

  @Test
  void theModelsOfThePackAreListed() {
    assertThat(seen("openai", "models")).anyMatch(name -> name.asText().equals("gpt-4o"));
  }

  @Test
  void leavingTheLoopReachesTheProvider() throws Exception {
    assertThat(seen("openai", "cancelled").path("seen").asInt()).isEqualTo(3);
    Received request =
        sdk.upstream.requests().stream()
            .filter(each -> asks(each, "endless"))
            .findFirst()
            .orElseThrow();
    assertThat(request.closedByPeer().get(5, SECONDS)).isNotNull();
  }
}
