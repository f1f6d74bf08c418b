package io.keeptrusts.gateway.policy.match;

import org.jspecify.annotations.Nullable;

/** A state of the unanchored automaton of all left contexts: which bodies may start with the next symbol. */
final class Left {
  final int id;
  final int[] states;

  /** The bodies that may start here, before their first symbol; null: none. */
  final @Nullable Body start;

  // belongs to the machine's lock
  final @Nullable Left[] next;

  Left(int id, int[] states, @Nullable Body start, int classes) {
    this.id = id;
    this.states = states;
    this.start = start;
    next = new Left[classes];
  }
}
