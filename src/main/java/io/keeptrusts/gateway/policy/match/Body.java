package io.keeptrusts.gateway.policy.match;

import org.jspecify.annotations.Nullable;

/**
 * A state of the anchored automaton of all bodies: how far a text that began somewhere may have
 * come in each of them.
 */
final class Body {
  final int id;
  final int epoch;

  /** States of the {@link Nfa} that take a symbol. */
  final int[] takers;

  /** Rules whose body is complete and that have no right condition. */
  final int[] accepts;

  /** Rules whose body is complete if the next symbol allows. */
  final int[] pending;

  /**
   * Whether a rule with a validator is alive or complete here: then the text decides, not the state
   * alone.
   */
  final boolean validated;

  /** Rules without a validator that may still match, and of which the text so far is no match. */
  final int[] uncertain;

  /** The largest cap of the rules alive without a validator, which slide; 0: none. */
  final int slide;

  /** The largest cap of all rules alive: up to this length a thread covers its start. */
  final int reach;

  /** Filled in while texts run, as in {@link Left}. */
  final @Nullable Body[] next;

  /** Scratch space of the machine, under its lock. */
  int stamp;

  Body(
      int id,
      int epoch,
      int[] takers,
      int[] accepts,
      int[] pending,
      boolean validated,
      int[] uncertain,
      int slide,
      int reach,
      int classes) {
    this.id = id;
    this.epoch = epoch;
    this.takers = takers;
    this.accepts = accepts;
    this.pending = pending;
    this.validated = validated;
    this.uncertain = uncertain;
    this.slide = slide;
    this.reach = reach;
    next = new Body[classes];
  }

  /** Nothing can follow and nothing is undecided. */
  boolean finished() {
    return takers.length == 0 && pending.length == 0;
  }
}
