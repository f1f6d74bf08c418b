package io.keeptrusts.gateway.exchange;

import org.jspecify.annotations.Nullable;

/**
 * An exchange that is over, as metrics, traces and the log tell it. Never text.
 *
 * @param operation of the last target that was asked, with the model that the client named
 * @param stream whether the client got a stream
 * @param status the HTTP status; 499 for a client that left before one was sent
 * @param outcome completed, blocked, failed, cancelled or refused
 * @param policy the kind that ended it; null if none did
 * @param code of the error that ended it, one of the gateway's own; null without an error
 * @param nanos from the request's arrival to the last byte
 * @param firstNanos from the request's arrival to the first frame for the client; 0 without one
 * @param usage what providers have counted; null if they did not
 */
public record Ended(
    Exchange exchange,
    Operation operation,
    boolean stream,
    int status,
    String outcome,
    @Nullable String policy,
    @Nullable String code,
    long nanos,
    long firstNanos,
    @Nullable Usage usage) {

  /** Whether the gateway or a provider is to blame. */
  public boolean isFault() {
    return outcome.equals("failed") || status >= 500;
  }
}
