package io.keeptrusts.gateway.policy.match;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random rules and texts over a small alphabet, so that they meet often. */
final class Soup {
  private static final String[] SETS = {
    "a", "b", "c", "1", "-", " ", "\\n", "[ab]", "[^a]", "\\d", "\\w", "\\W", ".", "[a-c1]"
  };
  private static final String[] LEFTS = {
    "",
    "",
    "^",
    "[ab]",
    "(?:^|[^a])",
    "a\\s*",
    "b{1,2}c?",
    "\\s?[ab]+",
    "(?:^a|-)",
    "c.{0,3}",
    "(?:ab|c|^)\\W?",
    "a?",
    "a[ab1]{0,5}-?",
    "b\\s*",
    "(?:c|^)\\w*-",
    "^.{2,9}",
    "1\\w{0,4}[-c]|b(?:ab)*",
    "(?:a+b+)+c?"
  };
  private static final String[] RIGHTS = {
    "", "", "$", "[^a]|$", "b|c", "\\W|$", "[1 ]", ".", "\\w"
  };
  private static final int[] CAPS = {1, 2, 3, 5, 8, 256, 256};
  private static final Validator[] CHECKS = {
    body -> body.length() % 2 == 0,
    body -> body.chars().sum() % 3 != 0,
    body -> body.chars().anyMatch(c -> c == '1'),
    body -> body.charAt(0) == body.charAt(body.length() - 1)
  };
  private static final String[] PIECES = {
    "a",
    "b",
    "c",
    "1",
    "-",
    " ",
    "\n",
    "a",
    "b",
    "c",
    "ab",
    "1a",
    "\u200B",
    "\u0301",
    "\u00AD",
    "\uFE0F",
    "\uD835\uDFCF",
    "\uD835\uDC1A",
    "\uD83D\uDE00",
    "\uD83D",
    "\uDE00",
    "\uFF41",
    "\u0430",
    "\u0661",
    "\u2014",
    "\u00A0",
    "\uDB40\uDC61"
  };

  private static final String[] UNLESS = {"a", "^", "(?:a|bb)-?", "[^b]a{1,3}", "^a|b"};

  final Random random;

  Soup(long seed) {
    random = new Random(seed);
  }

  /** One to four rules that compile together. */
  List<Rule> rules() {
    List<Rule> rules = new ArrayList<>();
    int n = 1 + random.nextInt(4);
    while (rules.size() < n) {
      boolean check = random.nextInt(4) == 0;
      Rule rule =
          new Rule(
              "R",
              pick(LEFTS),
              body(3, check),
              pick(RIGHTS),
              CAPS[random.nextInt(CAPS.length)],
              check ? pick(CHECKS) : null,
              "");
      try {
        Matcher.compile(List.of(rule));
        rules.add(rule);
      } catch (RuleException nullableOrEndless) {
        // another try
      }
    }
    return rules;
  }

  /** The rules, some of them with something that must not stand before their bodies. */
  List<Rule> refusing(List<Rule> rules) {
    return rules.stream().map(this::refusing).toList();
  }

  private Rule refusing(Rule rule) {
    Rule refusing = random.nextInt(2) == 0 ? rule.unless(pick(UNLESS)) : rule;
    try {
      Matcher.compile(List.of(refusing));
      return refusing;
    } catch (RuleException longContext) {
      return rule;
    }
  }

  /** A text of at most {@code pieces} pieces, some of them ignored, some of two units. */
  String text(int pieces) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(pieces + 1); i > 0; i--) {
      text.append(random.nextInt(3) > 0 ? PIECES[random.nextInt(12)] : pick(PIECES));
    }
    if (random.nextInt(50) == 0) {
      text.insert(
          random.nextInt(text.length() + 1),
          "\u200B".repeat(Scan.LONGEST_GAP - 1 + random.nextInt(4)));
    }
    return text.toString();
  }

  private String body(int depth, boolean bounded) {
    return switch (depth == 0 ? 0 : random.nextInt(7)) {
      case 0, 1 -> pick(SETS);
      case 2 -> body(depth - 1, bounded) + body(depth - 1, bounded);
      case 3 -> body(depth - 1, bounded) + body(depth - 1, bounded) + body(depth - 1, bounded);
      case 4 -> "(?:" + body(depth - 1, bounded) + "|" + body(depth - 1, bounded) + ")";
      default -> "(" + body(depth - 1, bounded) + ")" + repetition(bounded);
    };
  }

  private String repetition(boolean bounded) {
    String[] bounds = {"?", "{2}", "{1,3}", "{0,2}", "*", "+", "{2,}", "*?"};
    return bounds[random.nextInt(bounded ? 4 : bounds.length)];
  }

  private <T> T pick(T[] from) {
    return from[random.nextInt(from.length)];
  }
}
