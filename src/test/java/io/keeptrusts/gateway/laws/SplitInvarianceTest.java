package io.keeptrusts.gateway.laws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.laws.Walls.Delivered;
import io.keeptrusts.gateway.laws.Walls.Rules;
import io.keeptrusts.gateway.policy.Action;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * L1, L2 and L4 in memory: the same answer, cut and interleaved in every way, in front of every
 * order of the policies.
 */
class SplitInvarianceTest {
  static final int FACTOR = Integer.getInteger("laws.factor", 1);
  private static final int ANSWERS = 3_000 * FACTOR;
  private static final int CUTS = 8;

  @Test
  void everyCuttingDeliversTheSameTextAndNoSecret() {
    List<Rules> orders = Walls.orders(Action.BLOCK);
    int planted = 0;
    int missed = 0;
    long windows = 0;
    for (int seed = 0; seed < ANSWERS; seed++) {
      Talk talk = new Talk(seed);
      Said said = talk.answer();
      Rules rules = orders.get(seed % orders.size());
      Judge judge = new Judge(said, rules.all());
      planted += judge.planted();
      missed += judge.missed();
      windows += judge.windows();
      for (int cut = 0; cut < CUTS; cut++) {
        run(seed, cut, said, judge, rules);
      }
    }
    System.out.printf(
        "laws L1 L2 L4: %d cases, seeds 0-%d, %d secrets (%d unseen), %d windows%n",
        ANSWERS * CUTS, ANSWERS - 1, planted, missed, windows);
    assertThat(planted).isGreaterThan(ANSWERS);
    assertThat(missed)
        .as("secrets that no policy finds where they stand")
        .isLessThan(planted / 100);
    assertThat(windows).isGreaterThan(10L * planted);
  }

  private static void run(int seed, int cut, Said said, Judge judge, Rules rules) {
    Random random = new Random(seed * 31L + cut);
    boolean stream = cut > 0;
    List<String> frames =
        stream ? Rendering.stream(said, random) : List.of(Rendering.answer(said, random));
    List<byte[]> reads =
        stream ? Rendering.reads(frames, random) : List.of(frames.getFirst().getBytes(UTF_8));
    try {
      Delivered delivered = Walls.run(rules.wall(), stream, reads);
      assertThat(delivered.error()).isNull();
      assertThat(delivered.ended()).isTrue();
      judge.passed(Client.frames(delivered.frames()), said.usage() || !stream);
    } catch (AssertionError | RuntimeException e) {
      throw broken(seed, cut, said, frames, e);
    }
  }

  @Test
  void everyCuttingIsBlockedAlike() {
    for (Action action : List.of(Action.BLOCK, Action.ESCALATE)) {
      List<Rules> orders = Walls.orders(action);
      String code = action == Action.BLOCK ? "output_blocked" : "escalation_required";
      for (int seed = 0; seed < ANSWERS / 8; seed++) {
        Said said = new Talk(1_000_000 + seed).banned();
        Rules rules = orders.get(seed % orders.size());
        Judge judge = new Judge(said, rules.masking());
        for (int cut = 0; cut < CUTS; cut++) {
          block(seed, cut, said, judge, rules, code);
        }
      }
    }
    System.out.printf(
        "laws L1 L2, blocked: %d cases, seeds 1000000-%d%n",
        ANSWERS / 8 * 2 * CUTS, 1_000_000 + ANSWERS / 8 - 1);
  }

  private static void block(int seed, int cut, Said said, Judge judge, Rules rules, String code) {
    Random random = new Random(seed * 31L + cut);
    boolean stream = cut > 0;
    List<String> frames =
        stream ? Rendering.stream(said, random) : List.of(Rendering.answer(said, random));
    List<byte[]> reads =
        stream ? Rendering.reads(frames, random) : List.of(frames.getFirst().getBytes(UTF_8));
    try {
      Delivered delivered = Walls.run(rules.wall(), stream, reads);
      assertThat(delivered.error()).isNotNull();
      assertThat(delivered.ended()).isFalse();
      judge.blocked(
          Client.frames(delivered.frames()),
          Objects.requireNonNull(delivered.error()),
          "safety-filter",
          code);
    } catch (AssertionError | RuntimeException e) {
      throw broken(seed, cut, said, frames, e);
    }
  }

  /** All that is needed to see what happened; long, so the reason stands first. */
  static AssertionError broken(
      int seed, int cut, Said said, List<String> frames, Throwable reason) {
    String what = "seed " + seed + " cut " + cut + ": " + reason.getMessage();
    return new AssertionError(
        what + "\nsaid " + said + "\nframes\n" + String.join("\n", frames), reason);
  }
}
