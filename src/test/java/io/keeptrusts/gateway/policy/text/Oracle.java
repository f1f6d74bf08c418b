package io.keeptrusts.gateway.policy.text;

import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.text.TextRules.Owned;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** R(t) straight from the definition: every rule, every start, every end. Only for small texts. */
record Oracle(List<Owned> rules) {

  /** One validated match; {@code known} is how much of the text must have been read to know it. */
  record Match(int rule, int start, int end, int known) {}

  /** Overlapping redacting matches. */
  record Span(int start, int end, int rule) {}

  /** What rules see of a text: each character with where it starts and ends in the text. */
  private record View(String seen, List<Integer> starts, List<Integer> ends) {

    static View of(String text) {
      var seen = new StringBuilder();
      var starts = new ArrayList<Integer>();
      var ends = new ArrayList<Integer>();
      for (int i = 0; i < text.length(); i = next(text, i)) {
        if (text.charAt(i) == '\u200B' || text.charAt(i) == '\u00AD') continue;
        int point = text.codePointAt(i);
        int folded = point >= '\uFF10' && point <= '\uFF19' ? point - '\uFF10' + '0' : point;
        for (int unit = 0; unit < Character.charCount(point); unit++) {
          starts.add(i);
          ends.add(next(text, i));
        }
        seen.appendCodePoint(folded);
      }
      return new View(seen.toString(), starts, ends);
    }
  }

  List<Match> matches(String text) {
    var view = View.of(text);
    var found = new ArrayList<Match>();
    for (int r = 0; r < rules.size(); r++) addMatches(r, text, view, found);
    return found;
  }

  private void addMatches(int number, String text, View view, List<Match> found) {
    var rule = rules.get(number).rule().rule();
    var left = Pattern.compile("(?s).*(?:" + rule.left() + ")");
    var body = Pattern.compile(rule.body());
    var right = Pattern.compile(rule.right());
    var seen = view.seen();
    for (int s = 0; s < seen.length(); s = next(seen, s)) {
      if (!rule.left().isEmpty() && !left.matcher(seen.substring(0, s)).matches()) continue;
      for (int e = next(seen, s);
          e <= seen.length();
          e = e == seen.length() ? e + 1 : next(seen, e)) {
        int start = view.starts().get(s);
        int end = view.ends().get(e - 1);
        var inside = seen.substring(s, e);
        if (!body.matcher(inside).matches()) continue;
        var follower = e == seen.length() ? "" : seen.substring(e, next(seen, e));
        if (!rule.right().isEmpty() && !right.matcher(follower).matches()) continue;
        var check = rule.validator();
        if (check != null && (end - start > rule.cap() || !check.test(inside))) continue;
        int known =
            rule.right().isEmpty()
                ? end
                : follower.isEmpty() ? text.length() + 1 : view.ends().get(e);
        found.add(new Match(number, Math.max(start, whole(text, end - rule.cap())), end, known));
      }
    }
  }

  List<Span> spans(String text) {
    var spans = new ArrayList<Span>();
    for (var match : matches(text)) {
      if (action(match) != Action.REDACT) continue;
      var merged = new Span(match.start(), match.end(), match.rule());
      for (var other : List.copyOf(spans)) {
        if (other.start() >= merged.end() || merged.start() >= other.end()) continue;
        spans.remove(other);
        merged =
            new Span(
                Math.min(merged.start(), other.start()),
                Math.max(merged.end(), other.end()),
                Math.min(merged.rule(), other.rule()));
      }
      spans.add(merged);
    }
    spans.sort(Comparator.comparingInt(Span::start));
    return spans;
  }

  String redacted(String text) {
    return redacted(text, text.length());
  }

  /**
   * What may leave at most: the redacted text before a match that blocks, without a marker that
   * reaches into it.
   */
  String delivered(String text) {
    int end = blocking(text, false).map(Match::start).orElse(text.length());
    for (var span : spans(text)) {
      if (span.start() <= end && end < span.end()) end = span.start();
    }
    return redacted(text, end);
  }

  Optional<Match> blocking(String text, boolean key) {
    return matches(text).stream()
        .filter(match -> key || action(match) != Action.REDACT)
        .min(
            Comparator.comparingInt(Match::known)
                .thenComparingInt(Match::end)
                .thenComparingInt(Match::rule));
  }

  Hit hit(Match match) {
    var owned = rules.get(match.rule());
    var action = owned.rule().action();
    return new Hit(
        owned.policy(),
        action == Action.REDACT ? Action.BLOCK : action,
        owned.rule().rule().label());
  }

  String marker(Span span, String text) {
    var owned = rules.get(span.rule());
    return owned
        .rule()
        .masking()
        .mask(owned.rule().rule().label(), text.substring(span.start(), span.end()));
  }

  private String redacted(String text, int end) {
    var out = new StringBuilder();
    int at = 0;
    for (var span : spans(text)) {
      if (span.start() >= end) break;
      out.append(text, at, span.start()).append(marker(span, text));
      at = span.end();
    }
    return at < end ? out.append(text, at, end).toString() : out.toString();
  }

  private Action action(Match match) {
    return rules.get(match.rule()).rule().action();
  }

  private static int whole(String text, int index) {
    return index > 0 && Character.isLowSurrogate(text.charAt(index)) ? index + 1 : index;
  }

  private static int next(String text, int index) {
    return index + Character.charCount(text.codePointAt(index));
  }
}
