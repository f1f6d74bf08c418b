package io.keeptrusts.gateway.policy.match;

import java.util.List;

/**
 * A set of rules, compiled. Thread-safe and shared; its automata are built while texts run through
 * it, and forgotten when they grow past a budget.
 *
 * <h2>What a match is</h2>
 *
 * Rules see the text's folded view: each code point is one symbol or is ignored (format characters,
 * combining marks, fillers); digits of all scripts are ASCII digits, dashes are {@code -}, spaces
 * are a space, compatibility forms and look-alikes are the plain letter. Line feed, carriage return
 * and tab are themselves. A surrogate without its other half is a symbol of its own. Expressions
 * are folded in the same way.
 *
 * <p>A match of a rule is a pair (s, e): s is the index of a symbol, e the index after the last
 * unit of a symbol, and
 *
 * <ul>
 *   <li>the body matches the symbols from s to e, all of them, and there is at least one;
 *   <li>the left expression matches the symbols from some place up to s; {@code ^} holds before the
 *       first symbol of the text; the left context may lie inside another match;
 *   <li>the {@code unless} expression, if there is one, matches no symbols up to s;
 *   <li>the right condition holds for the symbol that follows, or for the end of the text. A run of
 *       more than {@value Scan#LONGEST_GAP} ignored units after e satisfies every right condition,
 *       so that it cannot hold the text for ever;
 *   <li>with a validator: e - s is at most the cap and the validator accepts the folded body.
 * </ul>
 *
 * Without validator a match longer than the cap covers its last {@code cap} units only, one less if
 * that would split a surrogate pair. <em>Every</em> match counts, not the first or the longest.
 * {@link Scan} reports enough of them: the union of the spans reported for a rule is the union of
 * all, and for each e at which the rule has a match one is reported.
 *
 * <h2>What an expression may hold</h2>
 *
 * Literals, escapes, classes, {@code . \d \w \s \D \W \S \p{L} \p{Lu} \p{Ll} \p{N}}, groups,
 * alternation, {@code ? * + {m} {m,} {m,n}}, scoped {@code (?i)} (simple Unicode case) and {@code
 * (?s)}. {@code \w}, {@code \d} and {@code \s} are ASCII. Lazy repetition means the same as greedy.
 * Refused, with the reason and what to write instead: look-around, back-references, possessive and
 * atomic groups, word boundaries, {@code ^} outside left, {@code $} outside right, a body that
 * matches the empty text, an expression of more than 20,000 states, a validator on a body that may
 * be longer than the cap, and an unbounded loop over text with its spaces and line ends unless each
 * of its symbols completes a match that nothing can take back.
 */
public final class Matcher {
  private final Machine machine;

  private Matcher(Machine machine) {
    this.machine = machine;
  }

  /**
   * Compiles rules.
   *
   * @throws RuleException for the first rule that cannot run on a stream
   */
  public static Matcher compile(List<Rule> rules) {
    return compile(rules, Machine.DEFAULT_BUDGET);
  }

  /** With room for {@code budget} states of each automaton. */
  static Matcher compile(List<Rule> rules, int budget) {
    return new Matcher(new Machine(new Program(rules), budget));
  }

  /** The same rules with automata and a budget of their own. */
  public Matcher twin() {
    return new Matcher(new Machine(machine.program, machine.budget));
  }

  /** Number of rules. */
  public int size() {
    return machine.program.rules.size();
  }

  /** The rule with the index that {@link Scan.Sink#match} reports. */
  public Rule rule(int i) {
    return machine.program.rules.get(i);
  }

  /** Starts on a text. */
  public Scan open() {
    return new Scan(machine);
  }

  /** Sizes of the automata, for tests and benchmarks. */
  String statistics() {
    return machine.statistics();
  }

  int forgotten() {
    return machine.forgotten();
  }
}
