package io.keeptrusts.gateway.policy.match;

import org.jspecify.annotations.Nullable;

/** A state of the unanchored automaton of the heads of all left contexts. */
final class Left {
  final int id;
  final int epoch;

  /** States of the {@link Nfa} of the heads. */
  final int[] states;

  /** The bodies that may start with the next symbol; null: none. */
  final @Nullable Body start;

  /** The tails of the contexts whose head ended with the last symbol; null: none. */
  final @Nullable Tail begins;

  /**
   * Filled in while texts run; a reader without the lock sees null or a step, whose fields are
   * final.
   */
  final @Nullable Step[] next;

  Left(int id, int epoch, int[] states, @Nullable Body start, @Nullable Tail begins, int classes) {
    this.id = id;
    this.epoch = epoch;
    this.states = states;
    this.start = start;
    this.begins = begins;
    next = new Step[classes];
  }

  /**
   * One symbol further.
   *
   * @param born what has started with that symbol; null: nothing
   */
  record Step(Left to, @Nullable Body born) {}
}
