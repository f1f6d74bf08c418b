package io.keeptrusts.gateway.policy.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rules, checked and turned into automata not yet made deterministic. Immutable. */
final class Program {
  /**
   * States that one expression may need; a counted repetition needs one for each of its symbols.
   */
  static final int MOST_STATES = 20_000;

  /** Optional symbols of a left context that the unanchored automaton takes on. */
  private static final int SMALL_GAP = 3;

  private static final String PROSE = "\n azAZ09.,";

  /**
   * One way to meet a left context.
   *
   * @param head where its head starts
   * @param tail where what follows the head starts, or {@link #NONE}
   * @param rules whose body may start after it, or may not
   * @param allows which of both
   */
  record Context(int head, int tail, List<Integer> rules, boolean allows) {
    static final int NONE = -1;
  }

  final List<Rule> rules;
  final Nfa bodies = new Nfa();
  final Nfa heads = new Nfa();
  final Nfa tails = new Nfa();
  final int[] bodyStarts;

  /**
   * The ways a left context can be met, by the number that their states in {@link #heads} and
   * {@link #tails} carry.
   */
  final List<Context> contexts = new ArrayList<>();

  /** Rules whose body may start anywhere. */
  final List<Integer> anywhere = new ArrayList<>();

  final Alphabet alphabet;

  /** Classes after which a rule's body counts, the end among them; null: any. */
  final @Nullable BitSet[] right;

  final BitSet[] bodySets;
  final BitSet[] headSets;
  final BitSet[] tailSets;
  final int smallestCap;

  /** Many rules share what stands before and after them. */
  private final Map<String, Node> lefts = new HashMap<>();

  private final Map<String, Right> rights = new HashMap<>();

  private record Right(CharSet set, boolean end) {}

  Program(List<Rule> given) {
    rules = List.copyOf(given);
    bodyStarts = new int[rules.size()];
    right = new BitSet[rules.size()];
    Map<String, List<Integer>> known = new HashMap<>();
    int cap = Integer.MAX_VALUE;
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      cap = Math.min(cap, rule.cap());
      body(i, rule);
      left(i, rule, known);
      unless(i, rule);
      right(i, rule);
    }
    smallestCap = cap;
    Set<CharSet> all = new HashSet<>(bodies.sets());
    all.addAll(heads.sets());
    all.addAll(tails.sets());
    rights.values().forEach(right -> all.add(right.set()));
    alphabet = new Alphabet(all);
    bodySets = bodies.sets().stream().map(alphabet::mask).toArray(BitSet[]::new);
    headSets = heads.sets().stream().map(alphabet::mask).toArray(BitSet[]::new);
    tailSets = tails.sets().stream().map(alphabet::mask).toArray(BitSet[]::new);
    Map<String, BitSet> conditions = new HashMap<>();
    rights.forEach((text, right) -> conditions.put(text, mask(right)));
    Arrays.setAll(right, i -> conditions.get(rules.get(i).right()));
    lefts.clear(); // trees are of no use any more
    rights.clear();
  }

  private BitSet mask(Right right) {
    BitSet mask = (BitSet) alphabet.mask(right.set()).clone();
    mask.set(alphabet.end(), right.end());
    return mask;
  }

  private void body(int i, Rule rule) {
    Node node = Parser.parse(i, "body", rule.body());
    if (rule.cap() < 1) {
      throw new RuleException(
          i,
          "cap",
          0,
          "A cap below 1 covers nothing; give the longest legal instance in characters.");
    }
    if (node.nullable()) {
      throw new RuleException(
          i, "body", 0, "The body matches the empty text; ask for at least one character.");
    }
    if (rule.validator() != null && node.longest() > rule.cap()) {
      throw new RuleException(
          i,
          "cap",
          0,
          "A validator must see the whole body, which may be longer than the cap of "
              + rule.cap()
              + "; bound its repetitions or raise the cap.");
    }
    bodyStarts[i] = add(bodies, node, i, "body", i);
    for (Nfa.Loop loop : bodies.loops()) {
      if (PROSE.codePoints().allMatch(loop.symbols()::contains) && !certain(rule, loop)) {
        throw new RuleException(
            i,
            "body",
            loop.offset(),
            "This loop runs across words and lines before the match is certain and would hold the text; leave out \\n, "
                + "bound it, or let all that follows it be optional, without right condition and validator.");
      }
    }
  }

  /** Whether a body counts as a match after every symbol that the loop takes. */
  private boolean certain(Rule rule, Nfa.Loop loop) {
    if (!rule.right().isEmpty() || rule.validator() != null) {
      return false;
    }
    Subset reached = new Subset(bodies);
    for (int state = loop.from(); state < loop.to(); state++) {
      if (bodies.kind(state) >= 0) {
        reached.clear();
        reached.add(bodies.out(state), false);
        boolean accepts = false;
        for (int next : reached.states()) {
          accepts |= bodies.kind(next) == Nfa.ACCEPT;
        }
        if (!accepts) {
          return false;
        }
      }
    }
    return true;
  }

  private Node left(int i, String expression) {
    return lefts.computeIfAbsent(expression, text -> Parser.parse(i, "left", text));
  }

  private void left(int i, Rule rule, Map<String, List<Integer>> known) {
    Node node = left(i, rule.left());
    if (node.nullable()) {
      anywhere.add(i);
      return;
    }
    List<Integer> users = known.get(rule.left());
    if (users == null) {
      users = new ArrayList<>();
      known.put(rule.left(), users);
      for (Node way : node instanceof Node.Either either ? either.parts() : List.of(node)) {
        context(suffix(way), users, i);
      }
    }
    users.add(i);
  }

  /**
   * Both contexts of such a rule are met in the heads, so that one state tells whether its body may
   * start.
   */
  private void unless(int i, Rule rule) {
    if (rule.unless().isEmpty()) {
      return;
    }
    Node node = left(i, rule.unless());
    if (node.nullable() || gap(node) || gap(left(i, rule.left()))) {
      throw new RuleException(
          i,
          "unless",
          0,
          "What must not stand before a body is short and not empty, as is its left context; repeat at most "
              + SMALL_GAP
              + " times.");
    }
    int head = add(heads, suffix(node), contexts.size(), "unless", i);
    contexts.add(new Context(head, Context.NONE, List.of(i), false));
  }

  /** Cuts a context before its first gap. */
  private void context(Node node, List<Integer> users, int rule) {
    List<Node> parts = node instanceof Node.Cat cat ? cat.parts() : List.of(node);
    int cut = 1;
    while (cut < parts.size() && !gap(parts.get(cut))) {
      cut++;
    }
    int number = contexts.size();
    int head = add(heads, new Node.Cat(parts.subList(0, cut)), number, "left", rule);
    int tail =
        cut < parts.size()
            ? add(tails, new Node.Cat(parts.subList(cut, parts.size())), number, "left", rule)
            : Context.NONE;
    contexts.add(new Context(head, tail, users, true));
  }

  private static boolean gap(Node node) {
    return switch (node) {
      case Node.Repeat repeat -> repeat.max() - repeat.min() > SMALL_GAP || gap(repeat.part());
      case Node.Cat cat -> cat.parts().stream().anyMatch(Program::gap);
      case Node.Either either -> either.parts().stream().anyMatch(Program::gap);
      case Node.One one -> false;
      case Node.Start start -> false;
      case Node.End end -> false;
    };
  }

  /**
   * Takes off what an expression may begin with but need not: some suffix of the text is asked for,
   * and a shorter one will do.
   */
  private static Node suffix(Node node) {
    return switch (node) {
      case Node.Cat cat -> {
        int first = 0;
        while (cat.parts().get(first).nullable()) {
          first++;
        }
        List<Node> rest = new ArrayList<>(cat.parts().subList(first, cat.parts().size()));
        rest.set(0, suffix(rest.getFirst()));
        yield new Node.Cat(List.copyOf(rest));
      }
      case Node.Either either ->
          new Node.Either(either.parts().stream().map(Program::suffix).toList());
      case Node.Repeat repeat when repeat.part() instanceof Node.One && repeat.min() > 0 ->
          new Node.Repeat(repeat.part(), repeat.min(), repeat.min(), repeat.offset());
      case Node.Repeat repeat -> repeat;
      case Node.One one -> one;
      case Node.Start start -> start;
      case Node.End end -> end;
    };
  }

  private static int add(Nfa nfa, Node node, int number, String part, int rule) {
    try {
      return nfa.add(node, number, MOST_STATES);
    } catch (Nfa.TooLarge e) {
      throw new RuleException(
          rule,
          part,
          0,
          "The expression needs more than "
              + MOST_STATES
              + " states; lower the bounds of its repetitions.");
    }
  }

  private void right(int i, Rule rule) {
    if (rule.right().isEmpty() || rights.containsKey(rule.right())) {
      return;
    }
    Node node = Parser.parse(i, "right", rule.right());
    List<Node> ways = node instanceof Node.Either either ? either.parts() : List.of(node);
    CharSet set = CharSet.EMPTY;
    boolean ends = false;
    for (Node way : ways) {
      switch (way) {
        case Node.One one -> set = set.or(one.set());
        case Node.End end -> ends = true;
        case Node.Start start -> throw oneSymbol(i);
        case Node.Cat cat -> throw oneSymbol(i);
        case Node.Either either -> throw oneSymbol(i);
        case Node.Repeat repeat -> throw oneSymbol(i);
      }
    }
    rights.put(rule.right(), new Right(set, ends));
  }

  private static RuleException oneSymbol(int rule) {
    return new RuleException(
        rule,
        "right",
        0,
        "The right condition looks at one symbol; write one class, $ or both, such as [^0-9]|$.");
  }
}
