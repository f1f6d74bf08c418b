package io.keeptrusts.gateway.policy.match;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the automata of a {@link Program} deterministic, state by state, as texts need them: heads
 * and tails of left contexts, bodies, and whole configurations of threads.
 *
 * <p>Everything here runs under one lock; what leaves it is immutable but for arrays whose elements
 * are null or immutable. When one of the automata outgrows its budget they are forgotten, the
 * configurations also alone. Scans that stand in a forgotten state go on: it holds the states of
 * the {@link Nfa} it stands for, and its next step leads into the new ones.
 */
final class Machine {
  /** Several times what 500 rules need on mixed text; at most some 50 MB in all. */
  static final int DEFAULT_BUDGET = 20_000;

  /** Integers kept for each state that the budget allows; states of long repetitions are large. */
  private static final int INTS_PER_STATE = 256;

  final Program program;
  final int budget;

  /** What a step leads to when nothing is left. */
  final Tail deadTail;

  final Body deadBody;

  private final int classes;
  private final Subset bodySet;
  private final Subset headSet;
  private final Subset tailSet;
  private final Map<Key, Body> bodies = new HashMap<>();
  private final Map<Key, Left> lefts = new HashMap<>();
  private final Map<Key, Tail> tails = new HashMap<>();
  private final Map<Key, Config> configs = new HashMap<>();
  private int epoch;
  private int configEpoch;
  private int ids;
  private int stamps;
  private long ints;
  private long configInts;
  private volatile @Nullable Left initial;
  private volatile Config empty;

  Machine(Program program, int budget) {
    this.program = program;
    this.budget = budget;
    classes = program.alphabet.size();
    bodySet = new Subset(program.bodies);
    headSet = new Subset(program.heads);
    tailSet = new Subset(program.tails);
    deadBody =
        new Body(ids++, -1, new int[0], new int[0], new int[0], false, new int[0], 0, 0, classes);
    deadTail = new Tail(ids++, -1, new int[0], null, classes);
    empty = config(new Body[0]);
  }

  /** Where a text starts. */
  Left initial() {
    Left known = initial;
    return known != null ? known : makeInitial();
  }

  private synchronized Left makeInitial() {
    headSet.clear();
    program.contexts.forEach(context -> headSet.add(context.head(), true));
    Left made = left();
    initial = made;
    return made;
  }

  /** No thread. */
  Config empty() {
    return empty;
  }

  /** The step that a set of threads takes with a class of symbols. */
  synchronized Step step(Config at, int symbol) {
    Step known = at.next(symbol);
    if (known != null) {
      return known;
    }
    checkBudget();
    IntList settled = new IntList();
    IntList accepted = new IntList();
    int[] from = new int[at.threads.length];
    Body[] threads = new Body[at.threads.length];
    int kept = 0;
    stamps++;
    for (int i = 0; i < at.threads.length; i++) {
      for (int rule : at.threads[i].pending) {
        if (follows(rule, symbol)) {
          settled.add(i, rule);
        }
      }
      Body after = stepBody(at.threads[i], symbol);
      boolean twin = after.stamp == stamps;
      after.stamp = stamps;
      // an older thread in the same state covers whatever this one will
      if (after == deadBody || twin && !after.validated) {
        continue;
      }
      for (int rule : after.accepts) {
        accepted.add(i, rule);
      }
      if (!after.finished()) {
        from[kept] = i;
        threads[kept++] = after;
      }
    }
    Step step =
        new Step(
            config(Arrays.copyOf(threads, kept)),
            Arrays.copyOf(from, kept),
            settled.toArray(),
            accepted.toArray());
    if (at.epoch == configEpoch) {
      configInts += at.keep(symbol, step, classes);
    }
    return step;
  }

  /** What becomes of the threads when a new one, in the state {@code born}, joins them. */
  synchronized Config.Join join(Config at, Body born) {
    boolean twin = !born.validated && Arrays.asList(at.threads).contains(born);
    Config to = at;
    if (!twin && !born.finished()) {
      Body[] threads = Arrays.copyOf(at.threads, at.threads.length + 1);
      threads[at.threads.length] = born;
      to = config(threads);
    }
    Config.Join join = new Config.Join(born, to, !twin);
    if (at.epoch == configEpoch && born.epoch == epoch) {
      configInts += at.joins.keep(join) + 8;
    }
    return join;
  }

  /** Left contexts and threads together; null where they are not kept. */
  synchronized @Nullable Spot spot(Left left, Config config) {
    if (left.epoch != epoch || config.epoch != configEpoch || !config.isKept()) {
      return null;
    }
    Spot known = config.spots.get(left.id);
    if (known == null) {
      known = new Spot(left, config, classes);
      configInts += config.spots.keep(known) + classes + 16;
    }
    return known;
  }

  /** The step of both. */
  synchronized Next step(Spot at, int symbol) {
    Next known = at.next[symbol];
    if (known != null) {
      return known;
    }
    Step step = step(at.config, symbol);
    Left.Step leftStep = step(at.left, symbol);
    Body born = leftStep.born();
    boolean loud =
        step.reports() || leftStep.to().begins != null || born != null && born.accepts.length > 0;
    Spot to = null;
    Next next = Next.Loud.LOUD;
    if (!loud) {
      Config joined = born == null ? step.to : join(step.to, born).to;
      boolean birth = joined != step.to;
      to = spot(leftStep.to(), joined);
      if (to != null) {
        next = step.inPlace && !birth ? to : new Next.Move(to, step.from, birth);
      }
    }
    if (at.config.epoch == configEpoch && (loud || to != null)) {
      at.next[symbol] = next;
      configInts += 8;
    }
    return next;
  }

  /** The step of the heads of the left contexts. */
  synchronized Left.Step step(Left at, int symbol) {
    Left.Step known = at.next[symbol];
    if (known != null) {
      return known;
    }
    checkBudget();
    headSet.clear();
    advance(program.heads, program.headSets, at.states, symbol, headSet);
    program.contexts.forEach(context -> headSet.add(context.head(), false));
    Left to = left();
    Body born = at.start == null ? deadBody : stepBody(at.start, symbol);
    Left.Step step = new Left.Step(to, born == deadBody ? null : born);
    if (at.epoch == epoch) {
      at.next[symbol] = step;
      ints += 8;
    }
    return step;
  }

  /** The next state of a tail, {@link #deadTail} if there is none. */
  synchronized Tail step(Tail at, int symbol) {
    Tail known = at.next[symbol];
    if (known == null) {
      checkBudget();
      tailSet.clear();
      advance(program.tails, program.tailSets, at.states, symbol, tailSet);
      known = tail();
      if (at.epoch == epoch) {
        at.next[symbol] = known;
      }
    }
    return known;
  }

  /** The next state of a body, {@link #deadBody} if there is none. */
  synchronized Body step(Body at, int symbol) {
    checkBudget();
    return stepBody(at, symbol);
  }

  /** Whether a rule's right condition allows this class. */
  boolean follows(int rule, int symbol) {
    return Objects.requireNonNull(program.right[rule]).get(symbol);
  }

  /** How often the automata were forgotten. */
  synchronized int forgotten() {
    return configEpoch;
  }

  synchronized String statistics() {
    return classes
        + " classes, states: "
        + lefts.size()
        + " heads, "
        + tails.size()
        + " tails, "
        + bodies.size()
        + " bodies, "
        + configs.size()
        + " configurations, "
        + (ints + configInts)
        + " ints, forgotten "
        + configEpoch
        + " times";
  }

  private void checkBudget() {
    int most = Math.max(bodies.size(), Math.max(lefts.size(), tails.size()));
    if (most >= budget || ints > (long) budget * INTS_PER_STATE) {
      forget();
    } else if (configs.size() >= budget || configInts > (long) budget * INTS_PER_STATE) {
      forgetConfigs();
    }
  }

  private void forget() {
    // what a resting scan still holds must not keep all the rest alive
    bodies.values().forEach(body -> Arrays.fill(body.next, null));
    lefts.values().forEach(left -> Arrays.fill(left.next, null));
    tails.values().forEach(tail -> Arrays.fill(tail.next, null));
    bodies.clear();
    lefts.clear();
    tails.clear();
    ints = 0;
    epoch++;
    initial = null;
    forgetConfigs();
  }

  private void forgetConfigs() {
    configs.values().forEach(Config::forget);
    configs.clear();
    configInts = 0;
    configEpoch++;
    empty = config(new Body[0]);
  }

  private Config config(Body[] threads) {
    int[] ids = new int[threads.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = threads[i].id;
    }
    Key key = new Key(ids);
    Config known = configs.get(key);
    if (known == null) {
      known = new Config(threads, configEpoch);
      configs.put(key, known);
      configInts += 2L * ids.length + 32;
    }
    return known;
  }

  private Body stepBody(Body at, int symbol) {
    Body known = at.next[symbol];
    if (known == null) {
      bodySet.clear();
      advance(program.bodies, program.bodySets, at.takers, symbol, bodySet);
      known = body();
      if (at.epoch == epoch) {
        at.next[symbol] = known;
      }
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
    return states.length == 0
        ? deadBody
        : bodies.computeIfAbsent(new Key(states), key -> newBody(states));
  }

  private Body newBody(int[] states) {
    IntList takers = new IntList();
    IntList accepts = new IntList();
    IntList pending = new IntList();
    BitSet uncertain = new BitSet();
    BitSet certain = new BitSet();
    boolean validated = false;
    int slide = 0;
    int reach = 0;
    for (int state : states) {
      int number = program.bodies.owner(state);
      Rule rule = program.rules.get(number);
      boolean done = program.bodies.kind(state) == Nfa.ACCEPT;
      boolean alive = !done || program.right[number] != null;
      (done ? alive ? pending : accepts : takers).add(done ? number : state);
      (done && !alive ? certain : uncertain).set(number, rule.validator() == null);
      validated |= rule.validator() != null;
      if (alive) {
        reach = Math.max(reach, rule.cap());
        slide = rule.validator() == null ? Math.max(slide, rule.cap()) : slide;
      }
    }
    uncertain.andNot(certain);
    ints += classes + states.length * 2L + 32;
    return new Body(
        ids++,
        epoch,
        takers.toArray(),
        accepts.toArray(),
        pending.toArray(),
        validated,
        uncertain.stream().toArray(),
        slide,
        reach,
        classes);
  }

  private Tail tail() {
    int[] states = tailSet.states();
    if (states.length == 0) {
      return deadTail;
    }
    return tails.computeIfAbsent(
        new Key(states),
        key -> {
          ints += classes + states.length * 2L + 32;
          return new Tail(
              ids++, epoch, states, start(program.tails, states, IntStream.empty()), classes);
        });
  }

  private Left left() {
    int[] states = headSet.states();
    return lefts.computeIfAbsent(new Key(states), key -> newLeft(states));
  }

  private Left newLeft(int[] states) {
    tailSet.clear();
    for (int state : states) {
      if (program.heads.kind(state) == Nfa.ACCEPT) {
        int tail = program.contexts.get(program.heads.owner(state)).tail();
        if (tail != Program.Context.NONE) {
          tailSet.add(tail, false);
        }
      }
    }
    Tail begins = tail();
    Body start =
        start(program.heads, states, program.anywhere.stream().mapToInt(Integer::intValue));
    ints += classes + states.length * 2L + 32;
    return new Left(ids++, epoch, states, start, begins == deadTail ? null : begins, classes);
  }

  /** The bodies that may start where these states of a left context are reached. */
  private @Nullable Body start(Nfa nfa, int[] states, IntStream anywhere) {
    BitSet allowed = new BitSet();
    BitSet refused = new BitSet();
    anywhere.forEach(allowed::set);
    for (int state : states) {
      if (nfa.kind(state) == Nfa.ACCEPT) {
        Program.Context context = program.contexts.get(nfa.owner(state));
        if (nfa == program.tails || context.tail() == Program.Context.NONE) {
          context.rules().forEach(context.allows() ? allowed::set : refused::set);
        }
      }
    }
    allowed.andNot(refused);
    bodySet.clear();
    allowed.stream().forEach(rule -> bodySet.add(program.bodyStarts[rule], false));
    Body start = body();
    return start == deadBody ? null : start;
  }
}
