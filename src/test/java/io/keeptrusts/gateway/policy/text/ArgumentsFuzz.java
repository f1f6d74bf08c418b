package io.keeptrusts.gateway.policy.text;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.kind.DlpFilter;
import io.keeptrusts.gateway.policy.text.TextRules.Owned;
import io.keeptrusts.gateway.testing.Splits;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments of a tool call: any characters, broken JSON and lone surrogates among them, come
 * out the same however they are cut. The first byte chooses how bytes become characters.
 */
public final class ArgumentsFuzz {
  private static final TextRules RULES = rules();

  private ArgumentsFuzz() {}

  private static TextRules rules() {
    Policy policy =
        new DlpFilter()
            .compile(
                new DlpFilter.Config(
                    List.of("\\d{2,4}", "a[a-z]*e", "\\bx+\\b"),
                    List.of("some term"),
                    null,
                    null,
                    null,
                    null));
    return TextRules.compile(
        policy.output().stream().map(rule -> new Owned(policy.kind(), rule)).toList());
  }

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(input, 1, input.length);
    String text =
        input[0] % 4 == 3
            ? UTF_16BE.decode(java.nio.ByteBuffer.wrap(rest)).toString() + lone(rest)
            : new String(rest, UTF_8);
    same(text, false);
    same(text, true);
  }

  /** A decoder lets no half of a pair through. */
  private static String lone(byte[] bytes) {
    StringBuilder out = new StringBuilder();
    for (byte b : bytes) {
      out.append((char) (b < 0 ? 0xd800 + (b & 0x7f) * 16 : b));
    }
    return out.toString();
  }

  private static void same(String text, boolean plain) {
    Checked whole = checked(text, plain);
    int[] cuts = Splits.random(text.hashCode(), text.length());
    for (int[] ways : new int[][] {Splits.every(1, text.length()), cuts}) {
      Checked pieces = checked(text, plain, ways);
      if (!pieces.agrees(whole)) {
        throw new AssertionError(
            "cut at " + Arrays.toString(ways) + "\n whole  " + whole + "\n pieces " + pieces);
      }
    }
  }

  private record Checked(String left, boolean blocked) {
    /** Of a text that is blocked any beginning may have left. */
    boolean agrees(Checked other) {
      return blocked == other.blocked
          && (blocked
              ? left.startsWith(other.left) || other.left.startsWith(left)
              : left.equals(other.left));
    }
  }

  private static Checked checked(String text, boolean plain, int... cuts) {
    TextCheck check = plain ? RULES.plain() : RULES.arguments();
    StringBuilder out = new StringBuilder();
    for (String piece : Splits.of(text, cuts)) {
      StringBuilder leaves = new StringBuilder();
      boolean untouched = check.feed(piece.toCharArray(), 0, piece.length(), leaves);
      out.append(untouched ? piece : leaves);
      if (check.blocked() != null) {
        return new Checked(out.toString(), true);
      }
    }
    StringBuilder tail = new StringBuilder();
    check.end(tail);
    return new Checked(out.append(tail).toString(), check.blocked() != null);
  }
}
