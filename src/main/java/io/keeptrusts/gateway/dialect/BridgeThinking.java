package io.keeptrusts.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Thinking blocks with their signatures, packed into the {@code encrypted_content} of a reasoning
 * item: what a provider wants back unchanged in the next turn travels with the client, as the
 * gateway keeps nothing.
 */
final class BridgeThinking {
  /** Where the blocks stand, unpacked. */
  static final String FIELD = "thinking_blocks";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MARK = "kt1.";

  private BridgeThinking() {}

  static String pack(JsonNode blocks) {
    byte[] json = blocks.toString().getBytes(StandardCharsets.UTF_8);
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
        JsonNode blocks = open(packed.substring(MARK.length()));
        if (blocks != null) {
          reasoning.set(FIELD, blocks);
        }
      }
    }
  }

  private static @Nullable JsonNode open(String packed) {
    try {
      JsonNode blocks = JSON.readTree(Base64.getUrlDecoder().decode(packed));
      return blocks.isArray() ? blocks : null;
    } catch (IOException | IllegalArgumentException e) {
      return null;
    }
  }
}
