package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.Prompt;
import java.util.Map;
import java.util.TreeMap;

/**
 * Anthropic's Messages (wire-formats 4). What is asked: {@link AnthropicRequest}; what is answered:
 * {@link AnthropicEvents}.
 */
final class AnthropicProtocol implements Protocol {
  private static final String MESSAGES = "/v1/messages";

  @Override
  public Outgoing request(Target target, Prompt prompt) {
    String model = target.model() == null ? prompt.body().path("model").asText("") : target.model();
    AnthropicRequest request = new AnthropicRequest(prompt.body(), model, prompt.stream());
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("anthropic-version", "2023-06-01");
    if (request.files()) {
      headers.put("anthropic-beta", "files-api-2025-04-14");
    }
    headers.putAll(target.headers());
    return new Outgoing(
        target.at(MESSAGES), headers, ExactJson.bytes(request.body()), request.dropped());
  }

  @Override
  public Reader read(boolean stream, Limits limits, Sink sink) {
    return stream ? new AnthropicStream(limits, sink) : new AnthropicAnswer(limits, sink);
  }
}
