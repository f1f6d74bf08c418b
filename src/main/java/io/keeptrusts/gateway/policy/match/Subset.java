package io.keeptrusts.gateway.policy.match;

import java.util.Arrays;

/**
 * Collects states of an {@link Nfa} with all they reach without a symbol. Scratch space: one thread
 * at a time.
 */
final class Subset {
  private final Nfa nfa;
  private final int[] seen;
  private final int[] stack;
  private final int[] members;
  private int stamp;
  private int size;

  Subset(Nfa nfa) {
    this.nfa = nfa;
    seen = new int[nfa.size()];
    stack = new int[nfa.size() + 1];
    members = new int[nfa.size()];
  }

  void clear() {
    size = 0;
    if (++stamp == 0) {
      Arrays.fill(seen, 0);
      stamp = 1;
    }
  }

  /** Adds a state; {@code atStart}: no symbol has been read yet. */
  void add(int state, boolean atStart) {
    int depth = push(state, 0);
    while (depth > 0) {
      int next = stack[--depth];
      switch (nfa.kind(next)) {
        case Nfa.SPLIT -> {
          depth = push(nfa.out(next), depth);
          depth = push(nfa.alternative(next), depth);
        }
        case Nfa.START -> depth = atStart ? push(nfa.out(next), depth) : depth;
        default -> members[size++] = next;
      }
    }
  }

  private int push(int state, int depth) {
    if (seen[state] == stamp) {
      return depth;
    }
    seen[state] = stamp;
    stack[depth] = state;
    return depth + 1;
  }

  /** The states that take a symbol or accept, sorted. */
  int[] states() {
    int[] states = Arrays.copyOf(members, size);
    Arrays.sort(states);
    return states;
  }
}
