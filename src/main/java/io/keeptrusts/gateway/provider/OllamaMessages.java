package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * OpenAI's messages as Ollama takes them: content is one string, images stand beside it as base64,
 * the arguments of a tool call are an object, and a tool's answer names the tool. One per request.
 */
final class OllamaMessages {
  private final Set<String> dropped;
  private final Map<String, String> toolNames = new HashMap<>();

  /**
   * @param dropped takes the names of what Ollama has no place for
   */
  OllamaMessages(Set<String> dropped) {
    this.dropped = dropped;
  }

  ArrayNode write(JsonNode messages) {
    ArrayNode out = ExactJson.object().arrayNode();
    for (int i = 0; i < messages.size(); i++) {
      message(messages.get(i), "messages[" + i + "]", out.addObject());
    }
    return out;
  }

  private void message(JsonNode message, String at, ObjectNode out) {
    String role = message.path("role").asText();
    switch (role) {
      case "system", "user" -> out.put("role", role);
      case "developer" -> out.put("role", "system");
      case "assistant" -> out.put("role", role);
      case "tool" -> out.put("role", role);
      default ->
          throw OllamaProtocol.refused(
              at + ".role", "Ollama knows the roles system, user, assistant and tool.");
    }
    content(message.path("content"), at + ".content", out);
    if (role.equals("assistant")) {
      assistant(message, at, out);
    } else if (role.equals("tool")) {
      tool(message, out);
    } else if (message.hasNonNull("name")) {
      dropped.add("messages[].name");
    }
  }

  private void content(JsonNode content, String at, ObjectNode out) {
    if (!content.isArray()) {
      if (!content.isTextual() && !content.isNull() && !content.isMissingNode()) {
        throw OllamaProtocol.refused(at, "content must be a string or a list of parts.");
      }
      out.put("content", content.asText(""));
      return;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < content.size(); i++) {
      JsonNode part = content.get(i);
      String partAt = at + "[" + i + "]";
      switch (part.path("type").asText()) {
        case "text" -> join(text, part.path("text").asText(""));
        case "refusal" -> join(text, part.path("refusal").asText(""));
        case "image_url" ->
            out.withArray("images").add(image(part.path("image_url"), partAt + ".image_url"));
        default ->
            throw OllamaProtocol.refused(
                partAt + ".type", "Ollama takes parts of type text and image_url.");
      }
    }
    out.put("content", text.toString());
  }

  private static void join(StringBuilder text, String more) {
    text.append(text.isEmpty() || more.isEmpty() ? "" : "\n").append(more);
  }

  private String image(JsonNode image, String at) {
    String url = image.path("url").asText(image.asText(""));
    int comma = url.indexOf(',');
    if (!url.regionMatches(true, 0, "data:", 0, 5)
        || comma < 0
        || !url.substring(0, comma).endsWith(";base64")) {
      throw OllamaProtocol.refused(
          at + (image.isObject() ? ".url" : ""),
          "Ollama takes images as data: URLs in base64; the gateway fetches nothing.");
    }
    if (!image.path("detail").asText("auto").equals("auto")) {
      dropped.add("image_url.detail");
    }
    return url.substring(comma + 1);
  }

  private void assistant(JsonNode message, String at, ObjectNode out) {
    if (message.hasNonNull("audio") || message.hasNonNull("function_call")) {
      String field = message.hasNonNull("audio") ? "audio" : "function_call";
      throw OllamaProtocol.refused(at + "." + field, "Ollama has no " + field + " in a message.");
    }
    JsonNode reasoning =
        message.path(message.hasNonNull("reasoning_content") ? "reasoning_content" : "reasoning");
    if (reasoning.isTextual() && !reasoning.textValue().isEmpty()) {
      out.set("thinking", reasoning);
    }
    if (out.path("content").asText().isEmpty() && message.path("refusal").isTextual()) {
      out.set("content", message.get("refusal"));
    }
    JsonNode calls = message.path("tool_calls");
    for (int i = 0; i < calls.size(); i++) {
      JsonNode call = calls.get(i);
      String callAt = at + ".tool_calls[" + i + "]";
      JsonNode function = call.path("function");
      if (!function.isObject()) {
        throw OllamaProtocol.refused(
            callAt + ".type", "Ollama knows tool calls of type function only.");
      }
      ObjectNode copy = out.withArray("tool_calls").addObject();
      String name = function.path("name").asText("");
      if (call.path("id").isTextual()) {
        copy.set("id", call.get("id"));
        toolNames.put(call.get("id").textValue(), name);
      }
      copy.putObject("function")
          .put("index", i)
          .put("name", name)
          .set("arguments", arguments(function, callAt));
    }
  }

  private static JsonNode arguments(JsonNode function, String at) {
    JsonNode arguments = function.path("arguments");
    String text = arguments.asText("").strip();
    JsonNode parsed =
        text.isEmpty() || text.equals("null") ? ExactJson.object() : ExactJson.read(text);
    if (parsed instanceof ObjectNode object) {
      return object;
    }
    throw OllamaProtocol.refused(
        at + ".function.arguments", "arguments must be a JSON object, written as a string.");
  }

  /** A tool's answer goes by the tool's name; OpenAI gives the call's id alone. */
  private void tool(JsonNode message, ObjectNode out) {
    String id = message.path("tool_call_id").asText("");
    String name = toolNames.getOrDefault(id, message.path("name").asText(""));
    if (!name.isEmpty()) {
      out.put("tool_name", name);
    }
    if (!id.isEmpty()) {
      out.put("tool_call_id", id);
    }
  }
}
