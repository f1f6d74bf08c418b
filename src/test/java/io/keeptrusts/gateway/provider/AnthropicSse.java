package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.testing.Splits;

/** Writes an answer of Anthropic's Messages as the stream that would have brought it. */
final class AnthropicSse {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final StringBuilder out = new StringBuilder();

  private static ObjectNode object(String type) {
    return JSON.createObjectNode().put("type", type);
  }

  AnthropicSse event(ObjectNode event) {
    out.append("event: ")
        .append(event.path("type").asText())
        .append("\ndata: ")
        .append(event)
        .append("\n\n");
    return this;
  }

  AnthropicSse start(JsonNode message) {
    ObjectNode empty = ((ObjectNode) message.deepCopy()).putNull("stop_reason");
    empty.putArray("content");
    ObjectNode event = object("message_start");
    event.set("message", empty);
    return event(event);
  }

  /** A block in pieces of so many characters. */
  AnthropicSse block(int index, JsonNode block, int size) {
    ObjectNode begin = (ObjectNode) block.deepCopy();
    switch (block.path("type").asText()) {
      case "text" -> {
        begin.put("text", "");
        begin.remove("citations");
        begin(index, begin);
        block
            .path("citations")
            .forEach(citation -> delta(index, object("citations_delta").set("citation", citation)));
        pieces(index, "text_delta", "text", block.path("text").asText(), size);
      }
      case "thinking" -> {
        begin(index, begin.put("thinking", "").put("signature", ""));
        pieces(index, "thinking_delta", "thinking", block.path("thinking").asText(), size);
        delta(index, object("signature_delta").put("signature", block.path("signature").asText()));
      }
      case "tool_use" -> {
        begin.putObject("input");
        begin(index, begin);
        delta(index, object("input_json_delta").put("partial_json", ""));
        String input = block.path("input").isEmpty() ? "" : block.path("input").toString();
        pieces(index, "input_json_delta", "partial_json", input, size);
      }
      default -> begin(index, begin);
    }
    return event(object("content_block_stop").put("index", index));
  }

  private void begin(int index, ObjectNode block) {
    ObjectNode event = object("content_block_start").put("index", index);
    event.set("content_block", block);
    event(event);
    event(object("ping"));
  }

  private void pieces(int index, String type, String key, String text, int size) {
    if (!text.isEmpty()) {
      for (String piece : Splits.of(text, Splits.every(size, text.length()))) {
        delta(index, object(type).put(key, piece));
      }
    }
  }

  private void delta(int index, JsonNode delta) {
    ObjectNode event = object("content_block_delta").put("index", index);
    event.set("delta", delta);
    event(event);
  }

  AnthropicSse stop(JsonNode message) {
    ObjectNode event = object("message_delta");
    ObjectNode delta = event.putObject("delta");
    for (String key : new String[] {"stop_reason", "stop_sequence", "stop_details"}) {
      if (message.has(key)) {
        delta.set(key, message.get(key));
      }
    }
    event.set("usage", message.path("usage"));
    event(event);
    return event(object("message_stop"));
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
