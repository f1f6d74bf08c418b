package io.keeptrusts.gateway.laws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.exchange.Answer;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.laws.Said.Line;
import io.keeptrusts.gateway.laws.Walls.Delivered;
import io.keeptrusts.gateway.laws.Walls.Wall;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.kind.citation.CitationVerifier;
import io.keeptrusts.gateway.policy.kind.language.LanguageValidator;
import io.keeptrusts.gateway.policy.kind.quality.QualityScorer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** L1 and L2 where a kind waits for the whole answer, at every place among those that stream. */
class BufferedPlacesTest {
  private static final int ORDERS = 30 * SplitInvarianceTest.FACTOR;
  private static final int PLACES = 7;
  private static final int CUTS = 3;

  private final List<Answer> shown = new ArrayList<>();

  private final List<Policy> waiting =
      List.of(
          new QualityScorer()
              .compile(
                  new QualityScorer.Config(
                      null,
                      null,
                      null,
                      null,
                      null,
                      null,
                      null,
                      new QualityScorer.Thresholds(0.0, null, null, null, null, null),
                      null,
                      null,
                      null,
                      null)),
          new CitationVerifier()
              .compile(new CitationVerifier.Config(null, null, null, null, null, null, null, null)),
          new LanguageValidator()
              .compile(new LanguageValidator.Config(null, List.of("sw"), 1.0, null, null)),
          Lineup.witness(shown::add));

  private static Lineup shuffled(Random random, boolean full) {
    List<Policy> policies =
        new ArrayList<>(Lineup.cast(full ? Walls.pii() : Lineup.fewTypes(), "no_such_tool").all());
    Collections.shuffle(policies, random);
    return Lineup.realtime(policies);
  }

  @Test
  void whatWaitsChangesNothingOfTheTextAtAnyPlace() {
    int cases = 0;
    for (int order = 0; order < ORDERS; order++) {
      Random random = new Random(order);
      Lineup streaming = shuffled(random, order % 12 == 0);
      for (int place = 0; place < PLACES; place++) {
        Policy policy = waiting.get((order + place) % waiting.size());
        Lineup lineup = streaming.with(policy, place);
        Said said = new Talk(9_000_000 + order * PLACES + place).answer();
        Judge judge = new Judge(said, lineup.masking());
        Wall wall = lineup.wall();
        for (int cut = 0; cut < CUTS; cut++) {
          List<String> frames = Rendering.stream(said, random);
          try {
            shown.clear();
            Delivered delivered = Walls.run(wall, true, Rendering.reads(frames, random));
            assertThat(delivered.error()).isNull();
            assertThat(delivered.ended()).isTrue();
            judge.passed(Client.frames(delivered.frames()), said.usage());
            if (policy.kind().equals("witness")) {
              sawOnlyWhatWasLeft(said, lineup, place);
            }
            cases++;
          } catch (AssertionError | RuntimeException e) {
            throw EveryOrderTest.broken(lineup, order, cut, said, frames, e);
          }
        }
      }
    }
    System.out.printf("laws L1 L2, one kind waits: %d cases%n", cases);
  }

  private void sawOnlyWhatWasLeft(Said said, Lineup lineup, int place) {
    assertThat(shown).hasSize(1);
    for (Answer.Choice choice : shown.getFirst().choices()) {
      Line line = said.line(choice.index() + "/" + Said.CONTENT);
      String left = line == null ? "" : Judge.whole(lineup.before(place), false, line.text());
      assertThat(choice.content()).isEqualTo(left);
    }
  }

  @Test
  void ofAnAnswerThatFailsWhatWaitsNothingLeavesAtAnyPlace() {
    Policy strict =
        Policy.of("witness").withAnswer((answer, prompt, judge) -> Verdict.block("witness.no"));
    for (int order = 0; order < ORDERS; order++) {
      Random random = new Random(order);
      Lineup lineup = shuffled(random, false).with(strict, order % PLACES);
      boolean banned = order % 2 == 0;
      Talk talk = new Talk(9_500_000 + order);
      Said said = banned ? talk.banned() : talk.answer();
      Wall wall = lineup.wall();
      boolean early = lineup.kinds().indexOf("safety-filter") < order % PLACES;
      for (int cut = 0; cut < CUTS; cut++) {
        List<String> frames = Rendering.stream(said, random);

        Delivered delivered = Walls.run(wall, true, Rendering.reads(frames, random));

        assertThat(delivered.frames()).as("%s", lineup.kinds()).isEmpty();
        assertThat(Objects.requireNonNull(delivered.error()).policy())
            .as("%s", lineup.kinds())
            .isEqualTo(banned && early ? "safety-filter" : "witness");
      }
    }
  }

  @Test
  void ofAnAnswerThatBreaksOffNothingLeavesAtAnyPlace() {
    for (int order = 0; order < ORDERS; order++) {
      Random random = new Random(order);
      Lineup lineup =
          shuffled(random, false).with(waiting.get(order % waiting.size()), order % PLACES);
      Said said = new Talk(9_800_000 + order).answer();
      List<String> frames = Rendering.stream(said, random);
      List<byte[]> reads =
          frames.stream()
              .takeWhile(frame -> !frame.contains("\"finish_reason\":\""))
              .map(frame -> EveryOrderTest.Sent.event(frame).getBytes(UTF_8))
              .toList();

      Delivered delivered = Walls.run(lineup.wall(), true, reads);

      assertThat(delivered.frames()).as("%s", lineup.kinds()).isEmpty();
      assertThat(delivered.error()).isNotNull();
    }
  }
}
