package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Prompt;
import java.util.List;

/** OpenAI's Responses API and those who speak it (wire-formats 3). The body goes out as it came. */
final class OpenAiResponses implements Protocol {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String path;

  OpenAiResponses(String path) {
    this.path = path;
  }

  @Override
  public Outgoing request(Target target, Prompt prompt) {
    ObjectNode body = prompt.body().objectNode().setAll(prompt.body());
    String model = target.azure() == null ? target.model() : target.azure().name();
    if (model != null) {
      body.put("model", model);
    }
    try {
      return new Outgoing(
          target.at(path), target.headers(), JSON.writeValueAsBytes(body), List.of());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a parsed body cannot be written", e);
    }
  }

  @Override
  public Reader read(boolean stream, Limits limits, Sink sink) {
    return stream ? new ResponsesStream(limits, sink) : OpenAiAnswer.response(limits, sink);
  }
}
