package io.keeptrusts.gateway.policy.text;

import java.util.ArrayList;
import java.util.List;

/** A generated JSON document with random spelling, which knows what must become of it. */
final class JsonSoup {

  private sealed interface Part {}

  /** Punctuation, space, literals. */
  private record Fixed(String spelled) implements Part {}

  /** A text: its decoded characters and how each is spelled. A number is spelled as it reads. */
  private record Text(String decoded, List<String> spelled, int quotes, boolean key, boolean number)
      implements Part {}

  private final Soup soup;
  private final List<Part> parts = new ArrayList<>();

  JsonSoup(Soup soup) {
    this.soup = soup;
    if (soup.below(8) == 0) value(0, 3);
    else if (soup.below(3) == 0) array(0, 3);
    else object(0, 3);
  }

  String document() {
    var all = new StringBuilder();
    for (var part : parts) {
      all.append(
          switch (part) {
            case Fixed fixed -> fixed.spelled();
            case Text text -> String.join("", text.spelled());
          });
    }
    return all.toString();
  }

  /** What may leave at most. */
  String expected(Oracle oracle) {
    var out = new StringBuilder();
    for (var part : parts) {
      switch (part) {
        case Fixed fixed -> out.append(fixed.spelled());
        case Text text -> {
          out.append(expected(text, oracle));
          if (oracle.blocking(text.decoded(), text.key()).isPresent()) return out.toString();
        }
      }
    }
    return out.toString();
  }

  Hit hit(Oracle oracle) {
    for (var part : parts) {
      if (part instanceof Text text) {
        var match = oracle.blocking(text.decoded(), text.key());
        if (match.isPresent()) return oracle.hit(match.get());
      }
    }
    return null;
  }

  private static String expected(Text text, Oracle oracle) {
    var spans = oracle.spans(text.decoded());
    int end =
        oracle
            .blocking(text.decoded(), text.key())
            .map(Oracle.Match::start)
            .orElse(text.decoded().length());
    if (text.number() && end < text.decoded().length()) return "";
    if (text.number() && !spans.isEmpty()) {
      int rule = spans.stream().mapToInt(Oracle.Span::rule).min().orElseThrow();
      var marker = oracle.marker(new Oracle.Span(0, text.decoded().length(), rule), text.decoded());
      return escape('"' + escape(marker, 1) + '"', text.quotes());
    }
    var out = new StringBuilder();
    int at = 0;
    for (var span : spans) {
      if (span.end() > end) {
        end = Math.min(end, span.start());
        break;
      }
      out.append(String.join("", text.spelled().subList(at, span.start())));
      out.append(escape(oracle.marker(span, text.decoded()), text.quotes()));
      at = span.end();
    }
    return at < end
        ? out.append(String.join("", text.spelled().subList(at, end))).toString()
        : out.toString();
  }

  private void value(int quotes, int depth) {
    switch (soup.below(depth > 0 ? 8 : 4)) {
      case 0 -> fixed(soup.pick(List.of("true", "false", "null")), quotes);
      case 1 -> number(quotes);
      case 2, 3 -> string(quotes, false);
      case 4, 5 -> object(quotes, depth);
      case 6 -> array(quotes, depth);
      default -> {
        if (quotes == 0) nested(depth);
        else string(quotes, false);
      }
    }
  }

  private void object(int quotes, int depth) {
    fixed("{", quotes);
    int size = soup.below(4);
    for (int i = 0; i < size; i++) {
      if (i > 0) fixed(",", quotes);
      string(quotes, true);
      fixed(":", quotes);
      value(quotes, depth - 1);
    }
    fixed("}", quotes);
  }

  private void array(int quotes, int depth) {
    fixed("[", quotes);
    int size = soup.below(4);
    for (int i = 0; i < size; i++) {
      if (i > 0) fixed(",", quotes);
      value(quotes, depth - 1);
    }
    fixed("]", quotes);
  }

  /** A string that holds a document. */
  private void nested(int depth) {
    parts.add(new Fixed("\""));
    if (soup.below(2) == 0) object(1, depth - 1);
    else array(1, depth - 1);
    parts.add(new Fixed("\""));
  }

  private void string(int quotes, boolean key) {
    var decoded =
        key && soup.below(8) > 0 ? "the" + soup.pick(List.of("", "_one", "_two")) : soup.text(4);
    if (quotes == 0 && decoded.strip().matches("(?s)[{\\[].*")) decoded = "see " + decoded;
    var spelled = new ArrayList<String>();
    for (char c : decoded.toCharArray()) spelled.add(spell(spellOnce(c), quotes));
    parts.add(new Fixed(spell("\"", quotes)));
    parts.add(new Text(decoded, spelled, quotes + 1, key, false));
    parts.add(new Fixed(spell("\"", quotes)));
  }

  private void number(int quotes) {
    var text =
        soup.pick(
            List.of(
                "0", "-12", "123", "4111111111111111", "41111111", "12.345e6", "1E-123", "-0.5"));
    parts.add(
        new Text(text, text.chars().mapToObj(Character::toString).toList(), quotes, false, true));
  }

  private void fixed(String text, int quotes) {
    var space = soup.pick(List.of("", "", " ", "\n ", "\t"));
    parts.add(new Fixed(spell(text + space, quotes)));
  }

  /** Spells what stands inside so many strings. */
  private String spell(String text, int quotes) {
    if (quotes == 0) return text;
    var out = new StringBuilder();
    for (char c : text.toCharArray()) out.append(spellOnce(c));
    return out.toString();
  }

  private String spellOnce(char c) {
    if (soup.below(6) == 0)
      return String.format(soup.below(2) == 0 ? "\\u%04x" : "\\u%04X", (int) c);
    return switch (c) {
      case '"', '\\' -> "\\" + c;
      case '\n' -> "\\n";
      case '\t' -> "\\t";
      case '/' -> soup.below(2) == 0 ? "\\/" : "/";
      default -> String.valueOf(c);
    };
  }

  private static String escape(String text, int times) {
    var out = text;
    for (int i = 0; i < times; i++) {
      out = out.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\u000a");
    }
    return out;
  }
}
