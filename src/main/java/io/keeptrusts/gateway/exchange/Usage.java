package io.keeptrusts.gateway.exchange;

import org.jspecify.annotations.Nullable;

/** Tokens as the provider counted them; -1 where it did not say. */
public record Usage(long promptTokens, long completionTokens, long totalTokens) {

  /** Both together; null counts nothing. */
  public Usage plus(@Nullable Usage other) {
    return other == null
        ? this
        : new Usage(
            sum(promptTokens, other.promptTokens),
            sum(completionTokens, other.completionTokens),
            sum(totalTokens, other.totalTokens));
  }

  private static long sum(long a, long b) {
    return a < 0 ? b : b < 0 ? a : a + b;
  }
}
