package io.keeptrusts.gateway.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseOutputText;
import com.openai.models.responses.ResponseStreamEvent;
import io.keeptrusts.gateway.testing.TestGateway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real client, the gateway, a real server: OpenAI's client for Java, and llama.cpp with a model
 * that says what a grammar or a schema makes it say, a byte per chunk.
 */
class LlamaServerTest {
  private static final String SECRET = "jane.doe@example.com";
  private static final String SAYS = "Write to " + SECRET + " today, or to nobody.";
  private static final String DELIVERED = "Write to [EMAIL_REDACTED] today, or to nobody.";

  @TempDir static Path dir;
  private static LlamaServer server;
  private static TestGateway gateway;
  private static OpenAIClient client;

  @BeforeAll
  static void start() {
    server = LlamaServer.start(dir);
    gateway =
        TestGateway.start(
            """
            pack: {name: real, version: 1.0.0}
            providers:
              targets:
                - {id: llama, provider: vllm, model: tiny, base_url: "%s"}
                - {id: messages, provider: anthropic, model: claude-tiny, base_url: "%s", secret_key_ref: {env: TEST_KEY}}
            policies:
              chain: [pii-detector]
            """
                .formatted(server.url(), server.url()));
    client =
        OpenAIOkHttpClient.builder()
            .baseUrl(gateway.url() + "/v1")
            .apiKey("any")
            .maxRetries(0)
            .build();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      gateway.close();
      server.close();
    }
  }

  private static ChatCompletionCreateParams.Builder ask(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("Hi").temperature(0);
  }

  private static ChatCompletionCreateParams.Builder says(String text) {
    return ask("tiny").putAdditionalBodyProperty("grammar", JsonValue.from(grammar(text)));
  }

  private static String grammar(String text) {
    return "root ::= \"" + text + "\"";
  }

  private static ChatCompletion stream(ChatCompletionCreateParams params) {
    ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> answer =
        client.chat().completions().createStreaming(params)) {
      answer.stream().forEach(accumulator::accumulate);
    }
    return accumulator.chatCompletion();
  }

  private static String content(ChatCompletion completion) {
    return completion.choices().getFirst().message().content().orElse("");
  }

  @Test
  void aSecretThatComesByteByByteIsMaskedAndTheRestIsWholeStreamedOrNot() {
    ChatCompletionCreateParams params =
        says(SAYS)
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();

    ChatCompletion streamed = stream(params);

    assertThat(content(streamed)).isEqualTo(DELIVERED);
    assertThat(streamed.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
    assertThat(streamed.usage().orElseThrow().completionTokens()).isPositive();
    ChatCompletion whole = client.chat().completions().create(says(SAYS).build());
    assertThat(content(whole)).isEqualTo(DELIVERED);
    assertThat(whole.usage().orElseThrow().completionTokens())
        .isEqualTo(streamed.usage().orElseThrow().completionTokens());
  }

  @Test
  void whatTheModelSaysFreelyIsTheSameStreamedAndNot() {
    ChatCompletionCreateParams params =
        ask("tiny")
            .maxCompletionTokens(80)
            .putAdditionalBodyProperty("grammar", JsonValue.from("root ::= [a-z ]{60,300}"))
            .build();

    String streamed = content(stream(params));

    assertThat(streamed).hasSizeGreaterThanOrEqualTo(60);
    assertThat(content(client.chat().completions().create(params))).isEqualTo(streamed);
  }

  @Test
  void theTokenLimitEndsTheAnswerAsALengthStop() {
    ChatCompletion cut = stream(says(SAYS).maxCompletionTokens(5).build());

    assertThat(content(cut)).isEqualTo(SAYS.substring(0, 5));
    assertThat(cut.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.LENGTH);
  }

  @Test
  void itsErrorKeepsItsStatus() {
    ChatCompletionCreateParams broken =
        ask("tiny").putAdditionalBodyProperty("grammar", JsonValue.from("root ::= (")).build();

    assertThatThrownBy(() -> stream(broken)).isInstanceOf(BadRequestException.class);
  }

  @Test
  void aSchemaMakesTheAnswerAndItsStringsAreMaskedInBothEndpoints() {
    Map<String, Object> schema =
        Map.of(
            "type",
            "object",
            "properties",
            Map.of("to", Map.of("type", "string", "enum", List.of(SECRET))),
            "required",
            List.of("to"),
            "additionalProperties",
            false);
    ResponseCreateParams params =
        ResponseCreateParams.builder()
            .model("tiny")
            .input("Hi")
            .temperature(0)
            .putAdditionalBodyProperty(
                "text",
                JsonValue.from(
                    Map.of(
                        "format", Map.of("type", "json_schema", "name", "mail", "schema", schema))))
            .putAdditionalBodyProperty("json_schema", JsonValue.from(schema))
            .build();

    ResponseAccumulator accumulator = ResponseAccumulator.create();
    try (StreamResponse<ResponseStreamEvent> answer = client.responses().createStreaming(params)) {
      answer.stream().forEach(accumulator::accumulate);
    }

    String text = text(accumulator.response());
    assertThat(text).contains("[EMAIL_REDACTED]").doesNotContain(SECRET);
    assertThat(text(client.responses().create(params))).isEqualTo(text);
  }

  private static String text(Response response) {
    StringBuilder text = new StringBuilder();
    response.output().stream()
        .flatMap(item -> item.message().stream())
        .flatMap(message -> message.content().stream())
        .flatMap(part -> part.outputText().stream())
        .map(ResponseOutputText::text)
        .forEach(text::append);
    return text.toString();
  }

  @Test
  void itsAnthropicEndpointIsReachedByTheOtherProtocol() {
    ChatCompletionCreateParams params = ask("claude-tiny").maxCompletionTokens(12).build();

    ChatCompletion streamed = stream(params);

    assertThat(streamed.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.LENGTH);
    assertThat(content(streamed)).isNotEmpty();
    assertThat(content(client.chat().completions().create(params))).isEqualTo(content(streamed));
  }

  @Test
  void aClientThatLeavesEndsTheWork() {
    ChatCompletionCreateParams endless =
        ask("tiny")
            .putAdditionalBodyProperty("grammar", JsonValue.from("root ::= [a-z ]+"))
            .putAdditionalBodyProperty("ignore_eos", JsonValue.from(true))
            .maxCompletionTokens(60_000)
            .build();

    try (StreamResponse<ChatCompletionChunk> answer =
        client.chat().completions().createStreaming(endless)) {
      answer.stream().limit(3).forEach(chunk -> {});
      assertThat(server.isBusy()).isTrue();
    }

    await().atMost(Duration.ofSeconds(1)).until(() -> !server.isBusy());
  }
}
