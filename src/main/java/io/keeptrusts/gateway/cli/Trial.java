package io.keeptrusts.gateway.cli;

import io.keeptrusts.gateway.cli.Fixture.Expect;
import io.keeptrusts.gateway.cli.Fixture.Outcome;
import io.keeptrusts.gateway.cli.Fixture.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a fixture came to: run as it is against what it expects, and re-cut against that first run,
 * which must have said the same however the provider cuts (law L1).
 *
 * @param heard what the run as it is came to; null if it failed
 * @param failures what is not as it should be, each with what was wanted and what came, a line
 *     each; empty: passed
 */
record Trial(Fixture fixture, @Nullable Heard heard, List<String> failures) {

  Trial {
    failures = List.copyOf(failures);
  }

  boolean passed() {
    return failures.isEmpty();
  }

  /**
   * Runs a fixture.
   *
   * @param cuts how often it is cut anew
   * @param seed decides where
   */
  static Trial run(Bench bench, Fixture fixture, int cuts, long seed) {
    List<String> failures = new ArrayList<>();
    try {
      Heard first = bench.run(fixture, null);
      compare(fixture.expect(), first, failures);
      Random random = new Random(seed);
      int again = first.sent().isEmpty() ? 0 : cuts; // else there is no answer to cut
      for (int i = 1; i <= again && failures.isEmpty(); i++) {
        lawful(first, bench.run(fixture, random), "cut anew (" + i + "): ", failures);
      }
      return new Trial(fixture, first, failures);
    } catch (IOException e) {
      failures.add(String.valueOf(e.getMessage()));
      return new Trial(fixture, null, failures);
    }
  }

  private static void compare(Expect expect, Heard heard, List<String> failures) {
    if (expect.outcome() != null && expect.outcome() != heard.outcome()) {
      differs("verdict", word(expect.outcome()), said(heard), failures);
    }
    if (expect.policy() != null && !heard.policies().contains(expect.policy())) {
      differs("policy", expect.policy(), String.join(", ", heard.policies()), failures);
    }
    if (expect.code() != null && !expect.code().equals(heard.code())) {
      differs("code", expect.code(), String.valueOf(heard.code()), failures);
    }
    if (expect.reason() != null
        && heard.reasons().stream().noneMatch(reason -> same(reason, expect.reason()))) {
      differs("reason", expect.reason(), String.join(", ", heard.reasons()), failures);
    }
    if (expect.status() != null && expect.status() != heard.status()) {
      differs("status", expect.status().toString(), Integer.toString(heard.status()), failures);
    }
    texts("output", expect.output(), heard.output(), heard.everything(), failures);
    texts("sent", expect.sent(), heard.sent().stripTrailing(), heard.sent(), failures);
  }

  /** Both spellings are in use: {@code pii.detected} and {@code pii_detected}. */
  private static boolean same(String reason, String other) {
    return reason.replace('.', '_').equals(other.replace('.', '_'));
  }

  private static void texts(
      String what, Texts wanted, String exact, String everything, List<String> failures) {
    if (wanted.exact() != null && !wanted.exact().equals(exact)) {
      differs(what, wanted.exact(), exact, failures);
    }
    for (String text : wanted.contains()) {
      if (!everything.contains(text)) {
        differs(what + " contains", text, everything.strip(), failures);
      }
    }
    for (String text : wanted.lacks()) {
      if (everything.contains(text)) {
        differs(what + " does not contain", text, everything.strip(), failures);
      }
    }
  }

  /**
   * A block may come before or after a part of the answer has left, so its status depends on the
   * cut, and the shorter output begins the longer one; all else is the same.
   */
  private static void lawful(Heard first, Heard again, String which, List<String> failures) {
    if (!said(first).equals(said(again)) || !Objects.equals(first.code(), again.code())) {
      differs(which + "verdict", said(first), said(again), failures);
    }
    boolean ended = first.outcome() == Outcome.BLOCK || first.outcome() == Outcome.ESCALATE;
    if (!ended && first.status() != again.status()) {
      differs(
          which + "status",
          Integer.toString(first.status()),
          Integer.toString(again.status()),
          failures);
    }
    TreeSet<String> paths = new TreeSet<>(first.texts().keySet());
    paths.addAll(again.texts().keySet());
    for (String path : paths) {
      String one = first.texts().getOrDefault(path, "");
      String other = again.texts().getOrDefault(path, "");
      if (!(ended ? one.startsWith(other) || other.startsWith(one) : one.equals(other))) {
        differs(which + path, one, other, failures);
      }
    }
  }

  private static void differs(String what, String wanted, String came, List<String> failures) {
    failures.add(what + "\n" + lines("- ", wanted) + "\n" + lines("+ ", came));
  }

  private static String lines(String mark, String text) {
    return mark + text.replace("\n", "\n" + mark);
  }

  /** The verdict and who said it. */
  static String said(Heard heard) {
    return word(heard.outcome())
        + (heard.policies().isEmpty() ? "" : " by " + String.join(", ", heard.policies()))
        + (heard.outcome() == Outcome.ERROR ? " " + heard.status() + " " + heard.code() : "");
  }

  static String word(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }
}
