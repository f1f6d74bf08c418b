package io.keeptrusts.gateway.policy.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Thompson's construction, written backwards: a fragment is made knowing where it goes on. Each
 * expression ends in an accepting state that carries its number.
 */
final class Nfa {
  /** Instead of a set: two ways on, an accepting state, a way on at the start of the text only. */
  static final int SPLIT = -1;

  static final int ACCEPT = -2;
  static final int START = -3;

  /**
   * A loop without upper bound: the states {@code from} to {@code to} (exclusive), the symbols it
   * takes.
   */
  record Loop(int from, int to, CharSet symbols, int offset) {}

  private final Map<CharSet, Integer> sets = new HashMap<>();
  private final List<CharSet> setList = new ArrayList<>();
  private final List<Loop> loops = new ArrayList<>();
  private int[] kind = new int[64];
  private int[] out = new int[64];
  private int[] alternative = new int[64];
  private int[] owner = new int[64];
  private int size;
  private int limit;
  private int current;

  /** Thrown where an expression needs more states than it may. */
  static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLarge() {
      super(null, null, false, false);
    }
  }

  /** Adds an expression of at most {@code most} states; returns where it starts. */
  int add(Node node, int number, int most) {
    current = number;
    limit = size + most;
    loops.clear();
    int accept = state(ACCEPT, 0, 0);
    return emit(node, accept);
  }

  /** The loops of the expression added last. */
  List<Loop> loops() {
    return List.copyOf(loops);
  }

  int size() {
    return size;
  }

  /**
   * Index of the state's set in {@link #sets()}, or {@link #SPLIT}, {@link #ACCEPT}, {@link
   * #START}.
   */
  int kind(int state) {
    return kind[state];
  }

  int out(int state) {
    return out[state];
  }

  int alternative(int state) {
    return alternative[state];
  }

  /** Number of the expression that the state belongs to. */
  int owner(int state) {
    return owner[state];
  }

  List<CharSet> sets() {
    return setList;
  }

  private int emit(Node node, int next) {
    return switch (node) {
      case Node.One one -> state(index(one.set()), next, 0);
      case Node.Start start -> state(START, next, 0);
      case Node.End end -> throw new IllegalStateException("the end is a condition, not a symbol");
      case Node.Cat cat -> {
        int way = next;
        for (int i = cat.parts().size() - 1; i >= 0; i--) {
          way = emit(cat.parts().get(i), way);
        }
        yield way;
      }
      case Node.Either either -> {
        int way = emit(either.parts().getLast(), next);
        for (int i = either.parts().size() - 2; i >= 0; i--) {
          way = state(SPLIT, emit(either.parts().get(i), next), way);
        }
        yield way;
      }
      case Node.Repeat repeat -> repeat(repeat, next);
    };
  }

  private int repeat(Node.Repeat repeat, int next) {
    int way = next;
    if (repeat.max() == Node.UNBOUNDED) {
      int loop = state(SPLIT, 0, next);
      int first = emit(repeat.part(), loop);
      out[loop] = first;
      loops.add(new Loop(loop, size, symbols(loop, size), repeat.offset()));
      way = repeat.min() == 0 ? loop : first;
    } else {
      for (int i = repeat.min(); i < repeat.max(); i++) {
        way = state(SPLIT, emit(repeat.part(), way), next);
      }
    }
    int copies = repeat.max() == Node.UNBOUNDED ? repeat.min() - 1 : repeat.min();
    for (int i = 0; i < copies; i++) {
      way = emit(repeat.part(), way);
    }
    return way;
  }

  private CharSet symbols(int from, int to) {
    CharSet.Builder all = new CharSet.Builder();
    for (int state = from; state < to; state++) {
      if (kind[state] >= 0) {
        all.addAll(setList.get(kind[state]));
      }
    }
    return all.build();
  }

  private int index(CharSet set) {
    Integer known = sets.putIfAbsent(set, setList.size());
    if (known != null) {
      return known;
    }
    setList.add(set);
    return setList.size() - 1;
  }

  private int state(int what, int next, int other) {
    if (size >= limit) {
      throw new TooLarge();
    }
    if (size == kind.length) {
      kind = Arrays.copyOf(kind, 2 * size);
      out = Arrays.copyOf(out, 2 * size);
      alternative = Arrays.copyOf(alternative, 2 * size);
      owner = Arrays.copyOf(owner, 2 * size);
    }
    kind[size] = what;
    out[size] = next;
    alternative[size] = other;
    owner[size] = current;
    return size++;
  }
}
