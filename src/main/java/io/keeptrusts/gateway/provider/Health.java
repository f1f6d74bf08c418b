package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.provider.Routing.Breaker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one target has done lately: its circuit, its rate limit and its latency. Thread-safe; a few
 * instructions under its own lock, once or twice per request. Times are {@link System#nanoTime()}.
 */
public final class Health {
  /** How much a new measurement of latency counts. */
  private static final double NEWEST = 0.3;

  private static final Duration RECENT = Duration.ofMinutes(5);
  private static final Duration LONGEST_LIMIT = Duration.ofMinutes(2);

  /** Of the circuit breaker. */
  public enum Circuit {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  private Circuit circuit = Circuit.CLOSED;
  private int failures;
  private int probing;
  private int succeeded;
  private long openUntil;
  private long limitedUntil;
  private boolean limited;
  private double latency;
  private long measured;
  private boolean known;

  Health() {}

  /** Whether it may be asked now: its circuit lets a request through, and no rate limit holds. */
  synchronized boolean isReady(Breaker breaker, long now) {
    return switch (circuit(now)) {
      case CLOSED -> !limited || now - limitedUntil >= 0;
      case OPEN -> false;
      case HALF_OPEN -> probing < breaker.probes();
    };
  }

  /** How long until it may be asked again; zero if it may be. */
  public synchronized Duration rest(long now) {
    long until = circuit(now) == Circuit.OPEN ? openUntil - now : 0;
    return Duration.ofNanos(Math.max(0, Math.max(until, limited ? limitedUntil - now : 0)));
  }

  public synchronized Circuit circuit(long now) {
    if (circuit == Circuit.OPEN && now - openUntil >= 0) {
      circuit = Circuit.HALF_OPEN;
      probing = 0;
      succeeded = 0;
    }
    return circuit;
  }

  /** It is asked. To be followed by one of the calls below, once. */
  synchronized void asked(long now) {
    if (circuit(now) == Circuit.HALF_OPEN) {
      probing++;
    }
  }

  /** Its first token came. */
  synchronized void firstToken(long nanos, Duration window, long now) {
    latency =
        known && now - measured < window.toNanos()
            ? latency + NEWEST * (nanos - latency)
            : (double) nanos;
    measured = now;
    known = true;
  }

  /** It has answered to the end. */
  synchronized void succeeded(Breaker breaker) {
    limited = false;
    failures = 0;
    if (circuit == Circuit.HALF_OPEN && ++succeeded >= breaker.probes()) {
      circuit = Circuit.CLOSED;
    } else {
      leave();
    }
  }

  /**
   * It has failed.
   *
   * @param pause what it asked for with a rate limit; null: nothing
   */
  synchronized void failed(
      ProviderFailure.Kind kind, @Nullable Duration pause, Breaker breaker, long now) {
    switch (kind) {
      case CALLER -> succeeded(breaker);
      case RATE_LIMIT -> {
        limited = true;
        Duration asked = pause == null ? Duration.ofSeconds(1) : pause;
        limitedUntil = now + (asked.compareTo(LONGEST_LIMIT) > 0 ? LONGEST_LIMIT : asked).toNanos();
        leave();
      }
      case SERVER, CONNECTION, TIMEOUT -> {
        failures++;
        boolean opens =
            breaker.threshold() > 0
                && (circuit == Circuit.HALF_OPEN || failures >= breaker.threshold());
        if (opens) {
          circuit = Circuit.OPEN;
          openUntil = now + breaker.cooldown().toNanos();
          probing = 0;
        }
      }
    }
  }

  /** Nobody knows how it would have done: the client has left, or a policy ended the answer. */
  synchronized void leave() {
    if (probing > 0) {
      probing--;
    }
  }

  /** Nanoseconds to the first token, smoothed; negative if nothing was measured in the window. */
  synchronized double latency(Duration window, long now) {
    return known && now - measured < window.toNanos() ? latency : -1;
  }

  /** Nanoseconds to the first token, smoothed; negative if nothing was measured lately. */
  public double latency(long now) {
    return latency(RECENT, now);
  }

  /** Failures in a row. */
  public synchronized int failuresInARow() {
    return failures;
  }
}
