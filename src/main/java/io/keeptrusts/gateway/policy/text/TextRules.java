package io.keeptrusts.gateway.policy.text;

import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.TextRule;
import io.keeptrusts.gateway.policy.match.Matcher;
import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.match.Scan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All rules of one stage, compiled. Immutable and shared by all texts; each text opens its own
 * check.
 *
 * <p>A character is redacted if and only if some validated match of a redacting rule covers it.
 * Matches that share a character become one span with one marker, that of the first of their rules;
 * spans that only touch stay two. A match of a blocking rule ends the text at its start.
 */
public final class TextRules {

  /** A rule and the policy of the chain that brought it. */
  public record Owned(String policy, TextRule rule) {}

  /** What is counted: a label of a policy. */
  record Finding(String policy, String label) {}

  private final List<Owned> rules;
  private final @Nullable Matcher matcher;
  private final List<Finding> findings;
  private final int[] findingOf;
  private final @Nullable String[] fixed;
  private final boolean mirrors;

  /**
   * Rules with a marker that no other match can change: all before them look the same, and no rule
   * blocks.
   */
  private final int certain;

  private TextRules(List<Owned> rules, @Nullable Matcher matcher) {
    this.rules = List.copyOf(rules);
    this.matcher = matcher;
    findingOf = new int[rules.size()];
    findings = List.copyOf(number(rules, findingOf));
    fixed = rules.stream().map(TextRules::fixedMarker).toArray(String[]::new);
    mirrors = rules.stream().anyMatch(r -> r.rule().masking().format() == Masking.Format.PARTIAL);
    certain = rules.stream().allMatch(r -> r.rule().action() == Action.REDACT) ? sameMarkers() : 0;
  }

  /**
   * Compiles rules in order of the chain. May throw where a rule cannot be compiled; takes too long
   * for an event loop.
   */
  public static TextRules compile(List<Owned> rules) {
    List<Rule> compiled = rules.stream().map(owned -> owned.rule().rule()).toList();
    return new TextRules(rules, compiled.isEmpty() ? null : Matcher.compile(compiled));
  }

  /** The same rules for other texts: what those do to the automata is not felt here. */
  public TextRules twin() {
    return new TextRules(rules, matcher == null ? null : matcher.twin());
  }

  /** What it was compiled from. */
  public List<Owned> rules() {
    return rules;
  }

  /** A check for a text that is what it says. */
  public TextCheck plain() {
    return isEmpty() ? new Unchecked() : new PlainText(this);
  }

  /** A check for the streamed arguments of a tool call: JSON text. */
  public TextCheck arguments() {
    return isEmpty() ? new Unchecked() : new ArgumentsText(this);
  }

  public boolean isEmpty() {
    return matcher == null;
  }

  Scan scan() {
    if (matcher == null) throw new IllegalStateException("no rules");
    return matcher.open();
  }

  /** True if a match may not be masked. */
  boolean blocks(int rule) {
    return rules.get(rule).rule().action() != Action.REDACT;
  }

  /** True if a text may not be on the way to a match of this rule for longer than its cap. */
  boolean blocksOverflow(int rule) {
    return rules.get(rule).rule().overflow() == TextRule.Overflow.BLOCK;
  }

  /** True if a match is known with its last character, false if it takes the one after. */
  boolean knownAtEnd(int rule) {
    return rules.get(rule).rule().rule().right().isEmpty();
  }

  /** What a match that may not be masked leads to. */
  Hit hit(int rule) {
    var owned = rules.get(rule);
    return new Hit(
        owned.policy(), blocks(rule) ? owned.rule().action() : Action.BLOCK, label(owned));
  }

  /** What a body longer than its rule's cap leads to. */
  Hit overflow(int rule) {
    var owned = rules.get(rule);
    return new Hit(owned.policy(), Action.BLOCK, label(owned));
  }

  List<Finding> findings() {
    return findings;
  }

  /** Index of what a rule finds in {@link #findings()}. */
  int findingOf(int rule) {
    return findingOf[rule];
  }

  /**
   * True if some marker shows a part of what it masks, so that the characters of a span must be
   * kept.
   */
  boolean mirrors() {
    return mirrors;
  }

  /** True if the marker of a span is known while the span still grows. */
  boolean certain(int rule) {
    return rule < certain;
  }

  /** The marker of a rule, if it is the same for every span. */
  @Nullable String fixedMarker(int rule) {
    return fixed[rule];
  }

  String marker(int rule, CharSequence span) {
    return rules.get(rule).rule().masking().mask(label(rules.get(rule)), span);
  }

  private int sameMarkers() {
    int same = 0;
    while (same < fixed.length && fixed[same] != null && fixed[same].equals(fixed[0])) same++;
    return same;
  }

  /** Findings in the order of their first rules; by a string, as a record's hash is linked late. */
  private static List<Finding> number(List<Owned> rules, int[] findingOf) {
    List<Finding> findings = new ArrayList<>();
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < findingOf.length; i++) {
      Owned owned = rules.get(i);
      Integer known = numbers.putIfAbsent(owned.policy() + '\n' + label(owned), findings.size());
      findingOf[i] = known == null ? findings.size() : known;
      if (known == null) {
        findings.add(new Finding(owned.policy(), label(owned)));
      }
    }
    return findings;
  }

  private static String label(Owned owned) {
    return owned.rule().rule().label();
  }

  private static @Nullable String fixedMarker(Owned owned) {
    var masking = owned.rule().masking();
    return masking.fixed() ? masking.mask(label(owned), "") : null;
  }
}
