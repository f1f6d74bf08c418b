package io.keeptrusts.gateway.limits;

import org.jspecify.annotations.Nullable;

/**
 * {@code rate_limits.<scope>}; what is absent is not limited.
 *
 * <p>Requests and tokens are a bucket each: full at first, it fills evenly again, in a minute from
 * empty to full. So that many may come at once, and never more than they and what has filled since;
 * who asks evenly never waits for the end of a window, and nobody gains anything at its border. An
 * answer's tokens are known when it is over: they may empty the bucket beyond its bottom, and who
 * asks next waits until it holds something again.
 *
 * @param rpm requests per minute, at least 1
 * @param tpm tokens per minute, of prompt and answer, at least 1
 * @param maxParallelRequests requests whose answers have not ended, at least 1
 */
public record Limit(
    @Nullable Integer rpm, @Nullable Long tpm, @Nullable Integer maxParallelRequests) {
  private static final long MOST_REQUESTS = 100_000_000;
  private static final long MOST_TOKENS = 1_000_000_000_000L;

  public Limit {
    check("rpm", rpm, MOST_REQUESTS);
    check("tpm", tpm, MOST_TOKENS);
    check("max_parallel_requests", maxParallelRequests, MOST_REQUESTS);
  }

  private static void check(String key, @Nullable Number value, long most) {
    if (value != null && (value.longValue() < 1 || value.longValue() > most)) {
      throw new IllegalArgumentException(
          key + ": must be between 1 and " + most + "; leave it out for no limit");
    }
  }

  /** Whether nothing is limited. */
  public boolean isEmpty() {
    return rpm == null && tpm == null && maxParallelRequests == null;
  }

  /** Requests per minute, 0 for any number. */
  long requests() {
    return rpm == null ? 0 : rpm;
  }

  /** Tokens per minute, 0 for any number. */
  long tokens() {
    return tpm == null ? 0 : tpm;
  }

  /** Parallel requests, 0 for any number. */
  long parallel() {
    return maxParallelRequests == null ? 0 : maxParallelRequests;
  }
}
