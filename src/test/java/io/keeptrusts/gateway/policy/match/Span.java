package io.keeptrusts.gateway.policy.match;

/** A reported match. */
record Span(int rule, long start, long end) {}
