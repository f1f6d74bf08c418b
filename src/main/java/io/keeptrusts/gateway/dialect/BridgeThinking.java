package io.keeptrusts.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Thinking blocks and signatures, packed into the {@code encrypted_content} of a reasoning item:
 * what a provider wants back unchanged in the next turn travels with the client, as the gateway
 * keeps nothing.
 */
final class BridgeThinking {
  /** Anthropic's blocks, of a message. */
  static final String BLOCKS = "thinking_blocks";

  /** Gemini's signature, of a message or of a tool call. */
  static final String EXTRA = "extra_content";

  /** Calls that have one: {@code id} and {@code extra_content}. */
  static final String CALLS = "tool_calls";

  /** Where all that stands in a reasoning item, unpacked. */
  static final String FIELD = "kept";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MARK = "kt1.";

  private BridgeThinking() {}

  /**
   * What a message or a delta says that the model thought: vendors use one of two names, or both.
   */
  static String text(JsonNode said) {
    String text = said.path("reasoning_content").asText("");
    return text.isEmpty() ? said.path("reasoning").asText("") : text;
  }

  /** Whether a message, a delta or a call holds what its provider wants back. */
  static boolean isIn(JsonNode said) {
    return said.path(BLOCKS).isArray() && !said.path(BLOCKS).isEmpty()
        || said.path(EXTRA).isObject();
  }

  /** Adds what a message or a delta holds of it. */
  static void keep(JsonNode said, ObjectNode kept) {
    said.path(BLOCKS).forEach(block -> kept.withArray(BLOCKS).add(block));
    if (said.path(EXTRA).isObject()) {
      kept.set(EXTRA, said.get(EXTRA));
    }
  }

  static void keepCall(String id, JsonNode call, ObjectNode kept) {
    kept.withArray(CALLS).addObject().put("id", id).set(EXTRA, call.path(EXTRA));
  }

  static String pack(ObjectNode kept) {
    byte[] json = kept.toString().getBytes(StandardCharsets.UTF_8);
    return MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(json);
  }

  /**
   * Unpacks what was packed here, so that the input policies see the text that goes to the
   * provider.
   */
  static void unpack(JsonNode input) {
    for (JsonNode item : input) {
      String packed = item.path("encrypted_content").asText("");
      if (item instanceof ObjectNode reasoning && packed.startsWith(MARK)) {
        reasoning.remove("encrypted_content");
        JsonNode kept = open(packed.substring(MARK.length()));
        if (kept != null) {
          reasoning.set(FIELD, kept);
        }
      }
    }
  }

  /**
   * The body without the reasoning that was packed here: to a provider that speaks Responses it is
   * foreign.
   */
  static ObjectNode without(ObjectNode body) {
    ObjectNode kept = body.deepCopy();
    if (kept.get("input") instanceof ArrayNode items) {
      items.removeIf(item -> item.has(FIELD));
    }
    return kept;
  }

  /** Whether a conversation holds reasoning that was packed here. */
  static boolean isPacked(ObjectNode body) {
    for (JsonNode item : body.path("input")) {
      if (item.has(FIELD)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable JsonNode open(String packed) {
    try {
      JsonNode kept = JSON.readTree(Base64.getUrlDecoder().decode(packed));
      return kept.isObject() ? kept : null;
    } catch (IOException | IllegalArgumentException e) {
      return null;
    }
  }
}
