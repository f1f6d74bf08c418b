package io.keeptrusts.gateway.policy.kind;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.text.TextCheck;
import io.keeptrusts.gateway.policy.text.TextRules;
import io.keeptrusts.gateway.policy.text.TextRules.Owned;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Expressions of a pack. An even first byte: the rest is one, as it is; it is refused or runs. An
 * odd one: the rest chooses an expression of a small grammar and a text, and what is masked is what
 * {@code java.util.regex} says when it is tried at every start with every end.
 */
public final class PatternsFuzz {
  private static final String TEXT = "aab@ab.b a1b2 \u00e9\uD83D\uDE00 baab@@..ab";
  private static final String MARKER = "[PATTERN_REDACTED]";

  private PatternsFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < 2) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(input, 1, Math.min(input.length, 200));
    if ((input[0] & 1) == 0) {
      TextRules rules = rules(new String(rest, UTF_8));
      if (rules != null) {
        masked(rules, TEXT);
      }
    } else {
      Choices choices = new Choices(rest);
      String expression = choices.expression(3);
      String text = choices.text();
      TextRules rules = rules(expression);
      if (rules != null) {
        same(expression, text, masked(rules, text));
      }
    }
  }

  private static void same(String expression, String text, String masked) {
    String expected = expected(Pattern.compile(expression), text);
    if (!masked.equals(expected)) {
      throw new AssertionError(
          expression + " on <" + text + ">: expected " + expected + " but was " + masked);
    }
  }

  private static @org.jspecify.annotations.Nullable TextRules rules(String expression) {
    Policy policy;
    try {
      policy =
          new DlpFilter()
              .compile(
                  new DlpFilter.Config(List.of(expression), List.of(), null, null, null, null));
    } catch (IllegalArgumentException refused) {
      return null;
    }
    return TextRules.compile(
        policy.output().stream().map(rule -> new Owned(policy.kind(), rule)).toList());
  }

  private static String masked(TextRules rules, String text) {
    StringBuilder out = new StringBuilder();
    TextCheck check = rules.plain();
    if (check.feed(text.toCharArray(), 0, text.length(), out)) {
      out.append(text);
    }
    check.end(out);
    StringBuilder pieces = new StringBuilder();
    TextCheck again = rules.plain();
    for (int i = 0; i < text.length(); i++) {
      if (again.feed(new char[] {text.charAt(i)}, 0, 1, pieces)) {
        pieces.append(text.charAt(i));
      }
    }
    again.end(pieces);
    if (!pieces.toString().contentEquals(out)) {
      throw new AssertionError("whole " + out + " pieces " + pieces);
    }
    return out.toString();
  }

  /** All matches of at least one character, united. */
  private static String expected(Pattern expression, String text) {
    BitSet cover = new BitSet();
    BitSet joined = new BitSet();
    Matcher matcher = expression.matcher(text);
    for (int from = 0; from < text.length(); from++) {
      for (int to = from + 1; to <= text.length(); to++) {
        if (matcher.region(from, to).matches()) {
          cover.set(from, to);
          joined.set(from, to - 1);
        }
      }
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (!cover.get(i)) {
        out.append(text.charAt(i));
      } else if (i == 0 || !joined.get(i - 1)) {
        out.append(MARKER);
      }
    }
    return out.toString();
  }

  /** Bytes as decisions; when they are used up, all are zero. */
  private static final class Choices {
    private final byte[] bytes;
    private int at;

    Choices(byte[] bytes) {
      this.bytes = bytes;
    }

    int next(int bound) {
      return at < bytes.length ? (bytes[at++] & 0xff) % bound : 0;
    }

    String expression(int depth) {
      StringBuilder out = new StringBuilder();
      for (int i = 1 + next(3); i > 0; i--) {
        out.append(atom(depth)).append(repeat());
      }
      return next(4) == 1 ? out + "|" + atom(depth) : out.toString();
    }

    private String atom(int depth) {
      return switch (next(depth > 0 ? 7 : 5)) {
        case 0 -> "a";
        case 1 -> "b";
        case 2 -> "[ab]";
        case 3 -> "[^a]";
        case 4 -> "@";
        default -> "(" + expression(depth - 1) + ")";
      };
    }

    private String repeat() {
      return switch (next(8)) {
        case 1 -> "?";
        case 2 -> "+";
        case 3 -> "*";
        case 4 -> "{2}";
        case 5 -> "{1,3}";
        default -> "";
      };
    }

    String text() {
      StringBuilder out = new StringBuilder();
      for (int i = next(14); i > 0; i--) {
        out.append("ab@. ".charAt(next(5)));
      }
      return out.toString();
    }
  }

  /** An input that is this expression. */
  public static byte[] input(String expression) {
    return ("\0" + expression).getBytes(ISO_8859_1);
  }
}
