package io.keeptrusts.gateway.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.laws.Judge.Broken;
import io.keeptrusts.gateway.laws.Said.Line;
import io.keeptrusts.gateway.laws.Walls.Delivered;
import io.keeptrusts.gateway.laws.Walls.Rules;
import io.keeptrusts.gateway.laws.Walls.Wall;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The lab can fail: what is known to be wrong breaks a law in it, and soon. */
class NaiveStrategiesTest {
  private static final int ANSWERS = 400;
  private static final Rules RULES = Walls.rules(Walls.pii(), Walls.dlp());

  record Suspect(String name, Wall wall, boolean logprobs) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Suspect> suspects() {
    return Stream.of(
        new Suspect(
            "each chunk for itself", Naive.wall(channel -> Naive.perChunk(RULES.all())), false),
        new Suspect(
            "hold 16 characters", Naive.wall(channel -> Naive.fixedHold(RULES.all(), 16)), false),
        new Suspect(
            "hold 64 characters", Naive.wall(channel -> Naive.fixedHold(RULES.all(), 64)), false),
        new Suspect(
            "hold 512 characters", Naive.wall(channel -> Naive.fixedHold(RULES.all(), 512)), false),
        new Suspect(
            "check all again after sending",
            Naive.wall(channel -> Naive.rescan(RULES.all())),
            false),
        new Suspect("word by word", Naive.wall(channel -> Naive.wordByWord(RULES.all())), false),
        new Suspect("forget the logprobs", Naive.forgottenLogprobs(RULES.wall()), true));
  }

  @ParameterizedTest
  @MethodSource("suspects")
  void isCaught(Suspect suspect) {
    List<String> laws = new ArrayList<>();
    for (int seed = 0; seed < ANSWERS; seed++) {
      laws.addAll(judge(suspect, seed));
    }
    System.out.printf(
        "laws, naive: %s is caught in %d of %d cases, seeds 0-%d%n",
        suspect, laws.size(), ANSWERS, ANSWERS - 1);
    assertThat(laws).hasSizeGreaterThan(ANSWERS / 10);
  }

  /** Only with what the naive strategy does look at, so that nothing else gives it away. */
  private static List<String> judge(Suspect suspect, int seed) {
    Talk talk = new Talk(seed);
    Line line = talk.plain(0, Said.CONTENT);
    Said said = new Said(List.of(line), "", "", false, suspect.logprobs(), false, false);
    Judge judge = new Judge(said, RULES.all());
    List<byte[]> reads =
        Rendering.reads(Rendering.stream(said, new Random(seed)), new Random(seed));
    judge.passed(
        Client.frames(Walls.run(RULES.wall(), true, reads).frames()),
        false); // what is right passes
    Delivered delivered = Walls.run(suspect.wall(), true, reads);
    try {
      judge.passed(Client.frames(delivered.frames()), false);
      return List.of();
    } catch (Broken broken) {
      return List.of(broken.getMessage().substring(0, 2));
    }
  }
}
