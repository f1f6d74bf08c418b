package io.keeptrusts.gateway.sdk;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.TestGateway;
import io.micrometer.core.instrument.Counter;
import java.util.Map;

/**
 * An application built on OpenAI's own client, with nothing but its base URL changed: client,
 * gateway, provider.
 */
final class Sdk implements AutoCloseable {
  static final String DONE = "data: [DONE]\n\n";

  final FakeUpstream upstream = FakeUpstream.start();
  final TestGateway gateway;
  final OpenAIClient client;

  Sdk(String chain, String blocks) {
    this(Map.of(), chain, blocks);
  }

  Sdk(Map<String, String> settings, String chain, String blocks) {
    gateway = TestGateway.start(settings, TestGateway.pack(upstream.baseUrl(), chain, blocks));
    client = OpenAIOkHttpClient.builder().baseUrl(gateway.url() + "/v1").apiKey("any").build();
  }

  /** A client that says at once what went wrong. */
  OpenAIClient withoutRetries() {
    return client.withOptions(options -> options.maxRetries(0));
  }

  static ChatCompletionCreateParams.Builder ask(String question) {
    return ChatCompletionCreateParams.builder().model("gpt-4o").addUserMessage(question);
  }

  /** Streams to the end and puts the answer together as the client's own helper does. */
  ChatCompletion accumulated(ChatCompletionCreateParams params) {
    ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> answer =
        client.chat().completions().createStreaming(params)) {
      answer.stream().forEach(accumulator::accumulate);
    }
    return accumulator.chatCompletion();
  }

  /** How many exchanges the gateway has had, those that a policy ended included. */
  int exchanges() {
    var requests = gateway.metrics().find("keeptrusts.gateway.requests").counters();
    return (int) requests.stream().mapToDouble(Counter::count).sum();
  }

  static String chunk(String delta, String finish) {
    return choice(0, delta, finish);
  }

  static String text(String text) {
    return chunk("{\"content\":\"" + text + "\"}", "null");
  }

  static String choice(int index, String delta, String finish) {
    return """
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-2024-08-06",\
        "choices":[{"index":%d,"delta":%s,"finish_reason":%s}]}

        """
        .formatted(index, delta, finish);
  }

  static String usage(int prompt, int completion) {
    return """
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-2024-08-06",\
        "choices":[],"usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}}

        """
        .formatted(prompt, completion, prompt + completion);
  }

  @Override
  public void close() {
    client.close();
    gateway.close();
    upstream.close();
  }
}
