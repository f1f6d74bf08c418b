package io.keeptrusts.gateway.contract;

import static io.keeptrusts.gateway.contract.Answer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Received;
import io.keeptrusts.gateway.testing.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever answers, it stops when nobody listens, and waits for who listens slowly. */
class FlowContractTest {
  private static final String ALL = "io.keeptrusts.gateway.contract.Way#all";
  private static final String STREAMS = "io.keeptrusts.gateway.contract.Way#streams";
  private static final Duration PROMISE = Duration.ofMillis(100);
  private static final int TRIES = 5;

  /** Far more than the kernel's buffers on both sides, and far less than was offered. */
  private static final long MOST = 4L << 20;

  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = new Stage();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  /** All but the end of an answer. */
  private static String begun(Way way) {
    StringBuilder begun = new StringBuilder();
    for (String event : way.speaks().stream(Answer.of(text("Ahoy there, ", "you")))) {
      if (event.contains(way.speaks().lastWord())) {
        break;
      }
      begun.append(event);
    }
    return begun.toString();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(ALL)
  void theProviderIsFreedWhenTheClientLeaves(Way way) {
    List<Duration> took = new ArrayList<>();
    // The best of a few tries: a busy machine may be late once, the gateway would be late each
    // time.
    for (int i = 0; i < TRIES && took.stream().noneMatch(so -> so.compareTo(PROMISE) < 0); i++) {
      stage
          .upstream()
          .reply(way.stream() ? way.speaks().reply(begun(way)).stall() : Reply.silent());
      try (RawClient client = stage.client()) {
        client.post(
            way.door().path(), way.door().ask(way.provider().model, way.stream()).toString());
        Received asked = last();
        if (way.stream()) {
          client.readUntil("Ahoy");
        }
        Instant left = Instant.now();
        client.reset();

        assertThat(asked.closedByPeer()).succeedsWithin(Duration.ofSeconds(5));
        took.add(Duration.between(left, asked.closedByPeer().join()));
      }
    }
    assertThat(took).anyMatch(so -> so.compareTo(PROMISE) < 0);
  }

  /** The request that was just sent. */
  private static Received last() {
    int before = stage.upstream().requests().size();
    Received asked = stage.upstream().take();
    while (stage.upstream().requests().indexOf(asked) < before - 1) {
      asked = stage.upstream().take();
    }
    return asked;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(STREAMS)
  void theProviderWaitsForAClientThatDoesNotRead(Way way) {
    List<String> events = way.speaks().stream(Answer.of(text("Ahoy", "word ".repeat(400), "bye")));
    String longest =
        events.stream().filter(event -> event.contains("word")).findFirst().orElseThrow();
    String head = String.join("", events.subList(0, events.indexOf(longest)));
    stage
        .upstream()
        .reply(
            way.speaks()
                .reply(head + longest)
                .endlessAfter(head.getBytes(StandardCharsets.UTF_8).length));
    try (RawClient client = RawClient.connect(stage.gateway().url(), 4096)) {
      client.post(way.door().path(), way.door().ask(way.provider().model, true).toString());
      Received asked = last();
      await()
          .pollInterval(Duration.ofMillis(20))
          .until(() -> asked.writeQueueFull() && asked.bytesWritten() > 0);
      long[] before = {-1};
      await()
          .pollInterval(Duration.ofMillis(100))
          .until(() -> before[0] == (before[0] = asked.bytesWritten()));

      assertThat(asked.writeQueueFull()).isTrue();
      assertThat(asked.bytesWritten()).isBetween(1L, MOST);

      long read = 0;
      while (asked.bytesWritten() == before[0]) {
        read += client.read().orElseThrow().bytes().length;
      }
      assertThat(read).isPositive();
      client.reset();
      assertThat(asked.closedByPeer()).succeedsWithin(Duration.ofSeconds(5));
    }
  }
}
