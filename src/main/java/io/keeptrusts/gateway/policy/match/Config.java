package io.keeptrusts.gateway.policy.match;

import org.jspecify.annotations.Nullable;

/**
 * All that a scan knows besides numbers: the state of the left contexts and the states of its threads, oldest first. Its steps are
 * filled in while texts run; a reader without the lock sees null or a whole {@link Step}, whose fields are final.
 */
final class Config {
  final Left left;
  final Body[] threads;
  final int epoch;
  final @Nullable Step[] next;

  Config(Left left, Body[] threads, int epoch, int classes) {
    this.left = left;
    this.threads = threads;
    this.epoch = epoch;
    next = new Step[classes];
  }
}
