package io.keeptrusts.gateway.policy.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the automata of a {@link Program} deterministic, state by state, as texts need them. Three layers: states of the left
 * contexts, states of the bodies, and whole configurations of both, so that a scan's common path is one array access.
 *
 * <p>Everything here runs under one lock; what leaves it is immutable but for the {@code next} array of a {@link Config}. When a
 * layer outgrows its budget all are forgotten. Scans that stand in a forgotten configuration go on: it holds the states of the
 * {@link Nfa} it stands for, and its next step leads into the new ones.
 */
final class Machine {
  /** Enough for a thousand rules on mixed text; about 60 MB if ever full. */
  static final int DEFAULT_BUDGET = 40_000;

  /** Integers kept for each state that the budget allows; states of long repetitions are large. */
  private static final int INTS_PER_STATE = 256;

  final Program program;
  private final int classes;
  private final int budget;
  private final Subset bodySet;
  private final Subset leftSet;
  private final Map<Key, Body> bodies = new HashMap<>();
  private final Map<Key, Left> lefts = new HashMap<>();
  private final Map<Key, Config> configs = new HashMap<>();
  private final Body dead;
  private int epoch;
  private int ids;
  private int stamps;
  private long ints;
  private volatile @Nullable Config initial;

  Machine(Program program, int budget) {
    this.program = program;
    this.budget = budget;
    classes = program.alphabet.size();
    bodySet = new Subset(program.bodies);
    leftSet = new Subset(program.lefts);
    dead = new Body(ids++, new int[0], new int[0], new int[0], false, 0, 0, 0);
  }

  /** Where a text starts. */
  Config initial() {
    Config known = initial;
    return known != null ? known : makeInitial();
  }

  private synchronized Config makeInitial() {
    leftSet.clear();
    program.leftStarts.forEach(state -> leftSet.add(state, true));
    Config made = config(left(), List.of());
    initial = made;
    return made;
  }

  /** The step that a configuration takes with a class of symbols. */
  synchronized Step step(Config at, int symbol) {
    Step known = at.next[symbol];
    if (known != null) {
      return known;
    }
    if (configs.size() >= budget || bodies.size() >= budget || lefts.size() >= budget || overweight()) {
      forget();
    }
    IntList settled = new IntList();
    for (int i = 0; i < at.threads.length; i++) {
      for (int rule : at.threads[i].pending) {
        if (follows(rule, symbol)) {
          settled.add(i, rule);
        }
      }
    }
    IntList accepted = new IntList();
    int[] from = new int[at.threads.length + 1];
    List<Body> threads = new ArrayList<>();
    stamps++;
    for (int i = 0; i <= at.threads.length; i++) {
      int source = i == at.threads.length ? Step.BORN : i;
      Body before = source == Step.BORN ? at.left.start : at.threads[i];
      Body after = before == null ? dead : step(before, symbol);
      boolean twin = after.stamp == stamps;
      after.stamp = stamps;
      // an older thread in the same state covers whatever this one will
      if (after == dead || twin && !after.validated) {
        continue;
      }
      for (int rule : after.accepts) {
        accepted.add(source, rule);
      }
      if (!after.finished()) {
        from[threads.size()] = source;
        threads.add(after);
      }
    }
    Config to = config(step(at.left, symbol), threads);
    Step step = new Step(to, Arrays.copyOf(from, threads.size()), settled.toArray(), accepted.toArray());
    if (at.epoch == epoch) {
      at.next[symbol] = step;
      ints += from.length + 16;
    }
    return step;
  }

  /** Whether a rule's right condition allows this class. */
  boolean follows(int rule, int symbol) {
    return Objects.requireNonNull(program.right[rule]).get(symbol);
  }

  /** How often the automata were forgotten. */
  synchronized int epoch() {
    return epoch;
  }

  synchronized String statistics() {
    return classes + " classes, " + lefts.size() + " left, " + bodies.size() + " body, " + configs.size() + " config states, "
        + ints + " ints, forgotten " + epoch + " times";
  }

  private boolean overweight() {
    return ints > (long) budget * INTS_PER_STATE;
  }

  private void forget() {
    // what a resting scan still holds must not keep all the rest alive
    configs.values().forEach(config -> Arrays.fill(config.next, null));
    bodies.values().forEach(body -> Arrays.fill(body.next, null));
    lefts.values().forEach(left -> Arrays.fill(left.next, null));
    configs.clear();
    bodies.clear();
    lefts.clear();
    initial = null;
    ints = 0;
    epoch++;
  }

  private Config config(Left left, List<Body> threads) {
    int[] key = new int[threads.size() + 1];
    key[0] = left.id;
    for (int i = 0; i < threads.size(); i++) {
      key[i + 1] = threads.get(i).id;
    }
    return configs.computeIfAbsent(
        new Key(key),
        added -> {
          ints += classes + 2L * key.length + 32;
          return new Config(left, threads.toArray(Body[]::new), epoch, classes);
        });
  }

  private Body step(Body at, int symbol) {
    Body known = at.next[symbol];
    if (known == null) {
      bodySet.clear();
      advance(program.bodies, program.bodySets, at.takers, symbol, bodySet);
      known = body();
      at.next[symbol] = known;
    }
    return known;
  }

  private Left step(Left at, int symbol) {
    Left known = at.next[symbol];
    if (known == null) {
      leftSet.clear();
      advance(program.lefts, program.leftSets, at.states, symbol, leftSet);
      program.leftStarts.forEach(state -> leftSet.add(state, false));
      known = left();
      at.next[symbol] = known;
    }
    return known;
  }

  private static void advance(Nfa nfa, BitSet[] sets, int[] states, int symbol, Subset into) {
    for (int state : states) {
      if (nfa.kind(state) >= 0 && sets[nfa.kind(state)].get(symbol)) {
        into.add(nfa.out(state), false);
      }
    }
  }

  private Body body() {
    int[] states = bodySet.states();
    return states.length == 0 ? dead : bodies.computeIfAbsent(new Key(states), key -> newBody(states));
  }

  private Body newBody(int[] states) {
    IntList takers = new IntList();
    IntList accepts = new IntList();
    IntList pending = new IntList();
    boolean validated = false;
    int slide = 0;
    int reach = 0;
    for (int state : states) {
      int number = program.bodies.owner(state);
      Rule rule = program.rules.get(number);
      boolean done = program.bodies.kind(state) == Nfa.ACCEPT;
      boolean alive = !done || program.right[number] != null;
      (done ? alive ? pending : accepts : takers).add(done ? number : state);
      validated |= rule.validator() != null;
      if (alive) {
        reach = Math.max(reach, rule.cap());
        slide = rule.validator() == null ? Math.max(slide, rule.cap()) : slide;
      }
    }
    ints += classes + states.length * 2L + 32;
    return new Body(
        ids++, takers.toArray(), accepts.toArray(), pending.toArray(), validated, slide, reach, classes);
  }

  private Left left() {
    int[] states = leftSet.states();
    return lefts.computeIfAbsent(new Key(states), key -> newLeft(states));
  }

  private Left newLeft(int[] states) {
    bodySet.clear();
    IntStream.Builder allowed = IntStream.builder();
    program.anywhere.forEach(allowed::add);
    for (int state : states) {
      if (program.lefts.kind(state) == Nfa.ACCEPT) {
        program.leftRules.get(program.lefts.owner(state)).forEach(allowed::add);
      }
    }
    allowed.build().forEach(rule -> bodySet.add(program.bodyStarts[rule], false));
    Body start = body();
    ints += classes + states.length * 2L + 32;
    return new Left(ids++, states, start == dead ? null : start, classes);
  }

  /** An array as a key of a map. */
  private record Key(int[] values) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && Arrays.equals(values, key.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }
  }

  private static final class IntList {
    private int[] values = new int[4];
    private int size;

    void add(int value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    void add(int first, int second) {
      add(first);
      add(second);
    }

    int[] toArray() {
      return Arrays.copyOf(values, size);
    }
  }
}
