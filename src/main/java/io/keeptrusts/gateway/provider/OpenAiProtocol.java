package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Prompt;
import java.util.List;

/** OpenAI chat completions and everyone who speaks them (wire-formats 2, 6, 7, 10). The body goes out as it came. */
final class OpenAiProtocol implements Protocol {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CHAT = "/v1/chat/completions";
  private static final ObjectWriter ESCAPED = JSON.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

  @Override
  public Outgoing request(Target target, Prompt prompt) {
    ObjectNode body = prompt.body().objectNode().setAll(prompt.body());
    if (target.model() != null) {
      body.put("model", target.model());
    }
    if (prompt.stream() && target.vendor().usageOption()) {
      // Usage is always asked for: the gateway counts it, and withholds it from a client that did not ask.
      ObjectNode options = body.path("stream_options") instanceof ObjectNode given ? given.deepCopy() : body.objectNode();
      body.set("stream_options", options.put("include_usage", true));
    } else {
      body.remove("stream_options");
    }
    return new Outgoing(target.at(CHAT), target.headers(), bytes(body), List.of());
  }

  private static byte[] bytes(ObjectNode body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      return escaped(body);
    }
  }

  /** A text with half a surrogate pair has no UTF-8: it goes out as it came, as an escape. */
  private static byte[] escaped(ObjectNode body) {
    try {
      return ESCAPED.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a parsed body cannot be written", e);
    }
  }

  @Override
  public Reader read(boolean stream, Limits limits, Sink sink) {
    return stream ? new OpenAiStream(limits, sink) : new OpenAiAnswer(limits, sink);
  }
}
