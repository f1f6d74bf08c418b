package io.keeptrusts.gateway.policy.match;

/**
 * Says whether a body that fits the expression is real: a checksum, an entropy, a range. Pure,
 * thread-safe, linear in the body, sees the folded view (ASCII digits, plain dashes and spaces),
 * never blocks.
 */
@FunctionalInterface
public interface Validator {
  boolean test(CharSequence body);
}
