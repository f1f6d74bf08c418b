package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keeptrusts.gateway.exchange.Prompt;
import java.util.Map;
import java.util.TreeMap;

/** Anthropic's Messages (wire-formats 4). What is asked: {@link AnthropicRequest}; what is answered: {@link AnthropicEvents}. */
final class AnthropicProtocol implements Protocol {
  /** Numbers are kept as they were written: what a model says in a call is not rounded. */
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

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
    try {
      return new Outgoing(target.at(MESSAGES), headers, JSON.writeValueAsBytes(request.body()), request.dropped());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree cannot be written", e);
    }
  }

  @Override
  public Reader read(boolean stream, Limits limits, Sink sink) {
    return stream ? new AnthropicStream(limits, sink) : new AnthropicAnswer(limits, sink);
  }
}
