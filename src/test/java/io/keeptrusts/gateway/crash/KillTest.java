package io.keeptrusts.gateway.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.audit.AuditSettings;
import io.keeptrusts.gateway.audit.AuditSettings.Privacy;
import io.keeptrusts.gateway.audit.AuditTrail;
import io.keeptrusts.gateway.audit.AuditVerify;
import io.keeptrusts.gateway.audit.TrailFixture;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.GatewayProcess;
import io.keeptrusts.gateway.testing.Received;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Law L5 against a real process: whatever a client received before {@code kill -9} is in the trail,
 * in order, the trail verifies, and the next start goes on with it. The kill comes at any moment:
 * while it starts, makes its key, recovers the crash before, removes old segments, rolls segments
 * (every few milliseconds here), signs, loads a pack, or answers ten clients.
 */
class KillTest {
  private static final int CLIENTS = 10;
  private static final int ROUNDS_OF_A_TRAIL = 10;

  @TempDir Path dir;
  private final ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor();
  private final Map<String, String> received = new HashMap<>();
  private final AtomicInteger answers = new AtomicInteger();
  private FakeUpstream upstream;
  private Path trail;
  private long startMillis = 2000;
  private int exchanges;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start().handle(this::answer);
  }

  @AfterEach
  void stop() {
    killer.shutdownNow();
    upstream.close();
  }

  @Test
  void twentyKillsLoseNothing() throws Exception {
    kill(20, new Random(5));
  }

  @Test
  @Tag("slow")
  void aThousandKillsLoseNothing() throws Exception {
    long seed = System.nanoTime();
    System.out.println("kills: seed " + seed);
    kill(1000, new Random(seed));
  }

  private void kill(int rounds, Random random) throws Exception {
    for (int round = 0; round < rounds; round++) {
      if (round % ROUNDS_OF_A_TRAIL == 0) {
        trail = dir.resolve("trail-" + round);
        received.clear();
      }
      if (round % ROUNDS_OF_A_TRAIL % 4 == 1) {
        recordLongAgo(round);
      }
      if (random.nextInt(4) == 0) {
        killAtStart(random.nextLong(startMillis));
      } else {
        killAtWork(1 + random.nextLong(250), random);
      }
      assertNothingIsLost("round " + round);
    }
    System.out.printf("kills: %d, %d answers cut off%n", rounds, exchanges);
    assertThat(exchanges).as("answers that had begun when they were cut off").isGreaterThan(rounds);
  }

  private void killAtStart(long afterMillis) throws Exception {
    try (GatewayProcess gateway = gateway()) {
      killer.schedule(gateway::kill, afterMillis, TimeUnit.MILLISECONDS).get();
    }
  }

  private void killAtWork(long afterMillis, Random random) throws Exception {
    long begun = System.nanoTime();
    try (GatewayProcess gateway = gateway().awaitPort()) {
      startMillis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
      Clients clients = new Clients(gateway.url(), CLIENTS);
      clients.awaitFirst();
      ScheduledFuture<?> killed =
          killer.schedule(gateway::kill, afterMillis, TimeUnit.MILLISECONDS);
      while (!killed.isDone()) {
        gateway.repack(pack(30 + random.nextInt(3))); // another setting: another run of the trail
      }
      received.putAll(clients.received());
    }
  }

  private void assertNothingIsLost(String when) throws IOException {
    if (!Files.exists(trail)) {
      assertThat(received).as(when).isEmpty();
      return;
    }
    AuditVerify.Report report = AuditVerify.verify(trail);
    assertThat(report.ok()).as("%s: %s", when, report.toText()).isTrue();
    Map<String, String> recorded = recorded();
    received.forEach(
        (id, text) ->
            assertThat(recorded.getOrDefault(id, "")).as("%s: %s", when, id).startsWith(text));
    exchanges += (int) received.values().stream().filter(text -> !text.isEmpty()).count();
  }

  private Map<String, String> recorded() throws IOException {
    Map<String, StringBuilder> texts = new HashMap<>();
    for (JsonNode record : TrailFixture.records(trail)) {
      for (JsonNode piece : record.path("d")) {
        texts
            .computeIfAbsent(record.path("x").asText(), id -> new StringBuilder())
            .append(piece.path(1).asText());
      }
    }
    Map<String, String> all = new HashMap<>();
    texts.forEach((id, text) -> all.put(id, text.toString()));
    return all;
  }

  /** Something for retention to remove while the next gateway starts. */
  private void recordLongAgo(int round) throws IOException {
    Instant then = Instant.now().minus(Duration.ofDays(100));
    AuditTrail.Options old = new AuditTrail.Options(64 << 10, Duration.ofSeconds(1), () -> then);
    AuditSettings settings = new AuditSettings(365, true, true, false, Privacy.TEXT);
    try (AuditTrail past = AuditTrail.open(trail, settings, old)) {
      TrailFixture.exchange(past, "past-" + round, 2000);
    }
  }

  private GatewayProcess gateway() throws IOException {
    return GatewayProcess.start(
        dir,
        pack(30),
        Map.of(
            "gateway.audit.dir", trail.toString(),
            "gateway.audit.segment", "64K",
            "gateway.audit.checkpoint-every", "10ms"),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx256m");
  }

  private Path pack(int retentionDays) throws IOException {
    String blocks = "audit-logger: {retention_days: " + retentionDays + "}";
    String pack = TestGateway.pack(upstream.baseUrl(), "pii-detector, audit-logger", blocks);
    return Files.writeString(dir.resolve("pack-" + retentionDays + ".yaml"), pack);
  }

  /** A text that tells where it is cut, on the event loop of the provider. */
  private Reply answer(Received request) {
    int number = answers.incrementAndGet();
    if (request.text().contains("\"stream\":false")) {
      String message = "{\"role\":\"assistant\",\"content\":\"" + words(number, 0, 100) + "\"}";
      return Reply.json(200, completion("chat.completion", "message", message, "\"stop\""));
    }
    StringBuilder stream = new StringBuilder();
    for (int i = 0; i < 200; i += 2) {
      String delta = "{\"content\":\"" + words(number, i, i + 2) + "\"}";
      String chunk = completion("chat.completion.chunk", "delta", delta, "null");
      stream.append("data: ").append(chunk).append("\n\n");
    }
    stream.append("data: [DONE]\n\n");
    return Reply.sse(stream.toString().getBytes(UTF_8)).cutEvery(700).delay(Duration.ofMillis(1));
  }

  private static String completion(String object, String member, String value, String finish) {
    return "{\"id\":\"c\",\"object\":\"%s\",\"created\":1,\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"%s\":%s,\"finish_reason\":%s}]}"
        .formatted(object, member, value, finish);
  }

  private static String words(int answer, int from, int to) {
    StringBuilder words = new StringBuilder();
    for (int i = from; i < to; i++) {
      words.append(answer).append('-').append(i);
      words.append(i % 10 == 9 ? " jane.doe@example.com " : " ");
    }
    return words.toString();
  }
}
