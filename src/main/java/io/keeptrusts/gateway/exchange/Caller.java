package io.keeptrusts.gateway.exchange;

/**
 * Who asks, as far as the socket and the headers tell.
 *
 * @param address the peer's IP address
 * @param user {@code X-User-ID} as sent, empty if absent; a claim, not a proof
 */
public record Caller(String address, String user) {}
