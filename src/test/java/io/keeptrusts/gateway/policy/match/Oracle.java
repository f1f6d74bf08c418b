package io.keeptrusts.gateway.policy.match;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds matches by trying every start and every end, straight from the definition in {@link
 * Matcher}. Cubic, for short texts.
 */
final class Oracle {
  private record Symbol(int start, int end, int folded) {}

  private final String text;
  private final List<Symbol> symbols = new ArrayList<>();

  /** One UTF-16 unit for each symbol. */
  private final StringBuilder folded = new StringBuilder();

  private Oracle(String text) {
    this.text = text;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int end = i + Character.charCount(c);
      int symbol = Fold.of(c);
      if (symbol != Fold.IGNORED) {
        symbols.add(new Symbol(i, end, symbol));
        // symbols that no expression of these tests names may share a stand-in
        folded.append(
            symbol > 0xFFFF || symbol >= 0xD800 && symbol < 0xE000 ? '\uE000' : (char) symbol);
      }
      i = end;
    }
  }

  /** For each rule and each end of a match the match that covers most. */
  static Set<Span> matches(List<Rule> rules, String text) {
    Oracle oracle = new Oracle(text);
    Set<Span> spans = new HashSet<>();
    for (int i = 0; i < rules.size(); i++) {
      oracle.add(rules.get(i), i, spans);
    }
    return spans;
  }

  private void add(Rule rule, int number, Set<Span> spans) {
    Pattern left = Pattern.compile(rule.left(), Pattern.UNIX_LINES);
    Pattern unless = Pattern.compile(rule.unless(), Pattern.UNIX_LINES);
    Pattern body = Pattern.compile(rule.body(), Pattern.UNIX_LINES);
    Pattern right = Pattern.compile(rule.right(), Pattern.UNIX_LINES);
    Set<Integer> ended = new HashSet<>();
    for (int s = 0; s < symbols.size(); s++) {
      if (!someSuffix(left, s) || !rule.unless().isEmpty() && someSuffix(unless, s)) {
        continue;
      }
      for (int e = s + 1; e <= symbols.size(); e++) {
        if (!ended.contains(e)
            && fits(body, s, e)
            && allowed(rule.right(), right, e)
            && valid(rule, s, e)) {
          ended.add(e);
          int end = symbols.get(e - 1).end();
          spans.add(new Span(number, covered(symbols.get(s).start(), end, rule.cap()), end));
        }
      }
    }
  }

  private boolean someSuffix(Pattern left, int s) {
    for (int k = 0; k <= s; k++) {
      if (fits(left, k, s)) {
        return true;
      }
    }
    return false;
  }

  private boolean fits(Pattern pattern, int from, int to) {
    return pattern.matcher(folded).region(from, to).useAnchoringBounds(false).matches();
  }

  private boolean allowed(String condition, Pattern right, int e) {
    int next = e < symbols.size() ? symbols.get(e).start() : text.length();
    return condition.isEmpty()
        || next - symbols.get(e - 1).end() > Scan.LONGEST_GAP
        || fits(right, e, Math.min(e + 1, symbols.size()));
  }

  private boolean valid(Rule rule, int s, int e) {
    return rule.validator() == null
        || symbols.get(e - 1).end() - symbols.get(s).start() <= rule.cap()
            && rule.validator().test(seen(s, e));
  }

  private String seen(int s, int e) {
    StringBuilder seen = new StringBuilder();
    symbols.subList(s, e).forEach(symbol -> seen.appendCodePoint(symbol.folded()));
    return seen.toString();
  }

  private int covered(int start, int end, int cap) {
    if (end - start <= cap) {
      return start;
    }
    int cut = end - cap;
    return Character.isLowSurrogate(text.charAt(cut))
            && Character.isHighSurrogate(text.charAt(cut - 1))
        ? cut + 1
        : cut;
  }
}
