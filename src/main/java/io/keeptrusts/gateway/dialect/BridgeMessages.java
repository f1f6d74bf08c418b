package io.keeptrusts.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.jspecify.annotations.Nullable;

/**
 * The input items of a Responses request as messages of a chat: calls join the assistant's turn
 * that made them.
 */
final class BridgeMessages {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ArrayNode messages = JSON.arrayNode();
  private @Nullable ObjectNode assistant;
  private final ObjectNode kept = JSON.objectNode();
  private final StringBuilder reasoning = new StringBuilder();

  ArrayNode list() {
    return messages;
  }

  /** A message of one text. */
  void say(String role, JsonNode content) {
    assistant = null;
    kept.removeAll();
    messages.addObject().put("role", role).set("content", content);
  }

  /** {@code input}: a text of the user, or items. */
  void input(JsonNode input) {
    if (input.isTextual()) {
      say("user", input);
      return;
    }
    for (int i = 0; i < input.size(); i++) {
      item(input.get(i), "input[" + i + "]");
    }
  }

  private void item(JsonNode item, String at) {
    switch (item.path("type").asText("message")) {
      case "message" -> message(item, at);
      case "function_call" -> {
        ObjectNode call = JSON.objectNode();
        call.set("id", item.path("call_id"));
        call.put("type", "function");
        ObjectNode function = call.putObject("function");
        function.set("name", item.path("name"));
        function.put("arguments", item.path("arguments").asText("{}"));
        for (JsonNode known : kept.path(BridgeThinking.CALLS)) {
          if (known.path("id").equals(item.path("call_id"))) {
            call.set(BridgeThinking.EXTRA, known.path(BridgeThinking.EXTRA));
          }
        }
        ObjectNode turn = assistantTurn();
        turn.withArray("tool_calls").add(call);
      }
      case "function_call_output" -> {
        assistant = null;
        ObjectNode result = messages.addObject().put("role", "tool");
        result.set("tool_call_id", item.path("call_id"));
        result.set("content", output(item.path("output"), at));
      }
      case "reasoning" -> reasoning(item);
      case "image_generation_call" ->
          assistantTurn()
              .withArray("images")
              .addObject()
              .put("type", "image_url")
              .putObject("image_url")
              .put("url", BridgeItem.Image.url(item));
      default ->
          throw BridgeRequest.no(
              at + ".type", "This provider, which speaks chat completions, has no such item.");
    }
  }

  private void message(JsonNode item, String at) {
    String role = item.path("role").asText("user");
    JsonNode content = content(item.path("content"), at + ".content");
    if (role.equals("assistant")) {
      assistant = null;
      assistantTurn().set("content", content);
    } else {
      say(role, content);
    }
  }

  private ObjectNode assistantTurn() {
    ObjectNode turn = assistant;
    if (turn == null) {
      turn = messages.addObject().put("role", "assistant");
      turn.putNull("content");
      if (!reasoning.isEmpty()) {
        turn.put("reasoning_content", reasoning.toString());
        reasoning.setLength(0);
      }
      for (String field : new String[] {BridgeThinking.BLOCKS, BridgeThinking.EXTRA}) {
        JsonNode state = kept.remove(field);
        if (state != null) {
          turn.set(field, state);
        }
      }
      assistant = turn;
    }
    return turn;
  }

  private void reasoning(JsonNode item) {
    assistant = null;
    for (String list : new String[] {"summary", "content"}) {
      item.path(list).forEach(part -> reasoning.append(part.path("text").asText()));
    }
    if (item.get(BridgeThinking.FIELD) instanceof ObjectNode state) {
      kept.setAll(state);
    }
  }

  private static JsonNode output(JsonNode output, String at) {
    return output.isArray() ? content(output, at + ".output") : TextNode.valueOf(output.asText());
  }

  /** A text, or parts; one part of text becomes a text. */
  private static JsonNode content(JsonNode content, String at) {
    if (!content.isArray()) {
      return content;
    }
    ArrayNode parts = JSON.arrayNode();
    for (int i = 0; i < content.size(); i++) {
      parts.add(part(content.get(i), at + "[" + i + "]"));
    }
    boolean oneText = parts.size() == 1 && parts.get(0).path("type").asText().equals("text");
    return oneText ? parts.get(0).get("text") : parts;
  }

  private static ObjectNode part(JsonNode part, String at) {
    return switch (part.path("type").asText()) {
      case "input_text", "output_text", "text" -> one("text", "text", part.path("text"));
      case "refusal" -> one("refusal", "refusal", part.path("refusal"));
      case "input_image" -> {
        if (!part.hasNonNull("image_url")) {
          throw BridgeRequest.no(
              at + ".file_id", "This provider knows no stored files: send the image as image_url.");
        }
        ObjectNode image = JSON.objectNode();
        image.set("url", part.get("image_url"));
        if (part.hasNonNull("detail")) {
          image.set("detail", part.get("detail"));
        }
        yield one("image_url", "image_url", image);
      }
      case "input_file" -> {
        if (!part.hasNonNull("file_data")) {
          throw BridgeRequest.no(
              at, "This provider knows no stored files: send the file as file_data.");
        }
        ObjectNode file = JSON.objectNode();
        file.set("file_data", part.get("file_data"));
        if (part.hasNonNull("filename")) {
          file.set("filename", part.get("filename"));
        }
        yield one("file", "file", file);
      }
      case "input_audio" -> one("input_audio", "input_audio", part.path("input_audio"));
      default ->
          throw BridgeRequest.no(
              at + ".type", "This provider, which speaks chat completions, has no such part.");
    };
  }

  private static ObjectNode one(String type, String key, JsonNode value) {
    ObjectNode node = JSON.objectNode().put("type", type);
    node.set(key, value);
    return node;
  }
}
