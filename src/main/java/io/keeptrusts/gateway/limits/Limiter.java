package io.keeptrusts.gateway.limits;

import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.keeptrusts.gateway.wire.Network;
import io.keeptrusts.gateway.wire.RedisLink;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Counts requests, tokens and parallel requests. A request passes all limits of its caller or takes
 * nothing of any. Thread-safe, never blocks.
 */
public interface Limiter extends AutoCloseable {

  /** Counters in memory, each some 200 bytes. */
  int MOST_CALLERS = 100_000;

  /** What a limit measures. */
  enum Measure {
    REQUESTS("requests per minute"),
    TOKENS("tokens per minute"),
    PARALLEL("parallel requests");

    private final String text;

    Measure(String text) {
      this.text = text;
    }

    /** For names of metrics. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What came of asking. */
  sealed interface Outcome {
    /** The request may go on, and gives its slots back when it is over. */
    record Granted(Permit permit, Standing standing) implements Outcome {}

    /** A limit is used up. */
    record Refused(Subject by, Measure measure, Duration retryAfter, Standing standing)
        implements Outcome {

      /** Says what to do; never who asked. */
      public GatewayError error() {
        Limit limit = by.limit();
        String message =
            switch (measure) {
              case PARALLEL ->
                  "All %d parallel requests of %s are taken: ask again when one of them has ended."
                      .formatted(limit.parallel(), by.scope().who());
              case REQUESTS, TOKENS ->
                  "The limit of %d %s for %s is used up: ask again in %s."
                      .formatted(
                          measure == Measure.REQUESTS ? limit.requests() : limit.tokens(),
                          measure.text,
                          by.scope().who(),
                          Standing.text(retryAfter));
            };
        return new GatewayError(
            429, Type.RATE_LIMIT, "rate_limit_exceeded", message, null, null, retryAfter);
      }
    }

    /** Nobody could say. */
    record Unknown() implements Outcome {
      public GatewayError error() {
        return GatewayError.overloaded(
            "limits_unavailable",
            "The gateway cannot count requests now, and then takes none (fail-mode block); ask again.",
            Duration.ofSeconds(1));
      }
    }
  }

  /** A request at work. */
  @FunctionalInterface
  interface Permit {
    /** The request is over and has cost so many tokens; later calls do nothing. */
    void settle(long tokens);
  }

  /**
   * Asks for one request.
   *
   * @param then called once, perhaps before this returns, on the calling event loop
   */
  void reserve(List<Subject> subjects, Consumer<Outcome> then);

  /**
   * How it is doing.
   *
   * @param callers whose counters are in this memory
   * @param shared whether replicas are to count together
   * @param up whether they can
   * @param failures how often Redis could not be asked, since the start
   */
  record Status(int callers, boolean shared, boolean up, long failures) {}

  Status status();

  /** Counts in the memory of this process. */
  static Limiter inMemory() {
    return new MemoryLimiter(System::nanoTime, MOST_CALLERS);
  }

  /**
   * Counts in Redis.
   *
   * @param failOpen while Redis is lost, count in memory instead of saying that nobody can say
   */
  static Limiter shared(Network network, RedisLink.Settings settings, boolean failOpen) {
    return new RedisLimiter(network, settings, failOpen ? inMemory() : null, RedisLimiter.LEASE);
  }

  @Override
  void close();
}
