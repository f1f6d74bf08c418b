package io.keeptrusts.gateway.policy.match;

import org.jspecify.annotations.Nullable;

/**
 * A state of the anchored automaton of the tails of left contexts. A context is cut before its
 * first gap ({@code key[ \t\w]*=}): one automaton for all contexts would have to know every set of
 * keywords seen on a line.
 */
final class Tail {
  final int id;
  final int epoch;
  final int[] states;

  /** The bodies that may start with the next symbol; null: none. */
  final @Nullable Body start;

  /** Filled in while texts run, as in {@link Left}. */
  final @Nullable Tail[] next;

  Tail(int id, int epoch, int[] states, @Nullable Body start, int classes) {
    this.id = id;
    this.epoch = epoch;
    this.states = states;
    this.start = start;
    next = new Tail[classes];
  }
}
