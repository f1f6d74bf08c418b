package io.keeptrusts.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * An output item that is open: what was streamed of it so far, and what it looks like as a whole.
 */
sealed interface BridgeItem {
  JsonNodeFactory JSON = JsonNodeFactory.instance;

  int index();

  String id();

  /** The item as a whole; {@code status} is in_progress, completed or incomplete. */
  ObjectNode whole(String status);

  /**
   * What the model thought.
   *
   * @param kept what its provider wants back
   */
  record Reasoning(int index, String id, StringBuilder text, ObjectNode kept)
      implements BridgeItem {
    @Override
    public ObjectNode whole(String status) {
      ObjectNode item = JSON.objectNode().put("id", id).put("type", "reasoning");
      ArrayNode summary = item.putArray("summary");
      if (!status.equals("in_progress") && !text.isEmpty()) {
        summary.add(part());
      }
      if (!status.equals("in_progress") && !kept.isEmpty()) {
        item.put("encrypted_content", BridgeThinking.pack(kept));
      }
      return item;
    }

    ObjectNode part() {
      return JSON.objectNode().put("type", "summary_text").put("text", text.toString());
    }
  }

  /** What the model says: one text part, one refusal part, or both. */
  record Message(
      int index,
      String id,
      StringBuilder text,
      StringBuilder refusal,
      ArrayNode annotations,
      ArrayNode logprobs)
      implements BridgeItem {
    @Override
    public ObjectNode whole(String status) {
      ObjectNode item =
          JSON.objectNode()
              .put("id", id)
              .put("type", "message")
              .put("status", status)
              .put("role", "assistant");
      ArrayNode content = item.putArray("content");
      if (!status.equals("in_progress")) {
        if (hasText()) {
          content.add(textPart());
        }
        if (!refusal.isEmpty()) {
          content.add(refusalPart());
        }
      }
      return item;
    }

    private boolean hasText() {
      return !text.isEmpty() || refusal.isEmpty();
    }

    ObjectNode textPart() {
      ObjectNode part = JSON.objectNode().put("type", "output_text").put("text", text.toString());
      part.set("annotations", annotations.deepCopy());
      part.set("logprobs", logprobs.deepCopy());
      return part;
    }

    ObjectNode refusalPart() {
      return JSON.objectNode().put("type", "refusal").put("refusal", refusal.toString());
    }
  }

  /** A tool that the model calls. */
  record Call(int index, String id, String callId, String name, StringBuilder arguments)
      implements BridgeItem {
    @Override
    public ObjectNode whole(String status) {
      return JSON.objectNode()
          .put("id", id)
          .put("type", "function_call")
          .put("status", status)
          .put("arguments", said(status))
          .put("call_id", callId)
          .put("name", name);
    }

    /** Valid JSON also where there are no arguments, unless the answer was cut before them. */
    String said(String status) {
      return switch (status) {
        case "in_progress" -> "";
        case "completed" -> arguments.isEmpty() ? "{}" : arguments.toString();
        default -> arguments.toString();
      };
    }
  }

  /**
   * An image that the model made.
   *
   * @param url a {@code data:} URL
   */
  record Image(int index, String id, String url) implements BridgeItem {
    private static final String BASE64 = ";base64,";

    @Override
    public ObjectNode whole(String status) {
      int comma = url.indexOf(BASE64);
      ObjectNode item = JSON.objectNode().put("id", id).put("type", "image_generation_call");
      item.put("status", status.equals("in_progress") ? status : "completed");
      if (comma < 0 || status.equals("in_progress")) {
        return item.putNull("result");
      }
      return item.put("output_format", url.substring(url.indexOf('/') + 1, comma))
          .put("result", url.substring(comma + BASE64.length()));
    }

    /** The URL of an item that came back. */
    static String url(JsonNode item) {
      String format = item.path("output_format").asText("png");
      return "data:image/" + format + BASE64 + item.path("result").asText();
    }
  }

  /** An annotation of a chat in the words of Responses. */
  static JsonNode annotation(JsonNode chat) {
    @Nullable JsonNode citation = chat.get("url_citation");
    if (citation == null || !citation.isObject()) {
      return chat;
    }
    ObjectNode flat = JSON.objectNode().put("type", "url_citation");
    citation.properties().forEach(member -> flat.set(member.getKey(), member.getValue()));
    return flat;
  }
}
