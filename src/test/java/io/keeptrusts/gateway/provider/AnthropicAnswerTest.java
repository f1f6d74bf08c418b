package io.keeptrusts.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.provider.ProviderFailure.Kind;
import io.keeptrusts.gateway.testing.Splits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Anthropic answers, in OpenAI's words. */
class AnthropicAnswerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Protocol ANTHROPIC = new AnthropicProtocol();
  private static final String START =
      """
      event: message_start
      data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],"stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}}

      """;
  private static final String TEXT =
      data(
              "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}")
          + data(
              "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Ahoy\"}}");
  private static final String STOP =
      data("{\"type\":\"content_block_stop\",\"index\":0}")
          + data(
              "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}")
          + data("{\"type\":\"message_stop\"}");

  private static String data(String json) {
    return "data: " + json + "\n\n";
  }

  private static String fixture(String name) {
    try (InputStream in = AnthropicAnswerTest.class.getResourceAsStream("/anthropic/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Told stream(String body) {
    return Told.of(ANTHROPIC, true, body);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "length", "tools", "thinking", "search", "refusal"})
  void aStreamSaysTheSameAsTheAnswerThatIsNotStreamed(String name) {
    JsonNode whole = Told.meaning(Told.of(ANTHROPIC, false, fixture(name + ".json")).answer());
    JsonNode streamed = Told.meaning(stream(fixture(name + ".sse")).answer());
    assertThat(streamed).isEqualTo(whole);
  }

  @Test
  void aRefusalIsExplained() {
    JsonNode answer = stream(fixture("refusal.sse")).answer();
    assertThat(answer.at("/choices/0/message/refusal").asText()).isEqualTo("This may not be told.");
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("content_filter");
  }

  @Test
  void numbersOfACallAreNotRounded() {
    String input =
        "{\"a\":0.1000000000000000055511151231257827,\"b\":12345678901234567890,\"c\":1.50}";
    String answer = fixture("tools.json").replace("\"input\": {}", "\"input\": " + input);
    JsonNode message = Told.of(ANTHROPIC, false, answer).message();
    assertThat(message.at("/tool_calls/1/function/arguments").asText()).isEqualTo(input);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "tools", "thinking", "search"})
  void aStreamSaysTheSameHoweverItIsCut(String name) {
    byte[] body = fixture(name + ".sse").getBytes(StandardCharsets.UTF_8);
    List<String> uncut = Told.of(ANTHROPIC, true, List.of(body)).comparable();
    assertThat(Splits.single(body.length))
        .allSatisfy(
            cuts ->
                assertThat(Told.of(ANTHROPIC, true, Splits.of(body, cuts)).comparable())
                    .isEqualTo(uncut));
    assertThat(Told.of(ANTHROPIC, true, Splits.of(body, Splits.every(1, body.length))).comparable())
        .isEqualTo(uncut);
  }

  @Test
  void parallelCallsAreCountedFromZeroAndHaveArguments() {
    JsonNode answer = stream(fixture("tools.sse")).answer();
    assertThat(answer.at("/choices/0/message/tool_calls/0/function/arguments").asText())
        .isEqualTo("{\"harbour\": \"Büsum\", \"days\": [1, 2], \"note\": \"say \\\"ahoy\\\"\"}");
    assertThat(answer.at("/choices/0/message/tool_calls/1/function/arguments").asText())
        .isEqualTo("{}");
    assertThat(answer.at("/choices/0/message/tool_calls/1/id").asText()).isEqualTo("toolu_2");
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
  }

  @Test
  void tokensFromTheCacheBelongToThePrompt() {
    JsonNode usage = stream(fixture("text.sse")).answer().path("usage");
    assertThat(usage.toString())
        .isEqualTo(
            "{\"prompt_tokens\":1320,\"completion_tokens\":12,\"total_tokens\":1332,\"prompt_tokens_details\":{\"cached_tokens\":1000}}");
  }

  @Test
  void thinkingIsTextAndBlocksThatCanBeSentBack() throws IOException {
    JsonNode answer = stream(fixture("thinking.sse")).answer();
    JsonNode message = answer.at("/choices/0/message");
    assertThat(message.path("reasoning_content").asText())
        .isEqualTo("The ship is late, so I look at the tide.\n\nAnd then the wind.");
    assertThat(message.path("thinking_blocks"))
        .isEqualTo(
            JSON.readTree(
                """
        [{"index":0,"type":"thinking","thinking":"The ship is late, so I look at the tide.","signature":"c2lnbmF0dXJlLW9uZQ=="},
         {"index":1,"type":"redacted_thinking","data":"cmVkYWN0ZWQ="},
         {"index":2,"type":"thinking","thinking":"","signature":"c2lnbmF0dXJlLXR3bw=="},
         {"index":3,"type":"thinking","thinking":"And then the wind.","signature":"c2lnbmF0dXJlLXRocmVl"}]"""));
    assertThat(answer.at("/usage/completion_tokens_details/reasoning_tokens").asInt()).isEqualTo(7);
  }

  @Test
  void whatTheProvidersOwnToolsDoIsNoCallAndItsSourcesAreAnnotations() throws IOException {
    JsonNode message = stream(fixture("search.sse")).message();
    assertThat(message.has("tool_calls")).isFalse();
    assertThat(message.path("content").asText())
        .isEqualTo("Let me look. High water is at noon 🌊.");
    assertThat(message.path("annotations"))
        .isEqualTo(
            JSON.readTree(
                """
        [{"type":"url_citation","url_citation":{"start_index":27,"end_index":36,"title":"Tides","url":"https://tide.example/"}}]"""));
  }

  @ParameterizedTest
  @CsvSource({
    "end_turn, stop",
    "stop_sequence, stop",
    "max_tokens, length",
    "model_context_window_exceeded, length",
    "refusal, content_filter",
    "pause_turn, stop",
    "something_new, stop"
  })
  void stopReasonsAreOpenAis(String said, String finish) {
    assertThat(stream(START + TEXT + STOP.replace("end_turn", said)).finish()).isEqualTo(finish);
  }

  @SuppressWarnings("StringConcatToTextBlock") // events of a wire
  @ParameterizedTest
  @ValueSource(
      strings = {
        "event: ping\ndata: {\"type\":\"ping\"}\n\n",
        "event: brand_new\ndata: {\"type\":\"brand_new\",\"index\":{}}\n\n",
        "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"brand_new_delta\",\"text\":1}}\n\n",
        "data: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"brand_new\",\"text\":\"no\"}}\n\n"
            + "data: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\"}}\n\n",
        ": a comment\n\n",
        "data: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"usage\":{\"output_tokens\":99}}}\n\n",
        "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":null},\"usage\":{\"output_tokens\":1}}\n\n"
      })
  void whatIsUnknownOrRepeatedIsPassedOver(String extra) {
    assertThat(stream(START + TEXT + extra + STOP).answer())
        .isEqualTo(stream(START + TEXT + STOP).answer());
  }

  @Test
  void theLastWordOnUsageCounts() {
    String more =
        "data: {\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"input_tokens\":9,\"cache_read_input_tokens\":null,\"output_tokens\":5}}\n\n";
    JsonNode usage =
        stream(
                START
                    + TEXT
                    + STOP.replace(
                        "data: {\"type\":\"message_stop\"}",
                        more + "data: {\"type\":\"message_stop\"}"))
            .answer()
            .path("usage");
    assertThat(usage.toString())
        .isEqualTo("{\"prompt_tokens\":9,\"completion_tokens\":5,\"total_tokens\":14}");
  }

  @Test
  void aCallWhoseInputCameWithItsStartHasArguments() {
    String call =
        data(
            "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{\"a\":1}}}");
    JsonNode message = stream(START + call + STOP.replace("end_turn", "tool_use")).message();
    assertThat(message.at("/tool_calls/0/function/arguments").asText()).isEqualTo("{\"a\":1}");
  }

  static Stream<Arguments> brokenStreams() {
    String error =
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"said so\"}}\n\n";
    return Stream.of(
        arguments("overloaded first", error.formatted("overloaded_error"), 502, Kind.SERVER),
        arguments(
            "overloaded later",
            START + TEXT + error.formatted("overloaded_error"),
            502,
            Kind.SERVER),
        arguments("throttled", START + error.formatted("rate_limit_error"), 429, Kind.RATE_LIMIT),
        arguments("timeout", START + error.formatted("timeout_error"), 504, Kind.TIMEOUT),
        arguments("caller's fault", error.formatted("invalid_request_error"), 400, Kind.CALLER),
        arguments("operator's fault", error.formatted("permission_error"), 502, Kind.SERVER),
        arguments(
            "no event, but an error",
            "{\"type\":\"error\",\"error\":{\"type\":\"api_error\"}}",
            502,
            Kind.SERVER),
        arguments("cut", START + TEXT, 502, Kind.CONNECTION),
        arguments(
            "cut before the last event",
            START + TEXT + STOP.substring(0, STOP.lastIndexOf("data:")),
            502,
            Kind.CONNECTION),
        arguments("empty", "", 502, Kind.CONNECTION),
        arguments("spliced", START + TEXT + START.replace("msg_1", "msg_2"), 502, Kind.SERVER),
        arguments("no JSON", "data: hello\n\n", 502, Kind.SERVER),
        arguments(
            "no stop reason",
            START + TEXT + STOP.replace("\"end_turn\"", "null"),
            502,
            Kind.SERVER),
        arguments(
            "OpenAI's words", "data: {\"choices\":[]}\n\ndata: [DONE]\n\n", 502, Kind.SERVER));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenStreams")
  void aStreamThatFailsIsAFailureAndHasNoFinish(String name, String body, int status, Kind kind) {
    Told told = stream(body);
    assertThat(Objects.requireNonNull(told.failure()).error().status()).isEqualTo(status);
    assertThat(told.failure().kind()).isEqualTo(kind);
    assertThat(told.done()).isFalse();
    assertThat(told.frames()).noneMatch(frame -> frame.toString().contains("\"finish_reason\":\""));
  }

  @ParameterizedTest
  @CsvSource({
    "400, 400, CALLER",
    "401, 502, SERVER",
    "402, 502, SERVER",
    "404, 404, CALLER",
    "413, 413, CALLER",
    "429, 429, RATE_LIMIT",
    "500, 502, SERVER",
    "504, 504, TIMEOUT",
    "529, 502, SERVER"
  })
  void aRefusalIsTheContractsError(int status, int told, Kind kind) {
    String body =
        "{\"type\":\"error\",\"error\":{\"type\":\"some_error\",\"message\":\"said so\"},\"request_id\":\"req_1\"}";
    for (boolean stream : new boolean[] {true, false}) {
      ProviderFailure failure =
          Told.of(
                  ANTHROPIC,
                  stream,
                  status,
                  Map.of("retry-after", "17"),
                  List.of(body.getBytes(StandardCharsets.UTF_8)))
              .failure();
      GatewayError error = Objects.requireNonNull(failure).error();
      assertThat(error.status()).isEqualTo(told);
      assertThat(failure.kind()).isEqualTo(kind);
      if (status == 429 || status == 529) {
        assertThat(error.retryAfter()).isEqualTo(Duration.ofSeconds(17));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no JSON", "[]", "{\"type\":\"message\"}", "{\"choices\":[]}"})
  void anAnswerThatIsNoMessageIsAFailure(String body) {
    Told told = Told.of(ANTHROPIC, false, body);
    assertThat(Objects.requireNonNull(told.failure()).kind()).isEqualTo(Kind.SERVER);
    assertThat(told.frames()).isEmpty();
  }
}
