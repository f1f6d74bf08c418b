package io.keeptrusts.gateway.provider.google;

import static io.keeptrusts.gateway.provider.google.GeminiProtocol.invalid;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a chat as contents. What Gemini thought comes back in {@code
 * extra_content.google.thought_signature}, of a message or of a tool call; a conversation that
 * began elsewhere has none, and gets Google's documented stand-in.
 */
final class Messages {
  private static final String NO_SIGNATURE = "skip_thought_signature_validator";

  /**
   * Members of a message that echo an answer or name a speaker: without meaning to Gemini, and
   * dropped.
   */
  private static final Set<String> ECHOES =
      Set.of(
          "name",
          "reasoning_content",
          "reasoning",
          "reasoning_details",
          "thinking_blocks",
          "content_parts",
          "executed_tools",
          "channel",
          "annotations",
          "provider_specific_fields",
          "id");

  private static final Set<String> KNOWN =
      Set.of("role", "content", "tool_calls", "tool_call_id", "refusal", "images", "extra_content");

  private final ModelName model;
  private final Set<String> dropped;
  private final ArrayNode system = Json.array();
  private final ArrayNode contents = Json.array();
  private final Map<String, String> names = new HashMap<>();
  private @Nullable ArrayNode results;

  Messages(ModelName model, Set<String> dropped) {
    this.model = model;
    this.dropped = dropped;
  }

  /** Writes {@code systemInstruction} and {@code contents}. */
  void write(JsonNode messages, ObjectNode body) {
    for (int i = 0; i < messages.size(); i++) {
      message(messages.get(i), "messages[" + i + "]");
    }
    if (contents.isEmpty()) {
      throw invalid(
          "messages", "must hold more than instructions: Gemini answers to a user's message.");
    }
    if (!system.isEmpty()) {
      body.putObject("systemInstruction").set("parts", system);
    }
    body.set("contents", contents);
  }

  private void message(JsonNode message, String at) {
    for (Map.Entry<String, JsonNode> member : message.properties()) {
      boolean empty =
          member.getValue().isNull()
              || member.getValue().isContainerNode() && member.getValue().isEmpty();
      if (!KNOWN.contains(member.getKey()) && !empty) {
        if (!ECHOES.contains(member.getKey())) {
          throw invalid(at + "." + member.getKey(), "is not possible with Gemini.");
        }
        dropped.add("messages." + member.getKey());
      }
    }
    String role = message.path("role").asText("");
    if (role.equals("tool")) {
      result(message, at);
      return;
    }
    results = null;
    switch (role) {
      case "system", "developer" ->
          system.addAll(parts(message.path("content"), false, at + ".content"));
      case "user" -> add("user", parts(message.path("content"), true, at + ".content"), at);
      case "assistant" -> assistant(message, at);
      default -> throw invalid(at + ".role", "must be system, developer, user, assistant or tool.");
    }
  }

  private void add(String role, ArrayNode parts, String at) {
    if (parts.isEmpty()) {
      throw invalid(at + ".content", "is empty.");
    }
    contents.addObject().put("role", role).set("parts", parts);
  }

  private void assistant(JsonNode message, String at) {
    ArrayNode parts = parts(message.path("content"), false, at + ".content");
    if (message.path("refusal").isTextual()) {
      parts.addObject().put("text", message.path("refusal").textValue());
    }
    for (JsonNode image : message.path("images")) {
      parts.add(Media.image(image, at + ".images"));
    }
    String signature = signature(message);
    if (signature != null) {
      ((ObjectNode)
              (parts.isEmpty() ? parts.addObject().put("text", "") : parts.path(parts.size() - 1)))
          .put("thoughtSignature", signature);
    }
    JsonNode calls = message.path("tool_calls");
    for (int i = 0; i < calls.size(); i++) {
      parts.add(call(calls.get(i), i == 0, at + ".tool_calls[" + i + "]"));
    }
    // An assistant that said nothing has no turn.
    if (!parts.isEmpty()) {
      add("model", parts, at);
    }
  }

  private ObjectNode call(JsonNode call, boolean first, String at) {
    if (!call.path("type").asText("function").equals("function")) {
      throw invalid(at + ".type", "must be function: Gemini knows no other tools of OpenAI.");
    }
    String name = Json.string(call.path("function"), "name");
    if (name == null) {
      throw invalid(at + ".function.name", "is missing.");
    }
    String arguments = call.path("function").path("arguments").asText("");
    if (!((arguments.isBlank() ? Json.object() : Json.parse(arguments))
        instanceof ObjectNode args)) {
      throw invalid(at + ".function.arguments", "must be a JSON object, as text.");
    }
    ObjectNode part = Json.object();
    ObjectNode function = part.putObject("functionCall");
    String id = Json.string(call, "id");
    if (id != null) {
      names.put(id, name);
      function.put("id", id);
    }
    function.put("name", name).set("args", args);
    String signature = signature(call);
    if (signature != null) {
      part.put("thoughtSignature", signature);
    } else if (first && model.wantsSignatures()) {
      part.put("thoughtSignature", NO_SIGNATURE);
    }
    return part;
  }

  private static @Nullable String signature(JsonNode holder) {
    return Json.string(holder.path("extra_content").path("google"), "thought_signature");
  }

  /** All results that follow one turn are one turn themselves. */
  private void result(JsonNode message, String at) {
    String id = message.path("tool_call_id").asText("");
    String name = names.get(id);
    if (name == null) {
      throw invalid(at + ".tool_call_id", "must be the id of a tool call in a message before.");
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : parts(message.path("content"), false, at + ".content")) {
      text.append(part.path("text").asText());
    }
    ArrayNode open = results;
    if (open == null) {
      open = Json.array();
      results = open;
      contents.addObject().put("role", "user").set("parts", open);
    }
    ObjectNode response =
        open.addObject().putObject("functionResponse").put("id", id).put("name", name);
    JsonNode said = Json.parse(text.toString());
    response.set(
        "response",
        said instanceof ObjectNode ? said : Json.object().put("result", text.toString()));
  }

  /** A content, a string or a list of parts; media are for users only. */
  private ArrayNode parts(JsonNode content, boolean media, String at) {
    ArrayNode parts = Json.array();
    if (content.isTextual()) {
      if (media || !content.textValue().isEmpty()) {
        parts.addObject().put("text", content.textValue());
      }
    } else if (content.isArray()) {
      for (int i = 0; i < content.size(); i++) {
        parts.add(part(content.get(i), media, at + "[" + i + "]"));
      }
    } else if (!content.isNull() && !content.isMissingNode()) {
      throw invalid(at, "must be a string or a list of parts.");
    }
    return parts;
  }

  private ObjectNode part(JsonNode part, boolean media, String at) {
    String type = part.path("type").asText("");
    if (type.equals("text") || type.equals("refusal")) {
      return Json.object().put("text", part.path(type).asText(""));
    }
    if (media) {
      switch (type) {
        case "image_url" -> {
          if (!Set.of("", "auto").contains(part.path("image_url").path("detail").asText(""))) {
            dropped.add("messages.content.image_url.detail");
          }
          return Media.image(part, at);
        }
        case "input_audio" -> {
          return Media.audio(part, at);
        }
        case "file" -> {
          return Media.document(part, at);
        }
        default -> {}
      }
    }
    throw invalid(at + ".type", "is not possible here with Gemini.");
  }
}
