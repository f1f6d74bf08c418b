package io.keeptrusts.gateway.provider.google;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Why a candidate ended (wire-formats table 12).
 *
 * @param word OpenAI's word
 * @param nativeWord Gemini's, where OpenAI has none: something went wrong that is neither length
 *     nor safety
 */
record FinishReason(String word, @Nullable String nativeWord) {
  static final FinishReason STOP = new FinishReason("stop", null);
  static final FinishReason FILTER = new FinishReason("content_filter", null);
  private static final FinishReason LENGTH = new FinishReason("length", null);
  private static final int MAX_WORD = 64;

  /** The value of {@code finishReason}; null if it says nothing. */
  static @Nullable FinishReason of(JsonNode value) {
    // Proto-JSON may write enums as numbers; beyond 4 the two APIs of Google number differently,
    // and agree on 7, 8 and 11.
    String word = value.isTextual() || value.isIntegralNumber() ? value.asText() : "";
    return switch (word) {
      case "", "0", "FINISH_REASON_UNSPECIFIED" -> null;
      case "1", "STOP" -> STOP;
      case "2", "MAX_TOKENS" -> LENGTH;
      case "3",
          "4",
          "7",
          "8",
          "11",
          "SAFETY",
          "RECITATION",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "MODEL_ARMOR",
          "JAILBREAK",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT",
          "IMAGE_RECITATION" ->
          FILTER;
      default -> new FinishReason("stop", clean(word));
    };
  }

  /**
   * Whether the prompt was refused: {@code promptFeedback} comes with every answer, its reason only
   * then.
   */
  static boolean blocked(JsonNode feedback) {
    JsonNode reason = feedback.path("blockReason");
    boolean said =
        reason.isTextual()
            ? !reason.textValue().isEmpty()
                && !reason.textValue().equals("BLOCK_REASON_UNSPECIFIED")
            : reason.isIntegralNumber() && reason.intValue() != 0;
    return said || Json.string(feedback, "blockReasonMessage") != null;
  }

  private static String clean(String word) {
    boolean plain = word.length() <= MAX_WORD && word.chars().allMatch(c -> c > ' ' && c < 0x7f);
    return plain ? word : "OTHER";
  }
}
