package io.keeptrusts.gateway.policy.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the expressions of rules: literals, escapes, classes, {@code .}, groups, alternation,
 * repetition, scoped {@code (?i)} and {@code (?s)}. All else is refused. Lazy repetition is read as
 * greedy: with every match counting, they are the same.
 */
final class Parser {
  private static final String OPEN_GROUP =
      "This group is not closed; add ), or write \\( for the character.";
  private static final int DEEPEST = 200;
  private static final int MOST_REPEATS = 20_000;

  /** Ways to end that several ranges may leave open: an automaton follows all at once. */
  private static final int MOST_ENDS = 2_000;

  /** Most literals are of these. */
  private static final Node[] ASCII = ascii();

  private static final Node[] ASCII_ANY_CASE = anyCase(ASCII);

  private static Node[] ascii() {
    Node[] ascii = new Node[0x80];
    Arrays.setAll(ascii, c -> new Node.One(CharSet.of(c)));
    return ascii;
  }

  private static Node[] anyCase(Node[] ascii) {
    Node[] any = ascii.clone();
    for (int c = 'A'; c <= 'Z'; c++) {
      Node both = new Node.One(Fold.of(Fold.anyCase(CharSet.of(c))));
      any[c] = both;
      any[Character.toLowerCase(c)] = both;
    }
    return any;
  }

  private final int rule;
  private final String part;
  private final String text;
  private int at;
  private int depth;
  private boolean anyCase;
  private boolean dotAll;

  private Parser(int rule, String part, String text) {
    this.rule = rule;
    this.part = part;
    this.text = text;
  }

  /**
   * The tree of an expression; {@code part} (left, body, right) decides which anchors it may have.
   */
  static Node parse(int rule, String part, String text) {
    Parser parser = new Parser(rule, part, text);
    Node node = parser.alternatives();
    if (parser.at < text.length()) {
      throw parser.refuse(parser.at, "This ) closes no group; write \\) for the character.");
    }
    return node;
  }

  private Node alternatives() {
    if (++depth > DEEPEST) {
      throw refuse(
          at, "Groups are nested more than " + DEEPEST + " deep; write the expression flatter.");
    }
    boolean outerCase = anyCase;
    boolean outerDot = dotAll;
    List<Node> parts = new ArrayList<>();
    parts.add(sequence());
    while (at < text.length() && text.charAt(at) == '|') {
      at++;
      parts.add(sequence());
    }
    anyCase = outerCase;
    dotAll = outerDot;
    depth--;
    return parts.size() == 1 ? parts.getFirst() : new Node.Either(List.copyOf(parts));
  }

  private Node sequence() {
    List<Node> parts = new ArrayList<>();
    while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != ')') {
      Node node = repeated();
      if (!(node instanceof Node.Cat cat) || !cat.parts().isEmpty()) {
        parts.add(node);
      }
    }
    Node whole = parts.size() == 1 ? parts.getFirst() : new Node.Cat(List.copyOf(parts));
    if (whole.ends() > MOST_ENDS && parts.stream().filter(part -> part.ends() > 1).count() > 1) {
      throw tooManyEnds(at);
    }
    return whole;
  }

  private Node repeated() {
    Node node = atom();
    while (at < text.length()) {
      int start = at;
      int min;
      int max = Node.UNBOUNDED;
      switch (text.charAt(at)) {
        case '*' -> min = 0;
        case '+' -> min = 1;
        case '?' -> {
          min = 0;
          max = 1;
        }
        case '{' -> {
          int close = text.indexOf('}', at);
          if (!isBounds(close)) {
            return node;
          }
          String[] bounds = text.substring(at + 1, close).split(",", -1);
          min = count(bounds[0], start);
          max =
              bounds.length == 1
                  ? min
                  : bounds[1].isEmpty() ? Node.UNBOUNDED : count(bounds[1], start);
          if (max < min) {
            throw refuse(start, "The upper bound is below the lower one; swap them.");
          }
          at = close;
        }
        default -> {
          return node;
        }
      }
      at++;
      if (at < text.length() && text.charAt(at) == '+') {
        throw refuse(
            at, "Possessive repetition depends on how a search backtracks; drop the second +.");
      }
      if (at < text.length() && text.charAt(at) == '?') {
        at++;
      }
      node = repeat(node, min, max, start);
    }
    return node;
  }

  private Node repeat(Node node, int min, int max, int offset) {
    if (max == 0 || node.longest() == 0) {
      return min == 0 || max == 0 ? Node.EMPTY : node;
    }
    if (min == 1 && max == 1) {
      return node;
    }
    Node repeat = new Node.Repeat(node, min, max, offset);
    if (node.ends() > 1 && repeat.ends() > MOST_ENDS) {
      throw tooManyEnds(offset);
    }
    return repeat;
  }

  private RuleException tooManyEnds(int offset) {
    return refuse(
        offset,
        "Ranges of repetitions within or behind each other leave more than "
            + MOST_ENDS
            + " ways open; write one range, or lower the bounds.");
  }

  private boolean isBounds(int close) {
    int i = at + 1;
    boolean comma = false;
    for (; i < close; i++) {
      char c = text.charAt(i);
      if (c == ',' && !comma && i > at + 1) {
        comma = true;
      } else if (c < '0' || c > '9') {
        return false;
      }
    }
    return i > at + 1;
  }

  private int count(String digits, int start) {
    if (digits.length() > 6 || Integer.parseInt(digits) > MOST_REPEATS) {
      throw refuse(
          start,
          "Repeats more than "
              + MOST_REPEATS
              + " times; use a lower bound, the cap limits the cover anyway.");
    }
    return Integer.parseInt(digits);
  }

  private Node atom() {
    int start = at;
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    return switch (c) {
      case '(' -> group(start);
      case '[' -> new Node.One(bracket(start));
      case '.' -> new Node.One(dotAll ? CharSet.ALL : CharSet.LINE);
      case '^' -> {
        if (!part.equals("left")) {
          throw refuse(
              start, "^ belongs to the left context: write it there, or \\^ for the character.");
        }
        yield new Node.Start();
      }
      case '$' -> {
        if (!part.equals("right")) {
          throw refuse(
              start, "$ belongs to the right condition: write it there, or \\$ for the character.");
        }
        yield new Node.End();
      }
      case '*', '+', '?' ->
          throw refuse(
              start, "Nothing stands here to repeat; write \\" + (char) c + " for the character.");
      case '\\' -> {
        CharSet shorthand = shorthand(start);
        yield shorthand != null ? new Node.One(shorthand) : literal(escaped(start));
      }
      default -> literal(c);
    };
  }

  private Node literal(int c) {
    if (c < ASCII.length) {
      return (anyCase ? ASCII_ANY_CASE : ASCII)[c];
    }
    CharSet set = positive(CharSet.of(c));
    return set.isEmpty() ? Node.EMPTY : new Node.One(set);
  }

  /** A set as the folded text shows it. */
  private CharSet positive(CharSet set) {
    return Fold.of(anyCase ? Fold.anyCase(set) : set);
  }

  private Node group(int start) {
    if (text.startsWith("?", at)) {
      if (text.startsWith("?=", at) || text.startsWith("?!", at)) {
        throw refuse(
            start,
            "Look-ahead would hold the text; put one character class into the right condition.");
      }
      if (text.startsWith("?<=", at) || text.startsWith("?<!", at)) {
        throw refuse(
            start, "Look-behind is not supported; put what stands before into the left context.");
      }
      if (text.startsWith("?>", at)) {
        throw refuse(start, "An atomic group depends on how a search backtracks; write (?:...).");
      }
      if (text.startsWith("?<", at) || text.startsWith("?P<", at)) {
        int close = text.indexOf('>', at);
        at = close < 0 ? text.length() : close + 1;
      } else {
        return flagged(start);
      }
    }
    return close(start, alternatives());
  }

  private Node close(int start, Node node) {
    if (at >= text.length()) {
      throw refuse(start, OPEN_GROUP);
    }
    at++;
    return node;
  }

  /** {@code ?flags:...)} or {@code ?flags)}, which holds to the end of the group around it. */
  private Node flagged(int start) {
    boolean outerCase = anyCase;
    boolean outerDot = dotAll;
    boolean on = true;
    for (at++; at < text.length(); at++) {
      switch (text.charAt(at)) {
        case 'i' -> anyCase = on;
        case 's' -> dotAll = on;
        case '-' -> on = false;
        case ':' -> {
          at++;
          Node node = close(start, alternatives());
          anyCase = outerCase;
          dotAll = outerDot;
          return node;
        }
        case ')' -> {
          at++;
          return Node.EMPTY;
        }
        default ->
            throw refuse(start, "Only the flags i and s are known; write (?i), (?s) or (?:...).");
      }
    }
    throw refuse(start, OPEN_GROUP);
  }

  private CharSet bracket(int start) {
    boolean negated = text.startsWith("^", at);
    if (negated) {
      at++;
    }
    CharSet.Builder members = new CharSet.Builder();
    boolean first = true;
    while (at < text.length() && (first || text.charAt(at) != ']')) {
      first = false;
      members.addAll(member());
    }
    if (at >= text.length()) {
      throw refuse(start, "This class is not closed; add ], or write \\[ for the character.");
    }
    at++;
    CharSet set = negated ? members.build().not() : members.build();
    if (set.isEmpty()) {
      throw refuse(start, "This class holds no character that a text can show; remove it.");
    }
    return set;
  }

  private CharSet member() {
    int start = at;
    if (text.startsWith("[:", at)) {
      throw refuse(start, "POSIX classes are not supported; write the ranges, such as a-zA-Z0-9.");
    }
    if (text.startsWith("&&", at)) {
      throw refuse(
          start,
          "Intersections are not supported; write the ranges that remain, or \\& for the character.");
    }
    if (text.charAt(at) == '\\') {
      at++;
      CharSet shorthand = shorthand(start);
      if (shorthand != null) {
        return shorthand;
      }
      at = start;
    }
    int low = single();
    if (text.startsWith("-", at) && at + 1 < text.length() && text.charAt(at + 1) != ']') {
      at++;
      int before = at;
      if (text.charAt(at) == '\\'
          && at + 1 < text.length()
          && "dDwWsSpP".indexOf(text.charAt(at + 1)) >= 0) {
        at = before - 1;
      } else {
        int high = single();
        if (high < low) {
          throw refuse(
              start, "This range runs backwards; swap its ends, or write \\- for the character.");
        }
        return positive(CharSet.range(low, high));
      }
    }
    return positive(CharSet.of(low));
  }

  private int single() {
    int start = at;
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    return c == '\\' ? escaped(start) : c;
  }

  /** A class escape after the backslash, or null with nothing taken. */
  private @Nullable CharSet shorthand(int start) {
    if (at >= text.length()) {
      return null;
    }
    char c = text.charAt(at);
    CharSet set = c == 'p' || c == 'P' ? property(start, c == 'P') : Categories.of(c);
    if (set != null) {
      at++;
    }
    return set;
  }

  private CharSet property(int start, boolean negated) {
    int close = text.startsWith("{", at + 1) ? text.indexOf('}', at) : -1;
    String name =
        close < 0
            ? text.substring(at + 1, Math.min(at + 2, text.length()))
            : text.substring(at + 2, close);
    CharSet set = Categories.of(name);
    if (set == null) {
      throw refuse(start, "Of the properties only L, Lu, Ll and N are known; write the ranges.");
    }
    at = close < 0 ? at + 1 : close;
    return negated ? set.not() : set;
  }

  private int escaped(int start) {
    if (at >= text.length()) {
      throw refuse(start, "The expression ends in a backslash; write \\\\ for the character.");
    }
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'f' -> '\f';
      case 'x' -> text.startsWith("{", at) ? braced(start) : hex(start, 2);
      case 'u' -> hex(start, 4);
      case 'b', 'B' -> throw refuse(start, boundary());
      default -> {
        if (c >= '1' && c <= '9') {
          throw refuse(
              start,
              "Back-references cannot run in linear time; write the repeated text out or use a validator.");
        }
        if (c >= 0x80 || Character.isLetterOrDigit(c)) {
          throw refuse(start, "This escape is not known; write the character itself or \\uHHHH.");
        }
        yield c;
      }
    };
  }

  private String boundary() {
    return "Word boundaries are conditions on the neighbours; "
        + (part.equals("right") ? "write \\W|$." : "use left (?:^|\\W) and right \\W|$ instead.");
  }

  private int hex(int start, int digits) {
    int end = at + digits;
    try {
      int c = Integer.parseUnsignedInt(text, at, end, 16);
      at = end;
      return c;
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw refuse(start, "Here " + digits + " hexadecimal digits are needed.");
    }
  }

  private int braced(int start) {
    int close = text.indexOf('}', at);
    try {
      int c = Integer.parseUnsignedInt(text, at + 1, close, 16);
      if (Character.isValidCodePoint(c)) {
        at = close + 1;
        return c;
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      // said below
    }
    throw refuse(start, "\\x{...} needs the hexadecimal digits of a code point.");
  }

  private RuleException refuse(int offset, String reason) {
    return new RuleException(rule, part, offset, reason);
  }
}
