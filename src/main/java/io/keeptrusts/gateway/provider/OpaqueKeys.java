package io.keeptrusts.gateway.provider;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Keys whose value is not text: the contract's short list (DESIGN 1), beyond those that {@link
 * Keys} knows.
 */
final class OpaqueKeys {
  private static final Set<String> NAMES =
      Set.of(
          "b64_json",
          "channel",
          "data",
          "encrypted_content",
          "format",
          "native_finish_reason",
          "partial_image_b64",
          "thought_signature");

  private OpaqueKeys() {}

  static boolean contains(byte[] json, int from, int to) {
    return to - from <= 20
        && NAMES.contains(new String(json, from, to - from, StandardCharsets.ISO_8859_1));
  }
}
