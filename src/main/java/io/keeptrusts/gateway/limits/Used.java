package io.keeptrusts.gateway.limits;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is used of a limit at a moment; requests and tokens drain evenly, see {@link Limit}.
 *
 * @param requests taken, and not drained yet
 * @param tokens taken, and not drained yet
 * @param parallel requests that have not ended
 */
record Used(double requests, double tokens, long parallel) {
  static final Used NOTHING = new Used(0, 0, 0);

  /** What doubles may be off by after millions of sums. */
  static final double ROUNDING = 1e-6;

  private static final double MINUTE = 60e9;

  /** A slot is free when an answer ends, which nobody knows. */
  private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

  /** What is left of it after a while. */
  Used after(long nanos, Limit limit) {
    return new Used(
        drain(requests, nanos, limit.requests()), drain(tokens, nanos, limit.tokens()), parallel);
  }

  private static double drain(double used, long nanos, long perMinute) {
    return perMinute == 0 ? 0 : Math.max(0, used - Math.max(0, nanos) * (perMinute / MINUTE));
  }

  /** With one more request; what is not limited is not counted. */
  Used entered(Limit limit) {
    return new Used(limit.requests() > 0 ? requests + 1 : 0, tokens, parallel + 1);
  }

  /** With one request less at work, which has cost so many tokens. */
  Used left(long cost, Limit limit) {
    return new Used(requests, limit.tokens() > 0 ? tokens + cost : 0, parallel - 1);
  }

  /** What one more request would exceed; null if nothing. */
  Limiter.@Nullable Measure exceeded(Limit limit) {
    if (limit.parallel() > 0 && parallel + 1 > limit.parallel()) {
      return Limiter.Measure.PARALLEL;
    } else if (limit.requests() > 0 && requests + 1 > limit.requests() + ROUNDING) {
      return Limiter.Measure.REQUESTS;
    } else if (limit.tokens() > 0 && tokens + 1 > limit.tokens() + ROUNDING) {
      return Limiter.Measure.TOKENS;
    }
    return null;
  }

  /** How long until it is not exceeded any more. */
  Duration wait(Limiter.Measure exceeded, Limit limit) {
    return switch (exceeded) {
      case PARALLEL -> TRY_AGAIN;
      case REQUESTS -> drained(requests + 1 - limit.requests(), limit.requests());
      case TOKENS -> drained(tokens + 1 - limit.tokens(), limit.tokens());
    };
  }

  /** How long this much takes to drain. */
  static Duration drained(double used, long perMinute) {
    return Duration.ofNanos((long) Math.ceil(Math.max(0, used) * MINUTE / perMinute));
  }

  /** Whether it says no more than that nobody has asked. */
  boolean isNothing() {
    return parallel == 0 && requests == 0 && tokens == 0;
  }
}
