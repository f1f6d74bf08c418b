package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What Anthropic counts, in OpenAI's sums. The numbers of a stream are cumulative and repeated, so
 * the last word on each counts (wire-formats 13).
 */
final class AnthropicUsage {
  private @Nullable Long input;
  private @Nullable Long cacheWritten;
  private @Nullable Long cacheRead;
  private @Nullable Long output;
  private @Nullable Long thinking;

  void say(JsonNode usage) {
    input = last(usage.path("input_tokens"), input);
    cacheWritten = last(usage.path("cache_creation_input_tokens"), cacheWritten);
    cacheRead = last(usage.path("cache_read_input_tokens"), cacheRead);
    output = last(usage.path("output_tokens"), output);
    thinking = last(usage.path("output_tokens_details").path("thinking_tokens"), thinking);
  }

  private static @Nullable Long last(JsonNode said, @Nullable Long before) {
    return said.isIntegralNumber() && said.longValue() >= 0
        ? Long.valueOf(said.longValue())
        : before;
  }

  void tell(ChatParts parts) {
    if (input != null || output != null) {
      parts.usage(
          or0(input) + or0(cacheWritten) + or0(cacheRead), or0(output), cacheRead, thinking);
    }
  }

  private static long or0(@Nullable Long count) {
    return count == null ? 0 : count;
  }
}
