package io.keeptrusts.gateway.limits;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is left, of requests and of tokens: of the limit that has least left. Immutable.
 *
 * @param requests null where no limit counts them
 * @param tokens null where no limit counts them
 */
public record Standing(@Nullable Left requests, @Nullable Left tokens) {

  static final Standing UNKNOWN = new Standing(null, null);

  /**
   * @param limit per minute
   * @param remaining what may be had at once
   * @param reset until all of it may be
   */
  record Left(long limit, long remaining, Duration reset) {
    static @Nullable Left of(long limit, double used) {
      return limit == 0
          ? null
          : new Left(
              limit,
              Math.clamp((long) Math.floor(limit - used + Used.ROUNDING), 0L, limit),
              Used.drained(used, limit));
    }

    static @Nullable Left least(@Nullable Left a, @Nullable Left b) {
      return a == null || b != null && b.remaining < a.remaining ? b : a;
    }
  }

  static Standing of(List<Subject> subjects, List<Used> used) {
    Left requests = null;
    Left tokens = null;
    for (int i = 0; i < subjects.size(); i++) {
      Limit limit = subjects.get(i).limit();
      requests = Left.least(requests, Left.of(limit.requests(), used.get(i).requests()));
      tokens = Left.least(tokens, Left.of(limit.tokens(), used.get(i).tokens()));
    }
    return new Standing(requests, tokens);
  }

  /** {@code x-ratelimit-*} as OpenAI has them, which SDKs know; durations such as {@code 6m0s}. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    put(headers, "requests", requests);
    put(headers, "tokens", tokens);
    return headers;
  }

  private static void put(Map<String, String> headers, String what, @Nullable Left left) {
    if (left != null) {
      headers.put("x-ratelimit-limit-" + what, Long.toString(left.limit));
      headers.put("x-ratelimit-remaining-" + what, Long.toString(left.remaining));
      headers.put("x-ratelimit-reset-" + what, text(left.reset));
    }
  }

  /** {@code 1h2m3s}, {@code 6m0s}, {@code 1.5s}, {@code 20ms}, {@code 0s}. */
  static String text(Duration reset) {
    long millis = reset.plusNanos(999_999).toMillis();
    if (millis > 0 && millis < 1000) {
      return millis + "ms";
    }
    long hours = millis / 3_600_000;
    long minutes = millis / 60_000 % 60;
    long rest = millis % 60_000;
    String seconds =
        rest / 1000 + (rest % 1000 == 0 ? "" : "." + "%03d".formatted(rest % 1000)) + "s";
    return hours > 0
        ? hours + "h" + minutes + "m" + seconds
        : minutes > 0 ? minutes + "m" + seconds : seconds;
  }
}
