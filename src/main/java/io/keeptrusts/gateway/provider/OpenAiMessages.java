package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.provider.OpenAiVariant.History;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;

/**
 * The conversation, as a vendor of OpenAI's protocol wants it written. One per request; the
 * client's body is not changed.
 */
final class OpenAiMessages {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int ID_LENGTH = 9;

  /** What SDKs send back of an answer and strict vendors do not take. */
  private static final List<String> ECHOED =
      List.of("annotations", "audio", "function_call", "refusal", "reasoning_content", "reasoning");

  /**
   * What this gateway tells of other providers' answers: a conversation may change its provider.
   */
  private static final List<String> FOREIGN =
      List.of(
          "thinking_blocks",
          "extra_content",
          "images",
          "content_parts",
          "executed_tools",
          "reasoning",
          "reasoning_content",
          "reasoning_details",
          "channel");

  private final OpenAiVariant variant;
  private final boolean developer;
  private final boolean closed;
  private final Set<String> dropped;

  /**
   * @param closed members that the vendor does not know are errors to it
   * @param dropped takes the names of what is left out
   */
  OpenAiMessages(OpenAiVariant variant, boolean developer, boolean closed, Set<String> dropped) {
    this.variant = variant;
    this.developer = developer;
    this.closed = closed || variant.strict();
    this.dropped = dropped;
  }

  JsonNode write(JsonNode messages) {
    if (developer && !closed && variant.messages() == History.OPENAI) {
      return messages;
    }
    JsonNode copy = messages.deepCopy();
    for (int i = 0; i < copy.size(); i++) {
      if (copy.get(i) instanceof ObjectNode message) {
        message(message, "messages[" + i + "]");
      }
    }
    return copy;
  }

  private void message(ObjectNode message, String at) {
    String role = message.path("role").asText();
    if (!developer && role.equals("developer")) {
      message.put("role", "system");
    }
    // A tool's name is no participant's name.
    if (variant.dropped().contains("messages[].name")
        && message.has("name")
        && !role.equals("tool")) {
      message.remove("name");
      dropped.add("messages[].name");
    }
    switch (variant.messages()) {
      case OPENAI -> {}
      case REASONING -> reasoning(message);
      case MISTRAL -> mistral(message, role, at);
    }
    if (variant.strict() && role.equals("assistant")) {
      refusal(message);
      ECHOED.stream().filter(field -> !keeps(field)).forEach(field -> drop(message, field));
    }
    if (closed && role.equals("assistant")) {
      FOREIGN.stream().filter(field -> !keeps(field)).forEach(field -> drop(message, field));
      for (JsonNode call : message.path("tool_calls")) {
        if (call instanceof ObjectNode object) {
          object.remove("index");
          object.remove("extra_content");
        }
      }
    }
  }

  private boolean keeps(String field) {
    return variant.messages() == History.REASONING && field.equals("reasoning");
  }

  private void drop(ObjectNode message, String field) {
    JsonNode left = message.remove(field);
    boolean says =
        left != null
            && !left.isNull()
            && !(left.isContainerNode() && left.isEmpty())
            && !(left.isTextual() && left.textValue().isEmpty());
    if (says) {
      dropped.add("messages[]." + field);
    }
  }

  private static void reasoning(ObjectNode message) {
    if (message.hasNonNull("reasoning_content")) {
      JsonNode thoughts = message.remove("reasoning_content");
      if (!message.hasNonNull("reasoning")) {
        message.set("reasoning", thoughts);
      }
    }
  }

  /** What was said instead of an answer is what was said. */
  private static void refusal(ObjectNode message) {
    if (message.path("refusal").isTextual() && !message.hasNonNull("content")) {
      message.set("content", message.get("refusal"));
      message.remove("refusal");
    }
  }

  private static void mistral(ObjectNode message, String role, String at) {
    if (role.equals("tool") && message.path("tool_call_id").isTextual()) {
      message.put("tool_call_id", mistralId(message.get("tool_call_id").textValue()));
    }
    for (JsonNode call : message.path("tool_calls")) {
      if (call instanceof ObjectNode object && call.path("id").isTextual()) {
        object.put("id", mistralId(call.get("id").textValue()));
      }
    }
    if (message.get("content") instanceof ArrayNode parts) {
      for (int i = 0; i < parts.size(); i++) {
        parts.set(i, mistralPart(parts.get(i), at + ".content[" + i + "]"));
      }
    }
    JsonNode thoughts =
        message.path(message.hasNonNull("reasoning_content") ? "reasoning_content" : "reasoning");
    if (role.equals("assistant") && thoughts.isTextual() && !thoughts.textValue().isEmpty()) {
      think(message, thoughts);
    }
  }

  /** Thoughts go back where they came from: into the content. */
  private static void think(ObjectNode message, JsonNode thoughts) {
    JsonNode content = message.path("content");
    ArrayNode parts = message.arrayNode();
    ArrayNode thinking = parts.addObject().put("type", "thinking").putArray("thinking");
    thinking.addObject().put("type", "text").set("text", thoughts);
    if (content instanceof ArrayNode given) {
      parts.addAll(given);
    } else if (!content.asText("").isEmpty()) {
      parts.addObject().put("type", "text").set("text", content);
    }
    message.set("content", parts);
    message.remove(List.of("reasoning_content", "reasoning"));
  }

  private static JsonNode mistralPart(JsonNode part, String at) {
    ObjectNode out = ExactJson.object();
    return switch (part.path("type").asText()) {
      case "refusal" -> out.put("type", "text").put("text", part.path("refusal").asText());
      case "input_audio" ->
          out.put("type", "input_audio")
              .put("input_audio", part.path("input_audio").path("data").asText());
      case "file" -> {
        JsonNode data = part.path("file").path("file_data");
        if (!data.isTextual()) {
          throw refused(at + ".file", "This provider takes files as file_data, a data: URL.");
        }
        out.put("type", "document_url").set("document_url", data);
        if (part.path("file").path("filename").isTextual()) {
          out.set("document_name", part.path("file").get("filename"));
        }
        yield out;
      }
      default -> part;
    };
  }

  /**
   * Mistral takes ids of nine letters and digits only; others' ids become such, the same one each
   * time.
   */
  static String mistralId(String id) {
    if (id.length() == ID_LENGTH && id.chars().allMatch(c -> DIGITS.indexOf(c) >= 0)) {
      return id;
    }
    byte[] hash;
    try {
      hash = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    StringBuilder out = new StringBuilder(ID_LENGTH);
    for (int i = 0; i < ID_LENGTH; i++) {
      // Two bytes per character: the remainder of one would favour some characters.
      out.append(
          DIGITS.charAt(((hash[2 * i] & 0xff) << 8 | hash[2 * i + 1] & 0xff) % DIGITS.length()));
    }
    return out.toString();
  }

  private static GatewayException refused(String param, String message) {
    return GatewayError.invalid(message, param).exception();
  }
}
