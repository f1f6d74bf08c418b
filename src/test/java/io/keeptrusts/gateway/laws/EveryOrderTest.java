package io.keeptrusts.gateway.laws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.laws.Walls.Delivered;
import io.keeptrusts.gateway.laws.Walls.Wall;
import io.keeptrusts.gateway.testing.Splits;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** L1 and L2 with every kind that checks a stream in one chain, in every order of the chain. */
class EveryOrderTest {
  static final int FACTOR = SplitInvarianceTest.FACTOR;
  private static final int ORDERS = 720;
  private static final int CUTS = 3;

  /** One order in so many runs with all types of pii-detector; with the long profile each does. */
  private static final int FULL_EVERY = Math.max(1, 40 / FACTOR);

  private static final Set<String> TOOL_KINDS = Set.of("agent-firewall", "rbac");

  private static List<Lineup> lineups(String forbidden) {
    List<Lineup> few = Lineup.orders(Lineup.cast(Lineup.fewTypes(), forbidden));
    List<Lineup> full = Lineup.orders(Lineup.cast(Walls.pii(), forbidden));
    assertThat(few.stream().map(Lineup::kinds).distinct()).hasSize(ORDERS);
    return IntStream.range(0, ORDERS)
        .mapToObj(i -> i % FULL_EVERY == 0 ? full.get(i) : few.get(i))
        .toList();
  }

  /** An answer of four is one that a policy must end. */
  private static boolean isBanned(int seed) {
    return seed % 4 == 0;
  }

  private static Said said(int seed) {
    Talk talk = new Talk(3_000_000 + seed);
    return isBanned(seed) ? talk.banned() : talk.answer();
  }

  @Test
  void everyOrderDeliversTheSameTextForEveryCutAndNoSecret() {
    int cases = 0;
    long windows = 0;
    List<Lineup> lineups = lineups("no_such_tool");
    for (int order = 0; order < ORDERS; order++) {
      Lineup lineup = lineups.get(order);
      Wall wall = lineup.wall();
      for (int seed = order * FACTOR; seed < (order + 1) * FACTOR; seed++) {
        Said said = said(seed);
        Judge judge = new Judge(said, lineup.masking());
        windows += judge.windows();
        for (int cut = 0; cut < CUTS; cut++) {
          deliver(seed, cut, said, judge, wall, lineup);
          cases++;
        }
      }
    }
    System.out.printf(
        "laws L1 L2, every order: %d orders, %d cases, %d windows%n", ORDERS, cases, windows);
    assertThat(windows).isGreaterThan(10L * ORDERS);
  }

  private static void deliver(int seed, int cut, Said said, Judge judge, Wall wall, Lineup lineup) {
    Random random = new Random(seed * 31L + cut);
    boolean stream = cut > 0;
    List<String> frames =
        stream ? Rendering.stream(said, random) : List.of(Rendering.answer(said, random));
    List<byte[]> reads =
        stream ? Rendering.reads(frames, random) : List.of(frames.getFirst().getBytes(UTF_8));
    try {
      Delivered delivered = Walls.run(wall, stream, reads);
      Client got = Client.frames(delivered.frames());
      assertThat(delivered.ended()).isEqualTo(!isBanned(seed));
      if (isBanned(seed)) {
        GatewayError error = Objects.requireNonNull(delivered.error());
        judge.blocked(got, error, "safety-filter", "output_blocked");
      } else {
        assertThat(delivered.error()).isNull();
        judge.passed(got, said.usage() || !stream);
      }
    } catch (AssertionError | RuntimeException e) {
      throw broken(lineup, seed, cut, said, frames, e);
    }
  }

  @Test
  void everyOrderStopsAForbiddenCallAndGivesEveryReadingTheSameBytes() {
    int stopped = 0;
    List<Lineup> lineups = lineups(Said.NAME);
    for (int order = 0; order < ORDERS; order++) {
      Lineup lineup = lineups.get(order);
      Wall wall = lineup.wall();
      for (int seed = order * FACTOR; seed < (order + 1) * FACTOR; seed++) {
        Said said = said(7_000_000 + seed);
        Judge judge = new Judge(said, lineup.masking());
        stopped += stop(seed, said, judge, wall, lineup) ? 1 : 0;
      }
    }
    System.out.printf("laws L2, every order, tools: %d calls stopped%n", stopped);
    assertThat(stopped).isGreaterThan(ORDERS * FACTOR / 5);
  }

  private static boolean stop(int seed, Said said, Judge judge, Wall wall, Lineup lineup) {
    Random random = new Random(seed);
    List<String> frames = Rendering.stream(said, random);
    String events = String.join("", frames.stream().map(Sent::event).toList());
    byte[] whole = (events + Sent.event("[DONE]")).getBytes(UTF_8);
    Sent first = null;
    try {
      for (int cut = 0; cut < CUTS; cut++) {
        int[] cuts = cut == 0 ? new int[0] : Splits.random(random.nextInt(), whole.length);
        Sent sent = Sent.of(Walls.run(wall, true, Splits.of(whole, cuts)));
        first = first == null ? sent : first;
        assertThat(sent).isEqualTo(first);
      }
      return judgeTools(said, judge, Objects.requireNonNull(first), isBanned(seed), lineup);
    } catch (AssertionError | RuntimeException e) {
      throw broken(lineup, seed, 0, said, frames, e);
    }
  }

  /**
   * @return whether a call was stopped
   */
  private static boolean judgeTools(
      Said said, Judge judge, Sent sent, boolean banned, Lineup lineup) {
    boolean calls =
        said.lines().stream()
            .anyMatch(line -> line.call() >= 0 || line.path().equals(Said.FUNCTION));
    Client got = Client.frames(sent.bytes());
    if (!calls && !banned) {
      assertThat(sent.policy()).isEmpty();
      judge.passed(got, said.usage());
      return false;
    }
    String toolKind = lineup.first(TOOL_KINDS);
    assertThat(sent.policy())
        .isIn(calls ? toolKind : "safety-filter", banned ? "safety-filter" : toolKind);
    assertThat(sent.code())
        .isEqualTo(sent.policy().equals(toolKind) ? "tool_forbidden" : "output_blocked");
    judge.cutOff(got);
    assertThat(got.calls).isEmpty();
    assertThat(got.views())
        .noneMatch(view -> view.toString().contains(Said.NAME))
        .noneMatch(view -> view.toString().contains("call_lab"));
    return sent.policy().equals(toolKind);
  }

  /** What left, in a form that can be compared. */
  record Sent(List<String> frames, String policy, String code) {
    static Sent of(Delivered delivered) {
      GatewayError error = delivered.error();
      return new Sent(
          delivered.frames().stream().map(frame -> new String(frame, UTF_8)).toList(),
          error == null ? "" : String.valueOf(error.policy()),
          error == null ? "" : error.code());
    }

    List<byte[]> bytes() {
      return frames.stream().map(frame -> frame.getBytes(UTF_8)).toList();
    }

    static String event(String frame) {
      return "data: " + frame + "\n\n";
    }
  }

  static AssertionError broken(
      Lineup lineup, int seed, int cut, Said said, List<String> frames, Throwable reason) {
    return SplitInvarianceTest.broken(
        seed, cut, said, frames, new AssertionError(lineup.kinds() + " " + reason, reason));
  }
}
