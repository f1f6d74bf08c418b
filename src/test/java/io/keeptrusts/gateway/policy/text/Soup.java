package io.keeptrusts.gateway.policy.text;

import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.TextRule;
import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.text.Masking.Format;
import io.keeptrusts.gateway.policy.text.TextRules.Owned;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Generated texts in which things match, nearly match, overlap and touch; generated rules;
 * generated cuts.
 */
final class Soup {

  static final String EMAIL_BODY = "[a-z0-9.]+@[a-z]+\\.[a-z]{2,4}";

  static final List<Rule> RULES =
      List.of(
          Rule.of("EMAIL", EMAIL_BODY).cap(40),
          Rule.of("CARD", "[0-9]{4}( ?[0-9]{4}){1,2}")
              .after("^|[^0-9]")
              .before("[^0-9]|$")
              .when(Soup::evenDigits),
          Rule.of("NUMBER", "[0-9]{3,6}"),
          Rule.of("WORD", "foo|foobar|barbaz"),
          Rule.of("KEY", "[a-z]+").after("k="),
          Rule.of("RUN", "a+").cap(5),
          Rule.of("FACE", "(\uD83D\uDE00)+b?"),
          Rule.of("BLOB", "BEGIN[a-z .]*").cap(12),
          Rule.of("LETTER", "[xy]"),
          Rule.of("FIRST", "[a-z]+").after("^").before(" "),
          Rule.of("LAST", "[a-z]+\\.").before("$"),
          Rule.of("ODD", "[0-9 ]{2,9}").cap(9).when(body -> !evenDigits(body)));

  private static final List<String> FRAGMENTS =
      List.of(
          "john@example.com",
          "a.b@c.de",
          "x@y.zz",
          "@",
          ".",
          "4111 1111 1111",
          "41111111",
          "123",
          "12 34",
          "foo",
          "foobar",
          "foobarbaz",
          "bar",
          "k=",
          "k=secret",
          "aaaaaaaa",
          "a",
          "\uD83D\uDE00",
          "\uD83D\uDE00b",
          "\uD83D\uDE01",
          "BEGIN",
          "BEGINabc def.",
          "x",
          "y",
          "xyxx",
          " ",
          " ",
          ", ",
          "hello",
          "fo\u200Bo",
          "j\u00ADo@e.com",
          "\uFF11\uFF12\uFF13",
          "\u200B",
          "the",
          "end.",
          "中",
          "\n",
          "\"",
          "\\",
          "/",
          "{",
          "[1]");

  private final Random random;

  Soup(long seed) {
    random = new Random(seed);
  }

  String text(int fragments) {
    var text = new StringBuilder();
    for (int i = random.nextInt(fragments + 1); i > 0; i--) text.append(pick(FRAGMENTS));
    return text.toString();
  }

  /**
   * Up to six rules of three policies; {@code blocking} of ten have an action that ends the text.
   */
  List<Owned> rules(int blocking) {
    var pool = new ArrayList<>(RULES);
    Collections.shuffle(pool, random);
    var rules = new ArrayList<Owned>();
    boolean plain = random.nextBoolean();
    int size = 1 + random.nextInt(6);
    for (int i = 0; i < size; i++) {
      var action =
          random.nextInt(10) >= blocking
              ? Action.REDACT
              : pick(List.of(Action.BLOCK, Action.ESCALATE));
      var masking = plain ? Masking.LABELS : masking();
      rules.add(new Owned("policy-" + i * 3 / size, new TextRule(pool.get(i), action, masking)));
    }
    return rules;
  }

  private Masking masking() {
    var custom = new HashMap<String, String>();
    if (random.nextInt(4) == 0) custom.put(pick(RULES).label(), "\"<\\gone>");
    return new Masking(pick(List.of(Format.values())), random.nextInt(3) == 0, Map.copyOf(custom));
  }

  /** Ends of pieces, the last one the text's. Every third list cuts everywhere. */
  List<Integer> cuts(int length) {
    int kind = random.nextInt(3);
    var cuts = new ArrayList<Integer>();
    for (int i = 1; i < length; i++) {
      if (kind == 0 || random.nextInt(kind == 1 ? 4 : 20) == 0) cuts.add(i);
    }
    cuts.add(length);
    return cuts;
  }

  <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  private static boolean evenDigits(CharSequence body) {
    return body.chars().filter(Character::isDigit).map(c -> c - '0').sum() % 2 == 0;
  }
}
