package io.keeptrusts.gateway.policy.match;

import org.jspecify.annotations.Nullable;

/**
 * Left contexts and threads together, while no tail is being read: what the common path steps in
 * one array access. Belongs to the configuration.
 */
final class Spot extends Places.Entry implements Next {
  final Left left;
  final Config config;

  /** Filled in while texts run, as in {@link Left}. */
  final @Nullable Next[] next;

  Spot(Left left, Config config, int classes) {
    super(left.id);
    this.left = left;
    this.config = config;
    next = new Next[classes];
  }
}
