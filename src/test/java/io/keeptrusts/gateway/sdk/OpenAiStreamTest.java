package io.keeptrusts.gateway.sdk;

import static io.keeptrusts.gateway.sdk.Sdk.DONE;
import static io.keeptrusts.gateway.sdk.Sdk.ask;
import static io.keeptrusts.gateway.sdk.Sdk.choice;
import static io.keeptrusts.gateway.sdk.Sdk.chunk;
import static io.keeptrusts.gateway.sdk.Sdk.text;
import static io.keeptrusts.gateway.sdk.Sdk.usage;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionMessageToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import io.keeptrusts.gateway.testing.Reply;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What OpenAI's Java client makes of streams that passed the policies. */
class OpenAiStreamTest {
  private static Sdk sdk;

  @BeforeAll
  static void start() {
    sdk = new Sdk("pii-detector, safety-filter, audit-logger", "");
  }

  @AfterAll
  static void stop() {
    sdk.close();
  }

  @Test
  void textComesInDeltasAndAddsUp() {
    sdk.upstream.reply(
        Reply.sse(
                chunk("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null")
                    + text("A stream ")
                    + text("of several ")
                    + text("words, \\u00e9t\\u00e9 \\ud83d\\ude00.")
                    + chunk("{}", "\"stop\"")
                    + DONE)
            .cutEvery(11));

    List<ChatCompletionChunk> chunks;
    try (StreamResponse<ChatCompletionChunk> answer =
        sdk.client.chat().completions().createStreaming(ask("Hello").build())) {
      chunks = answer.stream().toList();
    }

    assertThat(chunks)
        .allMatch(
            chunk -> chunk.id().equals("chatcmpl-1") && chunk.model().startsWith("gpt-4o-2024"));
    assertThat(chunks).hasSizeGreaterThan(3);
    assertThat(joined(chunks, 0)).isEqualTo("A stream of several words, été 😀.");
    assertThat(chunks.getLast().choices().getFirst().finishReason())
        .contains(ChatCompletionChunk.Choice.FinishReason.STOP);
  }

  @Test
  void aMailAddressCutAcrossChunksIsMaskedInTheAccumulatedText() {
    sdk.upstream.reply(
        Reply.sse(
            chunk("{\"role\":\"assistant\"}", "null")
                + text("Write to jane.d")
                + text("oe@exam")
                + text("ple.com or to nobody.")
                + chunk("{}", "\"stop\"")
                + DONE));

    ChatCompletion answer = sdk.accumulated(ask("Whom do I write to?").build());

    assertThat(answer.choices().getFirst().message().content())
        .contains("Write to [EMAIL_REDACTED] or to nobody.");
  }

  @Test
  void aToolCallKeepsItsIdNameAndArguments() {
    sdk.upstream.reply(
        Reply.sse(
                chunk("{\"role\":\"assistant\",\"content\":null}", "null")
                    + call(0, "call_a", "weather")
                    + arguments(0, "{\\\"city\\\":")
                    + arguments(0, "\\\"Par")
                    + arguments(0, "is\\\"}")
                    + chunk("{}", "\"tool_calls\"")
                    + DONE)
            .cutEvery(29));

    ChatCompletion answer = sdk.accumulated(ask("How is it in Paris?").build());

    assertThat(answer.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
    assertThat(calls(answer)).containsExactly("call_a weather {\"city\":\"Paris\"}");
  }

  @Test
  void parallelToolCallsAreMaskedEachOnItsOwn() {
    sdk.upstream.reply(
        Reply.sse(
            chunk("{\"role\":\"assistant\",\"content\":null}", "null")
                + call(0, "call_a", "mail")
                + arguments(0, "{\\\"to\\\":\\\"jane.d")
                + call(1, "call_b", "weather")
                + arguments(1, "{\\\"city\\\":\\\"Ro")
                + arguments(0, "oe@example.com\\\"}")
                + arguments(1, "me\\\",\\\"days\\\":3}")
                + chunk("{}", "\"tool_calls\"")
                + DONE));

    ChatCompletion answer = sdk.accumulated(ask("Do both.").build());

    assertThat(calls(answer))
        .containsExactly(
            "call_a mail {\"to\":\"[EMAIL_REDACTED]\"}",
            "call_b weather {\"city\":\"Rome\",\"days\":3}");
  }

  @Test
  void aRefusalIsTextLikeAnyOther() {
    sdk.upstream.reply(
        Reply.sse(
            chunk("{\"role\":\"assistant\",\"refusal\":\"\"}", "null")
                + chunk("{\"refusal\":\"I will not write to jane.doe\"}", "null")
                + chunk("{\"refusal\":\"@example.com for you.\"}", "null")
                + chunk("{}", "\"stop\"")
                + DONE));

    ChatCompletion answer = sdk.accumulated(ask("Write for me.").build());

    assertThat(answer.choices().getFirst().message().refusal())
        .contains("I will not write to [EMAIL_REDACTED] for you.");
  }

  @Test
  void usageIsThereForThoseWhoAsked() {
    sdk.upstream.reply(Reply.sse(text("Hi.") + chunk("{}", "\"stop\"") + usage(7, 2) + DONE));

    ChatCompletion answer =
        sdk.accumulated(
            ask("Hello")
                .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build());

    assertThat(answer.usage())
        .hasValueSatisfying(usage -> assertThat(usage.totalTokens()).isEqualTo(9));
  }

  @Test
  void usageThatNobodyAskedForIsWithheld() {
    sdk.upstream.reply(Reply.sse(text("Hi.") + chunk("{}", "\"stop\"") + usage(7, 2) + DONE));

    List<ChatCompletionChunk> chunks;
    try (StreamResponse<ChatCompletionChunk> answer =
        sdk.client.chat().completions().createStreaming(ask("Hello").build())) {
      chunks = answer.stream().toList();
    }

    assertThat(joined(chunks, 0)).isEqualTo("Hi.");
    assertThat(chunks).noneMatch(chunk -> chunk.choices().isEmpty() || chunk.usage().isPresent());
  }

  @Test
  void twoChoicesStayApart() {
    sdk.upstream.reply(
        Reply.sse(
            choice(0, "{\"role\":\"assistant\",\"content\":\"To jane\"}", "null")
                + choice(1, "{\"role\":\"assistant\",\"content\":\"Call \"}", "null")
                + choice(0, "{\"content\":\"@example\"}", "null")
                + choice(1, "{\"content\":\"nobody.\"}", "null")
                + choice(1, "{}", "\"length\"")
                + choice(0, "{\"content\":\".com.\"}", "null")
                + choice(0, "{}", "\"stop\"")
                + DONE));

    ChatCompletion answer = sdk.accumulated(ask("Twice, please.").n(2).build());

    assertThat(answer.choices())
        .extracting(choice -> choice.message().content().orElseThrow())
        .containsExactlyInAnyOrder("To [EMAIL_REDACTED].", "Call nobody.");
    assertThat(answer.choices())
        .extracting(ChatCompletion.Choice::finishReason)
        .containsExactlyInAnyOrder(
            ChatCompletion.Choice.FinishReason.STOP, ChatCompletion.Choice.FinishReason.LENGTH);
  }

  @Test
  void anAnswerThatIsNotStreamedIsAWholeCompletion() {
    sdk.upstream.reply(
        Reply.json(
            200,
            """
            {"id":"chatcmpl-2","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,\
            "message":{"role":"assistant","content":"Write to jane.doe@example.com.","refusal":null},"logprobs":null,\
            "finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"""));

    ChatCompletion answer = sdk.client.chat().completions().create(ask("Hello").build());

    assertThat(answer.id()).isEqualTo("chatcmpl-2");
    assertThat(answer.choices().getFirst().message().content())
        .contains("Write to [EMAIL_REDACTED].");
    assertThat(answer.usage())
        .hasValueSatisfying(usage -> assertThat(usage.totalTokens()).isEqualTo(3));
  }

  private static String joined(List<ChatCompletionChunk> chunks, int choice) {
    StringBuilder text = new StringBuilder();
    chunks.stream()
        .flatMap(chunk -> chunk.choices().stream())
        .filter(each -> each.index() == choice)
        .forEach(each -> each.delta().content().ifPresent(text::append));
    return text.toString();
  }

  private static String call(int index, String id, String name) {
    String call =
        "{\"index\":%d,\"id\":\"%s\",\"type\":\"function\",\"function\":{\"name\":\"%s\",\"arguments\":\"\"}}"
            .formatted(index, id, name);
    return chunk("{\"tool_calls\":[" + call + "]}", "null");
  }

  private static String arguments(int index, String piece) {
    return chunk(
        "{\"tool_calls\":[{\"index\":%d,\"function\":{\"arguments\":\"%s\"}}]}"
            .formatted(index, piece),
        "null");
  }

  private static List<String> calls(ChatCompletion answer) {
    return answer.choices().getFirst().message().toolCalls().orElseThrow().stream()
        .map(ChatCompletionMessageToolCall::asFunction)
        .map(call -> call.id() + " " + call.function().name() + " " + call.function().arguments())
        .toList();
  }
}
