package io.keeptrusts.gateway.policy.kind.pii;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Draws texts that an RE2 expression matches, at random over its tree. Where the expression lets
 * any character stand, characters of base64 are drawn: that is what keys consist of.
 */
final class RegexSampler {
  /**
   * What was drawn.
   *
   * @param groups begin and end of each capturing group, by its number less one; null: not taken
   */
  record Sample(String text, List<int[]> groups) {}

  private enum Case {
    AS_WRITTEN,
    UPPER,
    MIXED
  }

  private interface Node {
    void draw(Drawing to);
  }

  private static final class Drawing {
    private final Random random;
    private final Case letters;
    private final StringBuilder text = new StringBuilder();
    private final List<int[]> groups = new ArrayList<>();

    Drawing(Random random, int groups) {
      this.random = random;
      letters =
          switch (random.nextInt(3)) {
            case 0 -> Case.AS_WRITTEN;
            case 1 -> Case.UPPER;
            default -> Case.MIXED;
          };
      for (int i = 0; i < groups; i++) {
        this.groups.add(null);
      }
    }
  }

  private static final int MORE = 6;
  private static final BitSet PRINTABLE = range(' ', '~');
  private static final BitSet WORD =
      or(or(range('a', 'z'), range('A', 'Z')), or(range('0', '9'), range('_', '_')));
  private static final BitSet SPACE = set(" \t\n");
  private static final BitSet BASE64 =
      or(or(range('a', 'z'), range('A', 'Z')), or(range('0', '9'), set("+/")));
  private static final Map<String, BitSet> NAMED =
      Map.of(
          "alnum", or(or(range('a', 'z'), range('A', 'Z')), range('0', '9')),
          "alpha", or(range('a', 'z'), range('A', 'Z')),
          "digit", range('0', '9'),
          "xdigit", or(or(range('a', 'f'), range('A', 'F')), range('0', '9')));

  private final String regex;
  private final Node root;
  private int at;
  private boolean anyCase;
  private int groups;

  RegexSampler(String regex) {
    this.regex = regex;
    root = alternatives();
    if (at < regex.length()) {
      throw new IllegalArgumentException("at " + at + ": " + regex);
    }
  }

  Sample draw(Random random) {
    var drawing = new Drawing(random, groups);
    root.draw(drawing);
    return new Sample(drawing.text.toString(), drawing.groups);
  }

  private Node alternatives() {
    boolean outer = anyCase;
    var ways = new ArrayList<Node>();
    ways.add(sequence());
    while (at < regex.length() && regex.charAt(at) == '|') {
      at++;
      ways.add(sequence());
    }
    anyCase = outer;
    return to -> ways.get(to.random.nextInt(ways.size())).draw(to);
  }

  private Node sequence() {
    var parts = new ArrayList<Node>();
    while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
      parts.add(repeated(atom()));
    }
    return to -> parts.forEach(part -> part.draw(to));
  }

  private Node repeated(Node node) {
    if (at >= regex.length()) {
      return node;
    }
    int min;
    int max;
    switch (regex.charAt(at)) {
      case '*' -> {
        min = 0;
        max = MORE;
      }
      case '+' -> {
        min = 1;
        max = MORE;
      }
      case '?' -> {
        min = 0;
        max = 1;
      }
      case '{' -> {
        int close = regex.indexOf('}', at);
        String[] bounds = regex.substring(at + 1, close).split(",", -1);
        if (!bounds[0].chars().allMatch(Character::isDigit)) {
          return node;
        }
        min = Integer.parseInt(bounds[0]);
        max =
            bounds.length == 1
                ? min
                : bounds[1].isEmpty() ? min + MORE : Integer.parseInt(bounds[1]);
        at = close;
      }
      default -> {
        return node;
      }
    }
    at++;
    if (at < regex.length() && regex.charAt(at) == '?') {
      at++;
    }
    int least = min;
    int most = max;
    return to -> {
      for (int i = least + to.random.nextInt(most - least + 1); i > 0; i--) {
        node.draw(to);
      }
    };
  }

  private Node atom() {
    char c = regex.charAt(at++);
    return switch (c) {
      case '(' -> group();
      case '[' -> one(bracket());
      case '.' ->
          one(at < regex.length() && "*+?{".indexOf(regex.charAt(at)) >= 0 ? BASE64 : set("."));
      case '^', '$' -> to -> {};
      case '\\' -> escape();
      default -> literal(c);
    };
  }

  private Node group() {
    if (regex.charAt(at) == '?' && regex.charAt(at + 1) != 'P') {
      boolean outer = anyCase;
      boolean on = true;
      for (at++; ; at++) {
        switch (regex.charAt(at)) {
          case 'i' -> anyCase = on;
          case 's' -> {}
          case '-' -> on = false;
          case ')' -> {
            at++;
            return to -> {};
          }
          case ':' -> {
            at++;
            Node node = alternatives();
            at++;
            anyCase = outer;
            return node;
          }
          default -> throw new IllegalArgumentException("flag at " + at + ": " + regex);
        }
      }
    }
    if (regex.charAt(at) == '?') {
      at = regex.indexOf('>', at) + 1;
    }
    int number = groups++;
    Node node = alternatives();
    at++;
    return to -> {
      int from = to.text.length();
      node.draw(to);
      to.groups.set(number, new int[] {from, to.text.length()});
    };
  }

  private Node escape() {
    char c = regex.charAt(at);
    if (c == 'b' || c == 'B' || c == 'z' || c == 'A') {
      at++;
      return to -> {};
    }
    BitSet set = escaped();
    return set.cardinality() == 1 ? literal((char) set.nextSetBit(0)) : one(set);
  }

  /** What stands after a backslash, which may be one character. */
  private BitSet escaped() {
    char c = regex.charAt(at++);
    return switch (c) {
      case 'd' -> range('0', '9');
      case 'w' -> WORD;
      case 's' -> SPACE;
      case 'D' -> not(range('0', '9'));
      case 'W' -> not(WORD);
      case 'S' -> not(SPACE);
      case 'n' -> set("\n");
      case 'r' -> set("\r");
      case 't' -> set("\t");
      case 'x' -> {
        at += 2;
        yield set(Character.toString(Integer.parseInt(regex.substring(at - 2, at), 16)));
      }
      default -> set(Character.toString(c));
    };
  }

  private BitSet bracket() {
    boolean negated = regex.charAt(at) == '^';
    at += negated ? 1 : 0;
    var set = new BitSet();
    for (boolean first = true; first || regex.charAt(at) != ']'; first = false) {
      if (regex.startsWith("[:", at)) {
        int close = regex.indexOf(":]", at);
        set.or(NAMED.get(regex.substring(at + 2, close)));
        at = close + 2;
        continue;
      }
      char c = regex.charAt(at++);
      BitSet part = c == '\\' ? escaped() : set(Character.toString(c));
      if (part.cardinality() == 1 && regex.charAt(at) == '-' && regex.charAt(at + 1) != ']') {
        at++;
        char last = regex.charAt(at++);
        part =
            range((char) part.nextSetBit(0), last == '\\' ? (char) escaped().nextSetBit(0) : last);
      }
      set.or(part);
    }
    at++;
    BitSet all = negated ? not(set) : set;
    return all.cardinality() > 90 ? (negated ? without(all, SPACE) : BASE64) : all;
  }

  private Node literal(char c) {
    boolean fold = anyCase;
    return to -> to.text.append(fold && to.letters == Case.UPPER ? Character.toUpperCase(c) : c);
  }

  private Node one(BitSet set) {
    BitSet folded = new BitSet();
    folded.or(set);
    set.stream()
        .filter(Character::isLetter)
        .mapToObj(Character::toString)
        .forEach(
            letter -> {
              folded.set(letter.toUpperCase(Locale.ROOT).charAt(0));
              folded.set(letter.toLowerCase(Locale.ROOT).charAt(0));
            });
    boolean fold = anyCase;
    return to -> {
      int[] choice = (fold && to.letters == Case.MIXED ? folded : set).stream().toArray();
      char c = (char) choice[to.random.nextInt(choice.length)];
      to.text.append(fold && to.letters == Case.UPPER ? Character.toUpperCase(c) : c);
    };
  }

  private static BitSet range(char from, char to) {
    var set = new BitSet();
    set.set(from, to + 1);
    return set;
  }

  private static BitSet set(String characters) {
    var set = new BitSet();
    characters.chars().forEach(set::set);
    return set;
  }

  private static BitSet or(BitSet one, BitSet other) {
    var both = new BitSet();
    both.or(one);
    both.or(other);
    return both;
  }

  private static BitSet not(BitSet set) {
    BitSet rest = or(PRINTABLE, SPACE);
    rest.andNot(set);
    return rest;
  }

  private static BitSet without(BitSet set, BitSet less) {
    BitSet rest = or(set, new BitSet());
    rest.andNot(less);
    return rest;
  }
}
