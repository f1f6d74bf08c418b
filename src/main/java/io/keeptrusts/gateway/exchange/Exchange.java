package io.keeptrusts.gateway.exchange;

/**
 * One request and its answer. The facts that every station may want; nothing in it changes.
 *
 * @param id unique, given to the client as {@code x-request-id}
 * @param caller who asks
 * @param startedNanos {@link System#nanoTime()} at arrival
 */
public record Exchange(String id, Caller caller, long startedNanos) {}
