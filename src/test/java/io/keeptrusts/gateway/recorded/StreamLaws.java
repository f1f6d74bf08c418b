package io.keeptrusts.gateway.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.recorded.Replay.Got;
import io.keeptrusts.gateway.recorded.Tape.Ending;
import io.keeptrusts.gateway.testing.RawClient.End;
import io.keeptrusts.gateway.testing.Recording;
import io.keeptrusts.gateway.testing.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * What holds for every recorded stream of an OpenAI-shaped provider, played through the gateway
 * over real sockets.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StreamLaws {
  private static final long[] SEEDS = {11, 12, 13};
  private static final String DONE = "data: [DONE]\n\n";

  private List<Recording> streams = List.of();
  private Replay open;
  private Replay checked;

  /** The recordings, shortest first; skips the test where they are missing. */
  abstract List<Recording> recordings();

  /** Those streams that do not end with all finish reasons and {@code [DONE]}. */
  abstract Map<String, Ending> irregular();

  @BeforeAll
  void start() {
    streams = recordings().stream().filter(Recording::stream).toList();
    open = Replay.withoutPolicies();
    checked = Replay.withPolicies();
  }

  @AfterAll
  void stop() {
    if (open != null) {
      open.close();
      checked.close();
    }
  }

  private Stream<DynamicTest> each(Consumer<Recording> law) {
    return streams.stream().map(stream -> dynamicTest(stream.name(), () -> law.accept(stream)));
  }

  private Stream<DynamicTest> eachThatEnds(Consumer<Recording> law) {
    return streams.stream()
        .filter(
            stream ->
                Tape.of(stream).error().isMissingNode() && Tape.of(stream).ending() != Ending.CUT)
        .map(stream -> dynamicTest(stream.name(), () -> law.accept(stream)));
  }

  private static Got whole(Replay replay, Recording stream, boolean usage) {
    return replay.ask(stream, Replay.reply(stream, stream.body()), true, usage);
  }

  @Test
  void everyIrregularStreamIsKnownByName() {
    Map<String, Ending> found =
        streams.stream()
            .filter(stream -> Tape.of(stream).ending() != Ending.REGULAR)
            .collect(
                Collectors.toMap(
                    Recording::name,
                    stream -> Tape.of(stream).ending(),
                    (a, _) -> a,
                    TreeMap::new));

    List<String> masked =
        streams.stream()
            .filter(stream -> !Expected.of(Tape.of(stream).chunks()).isUnmasked())
            .map(Recording::name)
            .toList();
    Map<String, Long> counts =
        streams.stream()
            .collect(
                Collectors.groupingBy(Recording::provider, TreeMap::new, Collectors.counting()));
    System.out.println(
        "Streams by provider: "
            + counts
            + ", irregular: "
            + found
            + ", masked by a policy: "
            + masked);
    assertThat(found).isEqualTo(irregular());
  }

  @TestFactory
  Stream<DynamicTest> withoutPoliciesTheClientGetsTheRecordedEvents() {
    return eachThatEnds(
        stream -> {
          Got got = whole(open, stream, true);

          assertThat(got.status()).isEqualTo(200);
          assertThat(got.end()).isEqualTo(End.WHOLE);
          assertThat(got.body()).endsWith("\n\n" + DONE).containsOnlyOnce(DONE);
          assertThat(Tape.delivered(got.body())).isEqualTo(Tape.of(stream).chunks());
        });
  }

  @TestFactory
  Stream<DynamicTest> aUsageChunkIsForThoseWhoAskForIt() {
    return eachThatEnds(
        stream -> {
          Got got = whole(open, stream, false);

          assertThat(Tape.delivered(got.body())).isEqualTo(Tape.of(stream).withoutUsageChunk());
        });
  }

  @TestFactory
  Stream<DynamicTest> withPoliciesEverythingIsHeardAndTextsAreThoseOfTheWhole() {
    return eachThatEnds(
        stream -> {
          Got got = whole(checked, stream, true);

          assertThat(got.status()).isEqualTo(200);
          assertThat(got.body()).endsWith("\n\n" + DONE);
          Expected.of(Tape.of(stream).chunks()).matches(Tape.delivered(got.body()));
        });
  }

  @TestFactory
  Stream<DynamicTest> whereTheBytesAreCutChangesNothing() {
    return each(
        stream -> {
          byte[] body = stream.body();
          for (Replay replay : List.of(open, checked)) {
            Got uncut = whole(replay, stream, true);
            for (Reply cut : cuts(stream, body)) {
              Got got = replay.ask(stream, cut, true, true);
              if (Set.of(Ending.ERROR, Ending.CUT).contains(Tape.of(stream).ending())) {
                // What came before the failure may not have left yet: then the failure has its own
                // status.
                assertThat(error(got)).isEqualTo(error(uncut));
              } else {
                assertThat(got.status()).isEqualTo(uncut.status());
                assertThat(got.body()).isEqualTo(uncut.body());
              }
            }
          }
        });
  }

  private static JsonNode error(Got got) {
    return (got.status() == 200 ? Tape.delivered(got.body()).getLast() : Tape.json(got.body()))
        .path("error");
  }

  private static List<Reply> cuts(Recording stream, byte[] body) {
    Reply reply = Replay.reply(stream, body);
    List<Reply> cuts = new ArrayList<>();
    Arrays.stream(SEEDS).forEach(seed -> cuts.add(reply.cutRandomly(seed)));
    int[] reads = stream.reads();
    if (reads.length > 1) {
      cuts.add(reply.cuts(Arrays.copyOf(reads, reads.length - 1)));
    }
    return cuts;
  }

  @TestFactory
  Stream<DynamicTest> aStreamThatIsCutEndsWithAnErrorAndNothingMadeUp() {
    return each(
        stream -> {
          byte[] body = stream.body();
          int most = Math.min(Tape.firstFinish(body), body.length - DONE.length() - 1);
          Reply anywhere =
              Replay.reply(stream, Arrays.copyOf(body, 1 + new Random(most).nextInt(most - 1)));
          Reply betweenEvents =
              Replay.reply(stream, Arrays.copyOf(body, Tape.lastEvent(Arrays.copyOf(body, most))));
          Heard recorded = Heard.of(Tape.of(stream).chunks());
          for (Reply reply :
              List.of(
                  anywhere, betweenEvents, anywhere.closeAfter(1), betweenEvents.resetAfter(1))) {
            Got got = checked.ask(stream, reply, true, true);

            if (got.status() == 200) {
              List<JsonNode> events = Tape.delivered(got.body());
              assertThat(got.body()).endsWith("\n\n" + DONE);
              assertThat(events.getLast().path("error").path("type").asText())
                  .isEqualTo("upstream_error");
              Heard heard = Heard.of(events.subList(0, events.size() - 1));
              heard.texts.forEach(
                  (path, text) ->
                      assertThat(WholeTexts.masked(path, recorded.texts.get(path)))
                          .startsWith(text));
              assertThat(heard.marks.keySet()).noneMatch(path -> path.endsWith("finish_reason"));
            } else {
              assertThat(got.status()).isEqualTo(502);
              assertThat(Tape.json(got.body()).path("error").path("type").asText())
                  .isEqualTo("upstream_error");
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> anErrorInTheStreamIsToldInOurEnvelope() {
    return streams.stream()
        .filter(stream -> Tape.of(stream).ending() == Ending.ERROR)
        .map(stream -> dynamicTest(stream.name(), () -> errorIsTold(stream)));
  }

  private void errorIsTold(Recording stream) {
    Tape tape = Tape.of(stream);
    JsonNode said = tape.error().path("error");
    byte[] body = stream.body();
    // The error comes in a read of its own: what was said before has left.
    Reply reply = Replay.reply(stream, body).cuts(Tape.lastEvent(body));
    for (Replay replay : List.of(open, checked)) {
      Got got = replay.ask(stream, reply.delay(Duration.ofMillis(200)), true, true);

      if (tape.saysSomething()) {
        List<JsonNode> events = Tape.delivered(got.body());
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.body()).endsWith("\n\n" + DONE);
        if (replay == open) {
          assertThat(events.subList(0, events.size() - 1)).isEqualTo(tape.chunks());
        }
      } else {
        assertThat(got.status()).isEqualTo(400);
      }
      JsonNode error = error(got);
      assertThat(error.propertyStream().map(Map.Entry::getKey))
          .containsExactly("type", "message", "policy", "code", "param");
      assertThat(error.path("code").asText()).isEqualTo(said.path("code").asText());
      assertThat(error.path("message")).isEqualTo(said.path("message"));
      assertThat(error.path("type").asText()).isEqualTo("validation_error");
    }
  }
}
