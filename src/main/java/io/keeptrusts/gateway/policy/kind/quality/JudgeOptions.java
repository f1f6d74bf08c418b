package io.keeptrusts.gateway.policy.kind.quality;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** The members of a judge's request that a pack may set. */
final class JudgeOptions {
  private static final List<String> KNOWN =
      List.of(
          "temperature",
          "top_p",
          "seed",
          "max_tokens",
          "max_completion_tokens",
          "reasoning_effort");

  private JudgeOptions() {}

  static void check(String key, Map<String, JsonNode> config) {
    config.forEach(
        (option, value) -> {
          if (!KNOWN.contains(option)) {
            throw new IllegalArgumentException(
                key + ": `" + option + "` is not known; valid: " + String.join(", ", KNOWN));
          }
          boolean word = option.equals("reasoning_effort");
          if (word ? !value.isTextual() : !value.isNumber()) {
            throw new IllegalArgumentException(
                key + "." + option + ": must be " + (word ? "text" : "a number"));
          }
        });
  }
}
