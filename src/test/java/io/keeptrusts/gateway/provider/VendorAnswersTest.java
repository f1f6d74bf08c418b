package io.keeptrusts.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.provider.ProviderFailure.Kind;
import io.keeptrusts.gateway.provider.Transcript.Choice;
import io.keeptrusts.gateway.testing.Splits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client reads of the answers of Ollama, Azure, Mistral, Groq and vLLM. */
class VendorAnswersTest {

  private static byte[] resource(String name) {
    try (InputStream in = VendorAnswersTest.class.getResourceAsStream("/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Transcript stream(String vendor, String name) {
    Played played = Played.stream(vendor, resource(vendor + "/" + name));
    assertThat(played.failure()).isNull();
    assertThat(played.done()).isTrue();
    Transcript transcript = played.transcript();
    assertThat(transcript.broken()).isEmpty();
    return transcript;
  }

  @Test
  void ollamasThoughtsAndTextAreTwoChannelsAndItsCountsAreUsage() {
    Transcript transcript = stream("ollama", "reasoning.ndjson");

    assertThat(transcript.only())
        .hasToString(
            "content=Good <day> 👋 to you. reasoning=Let me think. refusal= tools=[] finish=stop");
    assertThat(transcript.usage())
        .isEqualTo(
            Played.tree("{\"prompt_tokens\":12,\"completion_tokens\":7,\"total_tokens\":19}"));
  }

  @Test
  void ollamasCallsGetWhatTheyLackAndEndInToolCalls() {
    Choice choice = stream("ollama", "tools.ndjson").only();

    assertThat(choice)
        .hasToString(
            "content=Both, please. reasoning= refusal= tools=[weather{\"city\":\"Oslo\",\"days\":1.0}, weather{\"city\":\"Rome\"}, now{}]"
                + " finish=tool_calls");
    assertThat(choice.tools.get(0).id).matches("call_[0-9a-f]{24}");
    assertThat(choice.tools.get(1).id).isEqualTo("call_x");
    assertThat(choice.tools.get(2).id).isNotEqualTo("call_x");
  }

  @Test
  void anAnswerOfOllamaSaysTheSameWhetherStreamedOrNot() {
    Transcript whole = Played.whole("ollama", resource("ollama/tools.json")).transcript();

    assertThat(whole.broken()).isEmpty();
    assertThat(whole.only()).hasToString(stream("ollama", "tools.ndjson").only().toString());
    assertThat(whole.usage())
        .isEqualTo(Played.tree("{\"prompt_tokens\":0,\"completion_tokens\":7,\"total_tokens\":7}"));
  }

  @Test
  void ollamasLogprobsTravelWithTheirText() {
    Played played = Played.stream("ollama", resource("ollama/length.ndjson"));

    assertThat(played.transcript().only().finish).isEqualTo("length");
    assertThat(played.frames().getFirst())
        .contains(
            "\"content\":\"Once upon\"},\"logprobs\":{\"content\":[{\"token\":\"Once upon\",\"logprob\":-0.1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"stop | stop", "load | stop", "unload | stop", "length | length", "new | stop"})
  void ollamasReasonsAreOpenAis(String reason, String finish) {
    String line =
        "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"x\"},\"done\":true,\"done_reason\":\"%s\"}"
            .formatted(reason);

    assertThat(Played.stream("ollama", line).transcript().only().finish).isEqualTo(finish);
    assertThat(Played.whole("ollama", line).transcript().only().finish).isEqualTo(finish);
  }

  @Test
  void usageThatGroqGivesInItsOwnPlaceAloneIsUsage() {
    String chunk =
        """
        data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,\
        "delta":{%s},"finish_reason":%s}]%s}

        """;

    Played played =
        Played.stream(
            "groq",
            chunk.formatted("\"role\":\"assistant\",\"content\":\"Hi\"", "null", "")
                + chunk.formatted(
                    "",
                    "\"stop\"",
                    ",\"x_groq\":{\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":3,\"total_tokens\":5}}")
                + "data: [DONE]\n\n");

    assertThat(played.transcript().broken()).isEmpty();
    assertThat(played.transcript().usage().path("total_tokens").asInt()).isEqualTo(5);
    assertThat(played.usage().totalTokens()).isEqualTo(5);
  }

  @Test
  void anErrorLineOfOllamaEndsTheStreamWithoutAFinish() {
    Played played = Played.stream("ollama", resource("ollama/error.ndjson"));

    assertThat(played.frames()).hasSize(1);
    assertThat(played.done()).isFalse();
    assertThat(played.failure().kind()).isEqualTo(Kind.SERVER);
    assertThat(played.failure().error().message()).isEqualTo("the runner has stopped");
  }

  @Test
  void everyCutOfOllamasLinesMeansTheSameAndEveryLossIsAFailure() {
    byte[] body = resource("ollama/reasoning.ndjson");
    List<String> once = texts(Played.stream("ollama", body));

    Splits.single(body.length)
        .forEach(
            cut ->
                assertThat(texts(Played.stream("ollama", Splits.of(body, cut)))).isEqualTo(once));
    int lastLine = new String(body, StandardCharsets.ISO_8859_1).lastIndexOf('}');
    for (int end = 0; end < lastLine; end += 7) {
      Played cut = Played.stream("ollama", java.util.Arrays.copyOf(body, end));
      assertThat(cut.done()).isFalse();
      assertThat(cut.failure().kind()).isEqualTo(Kind.CONNECTION);
    }
  }

  private static List<String> texts(Played played) {
    return played.frames().stream()
        .map(frame -> frame.replaceAll("chatcmpl-[0-9a-f-]+", ""))
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ollama | 404 | {\"error\":\"model 'x' not found\"} | 404 | model 'x' not found | CALLER | ",
        "ollama | 500 | {\"error\":\"out of memory\"} | 502 | out of memory | SERVER | ",
        "ollama | 401 | unauthorized | 502 |  | SERVER | ",
        "mistral | 422 | {\"object\":\"error\",\"message\":{\"detail\":[{\"loc\":[\"body\",\"messages\",0,\"x\"],\"msg\":\"Extra inputs\"}]}} | 422 | Extra inputs | CALLER | messages[0].x",
        "mistral | 422 | {\"detail\":[{\"loc\":[\"body\",\"top\"],\"msg\":\"Bad\"}]} | 422 | Bad | CALLER | top",
        "mistral | 401 | {\"detail\":\"Invalid API Key\"} | 502 |  | SERVER | ",
        "azure | 400 | {\"error\":{\"message\":\"Filtered.\",\"type\":null,\"param\":\"prompt\",\"code\":\"content_filter\"}} | 400 | Filtered. | CALLER | prompt",
        "azure | 401 | {\"error\":{\"code\":\"401\",\"message\":\"Access denied\"}} | 502 |  | SERVER | ",
        "azure | 403 | {\"error\":{\"code\":\"403\"}} | 502 |  | SERVER | ",
        "azure | 404 | {\"error\":{\"code\":\"DeploymentNotFound\",\"message\":\"No deployment\"}} | 404 | No deployment | CALLER | ",
        "groq | 498 | {\"error\":{\"message\":\"Busy\"}} | 429 | Busy | RATE_LIMIT | ",
      })
  void refusalsAreErrorsOfTheContract(
      String vendor, int status, String body, int told, String message, Kind kind, String param) {
    Played played =
        Played.play(vendor, true, status, Map.of(), List.of(body.getBytes(StandardCharsets.UTF_8)));

    assertThat(played.failure().kind()).isEqualTo(kind);
    assertThat(played.failure().error().status()).isEqualTo(told);
    assertThat(played.failure().error().param()).isEqualTo(param);
    if (message == null) {
      assertThat(played.failure().error().code()).isEqualTo("provider_auth");
    } else {
      assertThat(played.failure().error().message()).isEqualTo(message);
    }
  }

  @Test
  void azuresCodesAndItsWaitInMillisecondsAreKept() {
    byte[] filter =
        "{\"error\":{\"message\":\"Filtered.\",\"code\":\"content_filter\"}}"
            .getBytes(StandardCharsets.UTF_8);

    assertThat(Played.play("azure", true, 400, Map.of(), List.of(filter)).failure().error().code())
        .isEqualTo("content_filter");
    assertThat(
            Played.play(
                    "azure",
                    true,
                    429,
                    Map.of("retry-after-ms", "1500", "retry-after", "2"),
                    List.of(filter))
                .failure()
                .error()
                .retryAfter())
        .hasMillis(1500);
  }

  @Test
  void azuresFilterEventsCanBeReadAsChunks() {
    Played played = Played.stream("azure", resource("azure/filtered.sse"));

    assertThat(played.transcript().broken()).isEmpty();
    assertThat(played.transcript().only())
        .hasToString("content=Be kind. reasoning= refusal= tools=[] finish=stop");
    JsonNode first = played.trees().getFirst();
    assertThat(first.path("id").asText()).isEqualTo("c1");
    assertThat(
            first.path("prompt_filter_results").path(0).path("content_filter_results").has("hate"))
        .isTrue();
    assertThat(played.trees().stream().filter(frame -> frame.has("prompt_filter_results")))
        .hasSize(1);
    JsonNode verdict = played.trees().get(3);
    assertThat(
            verdict
                .path("choices")
                .path(0)
                .path("content_filter_offsets")
                .path("end_offset")
                .asInt())
        .isEqualTo(8);
    assertThat(verdict.path("object").asText()).isEqualTo("chat.completion.chunk");
  }

  @Test
  void aBlockedAnswerOfAzureHasAMessage() {
    Played played = Played.whole("azure", resource("azure/blocked.json"));

    assertThat(played.transcript().only())
        .hasToString("content= reasoning= refusal= tools=[] finish=content_filter");
    assertThat(played.trees().getFirst().path("choices").path(0).path("message").has("content"))
        .isTrue();
    assertThat(played.trees().getFirst().path("choices").path(0).has("content_filter_results"))
        .isTrue();
  }

  @Test
  void mistralsThoughtsLeaveTheContentAndItsUsageTheFinishChunk() {
    Transcript transcript = stream("mistral", "reasoning.sse");

    assertThat(transcript.only())
        .hasToString("content=It is 44 reasoning=Let me see. refusal= tools=[] finish=length");
    assertThat(transcript.usage().path("prompt_tokens_details").path("cached_tokens").asInt())
        .isEqualTo(4);
    assertThat(
            String.join("", Played.stream("mistral", resource("mistral/reasoning.sse")).frames()))
        .contains("\"reference_ids\":[1]");
    Transcript whole = Played.whole("mistral", resource("mistral/reasoning.json")).transcript();
    assertThat(whole.only()).hasToString(transcript.only().toString());
    assertThat(whole.usage()).isEqualTo(transcript.usage());
  }

  @ParameterizedTest
  @CsvSource({"mistral, tools.sse", "mistral, pieces.sse", "groq, tools.sse", "vllm, tools.sse"})
  void callsAreDenseNamedOnceAndHaveArguments(String vendor, String name) {
    Choice choice = stream(vendor, name).only();

    String tools =
        vendor.equals("groq") ? "[now{}, later{}]" : "[weather{\"city\":\"Oslo\"}, now{}]";
    assertThat(choice.tools).hasToString(tools);
    assertThat(choice.finish).isEqualTo("tool_calls");
  }

  @ParameterizedTest
  @CsvSource({"mistral, tools.sse", "groq, tools.sse", "vllm, tools.sse"})
  void usageIsTheLastChunkAndStandsAlone(String vendor, String name) {
    List<JsonNode> frames = Played.stream(vendor, resource(vendor + "/" + name)).trees();

    assertThat(frames.getLast().path("choices")).isEmpty();
    assertThat(frames.getLast().path("usage").path("total_tokens").asInt()).isEqualTo(14);
    assertThat(frames.stream().filter(frame -> frame.path("usage").isObject())).hasSize(1);
  }

  @Test
  void aCallThatWasCutByLengthIsNotCompleted() {
    String body =
        new String(resource("vllm/tools.sse"), StandardCharsets.UTF_8)
            .replace("\"finish_reason\":\"tool_calls\"", "\"finish_reason\":\"length\"");

    assertThat(Played.stream("vllm", body).transcript().only().tools)
        .hasToString("[weather{\"city\":\"Oslo\"}, now]");
  }

  @Test
  void errorsInAStreamAreFailuresAndKeepTheirCode() {
    ProviderFailure groq = Played.stream("groq", resource("groq/error.sse")).failure();
    ProviderFailure vllm = Played.stream("vllm", resource("vllm/error.sse")).failure();

    assertThat(groq.error().code()).isEqualTo("tool_use_failed");
    assertThat(groq.kind()).isEqualTo(Kind.CALLER);
    assertThat(vllm.error().message()).isEqualTo("The engine has died.");
    assertThat(vllm.kind()).isEqualTo(Kind.SERVER);
  }

  @ParameterizedTest
  @CsvSource({"mistral, error", "vllm, abort", "vllm, error"})
  void aFailureGivenAsAFinishReasonIsAFailure(String vendor, String reason) {
    String body =
        "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
            + "\"delta\":{\"content\":\"x\"},\"finish_reason\":\""
            + reason
            + "\"}]}\n\ndata: [DONE] \n\n";

    Played played = Played.stream(vendor, body);

    assertThat(played.failure().kind()).isEqualTo(Kind.SERVER);
    assertThat(played.done()).isFalse();
    assertThat(Played.stream(vendor, body.replace(reason, "stop")).done()).isTrue();
  }

  @Test
  void aChunkThatNeedsNothingGoesOutAsItCame() {
    String chunk =
        "{\"id\": \"c1\",\"object\":\"chat.completion.chunk\", \"choices\":[{\"index\":0,\"delta\":{\"content\":\"a \\u0041 \\\"usage\\\": {}\"}}],\"p\":\"abc\"}";
    String first =
        "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\n";

    for (String vendor : List.of("openai", "mistral", "groq", "vllm", "azure")) {
      assertThat(Played.stream(vendor, first + "data: " + chunk + "\n\n").frames().get(1))
          .isEqualTo(chunk);
    }
  }
}
