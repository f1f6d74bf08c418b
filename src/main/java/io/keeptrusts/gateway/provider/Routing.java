package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.provider.ProviderFailure.Kind;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the targets of a request are chosen, and when the next one is asked. Immutable.
 *
 * @param strategy where neither the request nor a model group says more
 * @param maxRetries how many further attempts are made while nothing was delivered
 * @param retryOn which failures lead to one
 * @param again whether targets are asked once more when all of them have failed; after a pause
 * @param latencyWindow how long a measured latency counts
 * @param maxLatency a target that is slower to its first token comes last; null: no limit
 * @param breaker when a target is given a rest
 * @param continues whether another target may go on with an answer that broke off
 */
public record Routing(
    Strategy strategy,
    int maxRetries,
    Set<Kind> retryOn,
    boolean again,
    Duration latencyWindow,
    @Nullable Duration maxLatency,
    Breaker breaker,
    boolean continues) {

  public Routing {
    retryOn = Set.copyOf(retryOn);
  }

  /**
   * A circuit breaker for each target: closed until {@code threshold} failures in a row, then open
   * for {@code cooldown}, then half-open: {@code probes} requests are let through, and when all of
   * them succeed it is closed again.
   *
   * @param threshold 0: never opens
   * @param refuse what happens when every target of a request is open: true: 503; false: they are
   *     asked all the same
   */
  public record Breaker(int threshold, Duration cooldown, int probes, boolean refuse) {}
}
