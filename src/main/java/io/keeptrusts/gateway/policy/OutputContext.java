package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Shape;

/**
 * What the stations of one answer share.
 *
 * @param prompt the request as the input policies left it
 * @param caller who asks, as the input policies have established it
 * @param maxBuffered the most bytes a buffered policy may collect
 */
public record OutputContext(
    Prompt prompt,
    Caller caller,
    Shape shape,
    Happenings happenings,
    Workers workers,
    int maxBuffered,
    Judge judge,
    Course course) {}
