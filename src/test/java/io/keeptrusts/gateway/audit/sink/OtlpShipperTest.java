package io.keeptrusts.gateway.audit.sink;

import static io.keeptrusts.gateway.audit.TrailFixture.ALL;
import static io.keeptrusts.gateway.audit.TrailFixture.START;
import static io.keeptrusts.gateway.audit.TrailFixture.exchange;
import static io.keeptrusts.gateway.audit.TrailFixture.small;
import static io.keeptrusts.gateway.audit.sink.Collector.TAKEN;
import static io.keeptrusts.gateway.audit.sink.Collector.attribute;
import static io.keeptrusts.gateway.audit.sink.Collector.leftOut;
import static io.keeptrusts.gateway.audit.sink.Collector.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.audit.AuditSettings;
import io.keeptrusts.gateway.audit.AuditSettings.Privacy;
import io.keeptrusts.gateway.audit.AuditTrail;
import io.keeptrusts.gateway.audit.AuditVerify;
import io.keeptrusts.gateway.audit.SinkSettings;
import io.keeptrusts.gateway.audit.SinkSettings.SecretRef;
import io.keeptrusts.gateway.testing.Received;
import io.keeptrusts.gateway.testing.Reply;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrives at a collector, in good days and bad. */
class OtlpShipperTest {
  private static final long MUCH = 1 << 30;

  @TempDir Path dir;
  private final Collector collector = new Collector();
  private Instant now = START;
  private AuditTrail trail;

  @BeforeEach
  void open() throws IOException {
    trail = AuditTrail.open(dir, ALL, small(() -> now));
  }

  @AfterEach
  void close() {
    trail.close();
    collector.close();
  }

  private void awaitAll() {
    await()
        .atMost(Duration.ofSeconds(8))
        .untilAsserted(() -> assertThat(collector.lines().equals(written(dir))).isTrue());
  }

  @Test
  void everyRecordArrivesAsItStandsAndInOrderAcrossManySegments() throws IOException {
    try (Shipper shipper = collector.ship(dir, trail, MUCH, false)) {
      for (int i = 0; i < 5; i++) {
        exchange(trail, "x" + i, 400);
        trail.force();
      }
      awaitAll();

      assertThat(collector.lines()).hasSizeGreaterThan(2000);
      assertThat(shipper.sent()).isGreaterThanOrEqualTo(collector.lines().size());
      JsonNode opened =
          collector.taken.stream()
              .filter(record -> attribute(record, "kind").equals("open"))
              .findFirst()
              .orElseThrow();
      assertThat(opened.path("timeUnixNano").asText()).isEqualTo("1772366400000042000");
      assertThat(attribute(opened, "record")).isEqualTo("1");
      assertThat(opened.toString()).contains("\"keeptrusts.exchange\"", "\"x0\"");
      assertThat(collector.server.requests())
          .allSatisfy(request -> assertThat(request.body().length).isLessThan(2 << 20));
      assertThat(collector.taken)
          .as("checkpoints too")
          .anyMatch(record -> attribute(record, "kind").equals("checkpoint"));
    }
  }

  @Test
  void theSecretIsSentInItsHeaderAndNowhereElse() throws IOException {
    SinkSettings settings =
        new SinkSettings.Otlp(
            URI.create(collector.server.baseUrl() + "/custom"),
            "X-Api-Key",
            "",
            new SecretRef("KEY", null),
            MUCH);
    try (Shipper shipper =
        Shipper.start(dir, settings, "s3cret", host -> {}, false, trail::leftOut)) {
      exchange(trail, "x", 1);
      Received request = collector.server.take();

      assertThat(shipper.failed()).isZero();
      assertThat(request.uri()).isEqualTo("/custom");
      assertThat(request.headers().get("X-Api-Key")).isEqualTo("s3cret");
      assertThat(request.headers().get("Authorization")).isNull();
      assertThat(request.headers().get("Content-Type")).isEqualTo("application/json");
      assertThat(settings.name()).doesNotContain("s3cret");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 404, 429, 500, 502, 503, 504})
  void whatIsNotTakenIsSentAgainUntilItIs(int status) throws IOException {
    Reply no = Reply.json(status, "{}");
    collector.server.reply(no, no, no);
    try (Shipper shipper = collector.ship(dir, trail, MUCH, false)) {
      exchange(trail, "x", 50);
      awaitAll();

      assertThat(shipper.failed()).isEqualTo(3);
      assertThat(shipper.lost()).isZero();
    }
  }

  @Test
  void aConnectionThatBreaksLosesNothing() throws IOException {
    collector.server.reply(TAKEN.resetAfter(0), Reply.silent().closeAfter(0), TAKEN.closeAfter(0));
    try (Shipper shipper = collector.ship(dir, trail, MUCH, false)) {
      exchange(trail, "x", 50);
      awaitAll();

      assertThat(shipper.failed()).isPositive();
      assertThat(shipper.lost()).isZero();
    }
  }

  @Test
  void aSinkThatIsNotThereCostsNothingButItsLag() throws IOException {
    SinkSettings nowhere =
        new SinkSettings.Otlp(
            URI.create("http://127.0.0.1:1/v1/logs"), "Authorization", "Bearer ", null, MUCH);
    try (Shipper shipper = Shipper.start(dir, nowhere, "", host -> {}, false, trail::leftOut)) {
      exchange(trail, "x", 500);

      await().until(() -> shipper.failed() > 1 && shipper.lag() > 50_000);
      assertThat(shipper.behind()).isFalse();
      assertThat(shipper.sent()).isZero();
      assertThat(trail.healthy()).isTrue();
    }
  }

  @Test
  void nothingIsSentToAHostThatIsNotPermitted() throws IOException {
    SinkSettings settings =
        new SinkSettings.Otlp(
            URI.create(collector.server.baseUrl()), "Authorization", "Bearer ", null, MUCH);
    SinkAddress no =
        host -> {
          throw new IOException("not " + host);
        };
    try (Shipper shipper = Shipper.start(dir, settings, "s3cret", no, false, trail::leftOut)) {
      exchange(trail, "x", 5);

      await().until(() -> shipper.failed() > 0);
      assertThat(collector.server.requests()).isEmpty();
      assertThat(shipper.lost()).isZero();
    }
  }

  @Test
  void retryAfterIsHonoured() throws IOException {
    collector.server.reply(Reply.of(429, Map.of("Retry-After", "2"), new byte[0]));
    try (Shipper shipper = collector.ship(dir, trail, MUCH, false)) {
      exchange(trail, "x", 5);
      collector.server.take();
      long refused = System.nanoTime();
      collector.server.take();

      assertThat(Duration.ofNanos(System.nanoTime() - refused))
          .isGreaterThan(Duration.ofMillis(1900));
      awaitAll();
      assertThat(shipper.failed()).isEqualTo(1);
    }
  }

  @Test
  void aSlowSinkHoldsNobodyUp() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    collector.server.handle(
        request ->
            collector
                .take(request)
                .headDelay(Duration.ofSeconds(asked.getAndIncrement() == 0 ? 3 : 0)));
    try (Shipper shipper = collector.ship(dir, trail, MUCH, false)) {
      exchange(trail, "first", 5);
      collector.server.take();
      exchange(trail, "second", 1000);

      assertThat(asked).as("the first is still not answered").hasValueLessThan(2);
      awaitAll();
      assertThat(shipper.failed()).isZero();
    }
  }

  @Test
  void aRecordThatIsRefusedForGoodIsFoundLeftOutAndSaid() throws IOException {
    collector.server.handle(
        request ->
            request.text().contains("poison piece 3 ")
                ? Reply.json(400, "{}")
                : collector.take(request));
    try (Shipper shipper = collector.ship(dir, trail, MUCH, false)) {
      exchange(trail, "fine", 40);
      exchange(trail, "poison", 40);
      exchange(trail, "again", 40);
      List<String> all = written(dir);
      await()
          .untilAsserted(
              () ->
                  assertThat(collector.lines().stream().distinct().toList())
                      .containsExactlyElementsOf(
                          all.stream().filter(l -> !l.contains("poison piece 3 ")).toList()));

      assertThat(shipper.lost()).isEqualTo(1);
      assertThat(leftOut(dir)).hasSize(1);
      assertThat(leftOut(dir).getFirst().path("why").asText()).isEqualTo("rejected");
      assertThat(all.get(leftOut(dir).getFirst().path("from").asInt())).contains("poison piece 3 ");
    }
  }

  @Test
  void whatACollectorRejectsInPartIsCountedAndNotSentAgain() throws IOException {
    collector.server.handle(
        request -> {
          collector.take(request);
          return Reply.json(200, "{\"partialSuccess\":{\"rejectedLogRecords\":\"2\"}}");
        });
    try (Shipper shipper = collector.ship(dir, trail, MUCH, false)) {
      exchange(trail, "x", 20);
      await().until(() -> shipper.lost() >= 2);

      assertThat(shipper.failed()).isZero();
      assertThat(leftOut(dir)).isNotEmpty();
      assertThat(new HashSet<>(collector.lines())).hasSameSizeAs(collector.lines());
    }
  }

  @Test
  void aSinkBeginsWithWhatIsRecordedFromNowOn() throws IOException {
    exchange(trail, "before", 20);
    try (Shipper shipper = collector.ship(dir, trail, MUCH, false)) {
      exchange(trail, "after", 20);

      await().until(() -> collector.lines().size() >= 22);
      assertThat(collector.lines()).allMatch(line -> line.contains("\"x\":\"after\""));
      assertThat(shipper.lost()).isZero();
    }
  }

  @Test
  void theEndSendsWhatIsThereAndTheNextStartGoesOnWithoutRepeating() throws IOException {
    Shipper first = collector.ship(dir, trail, MUCH, false);
    exchange(trail, "one", 300);
    first.close(Duration.ofSeconds(10));
    assertThat(collector.lines()).isEqualTo(written(dir));

    exchange(trail, "two", 300);
    try (Shipper second = collector.ship(dir, trail, MUCH, false)) {
      awaitAll();
      assertThat(second.sent()).isPositive();
    }
  }

  @Test
  void afterACrashRecordsMayComeTwiceAndNoneIsMissing() throws IOException {
    Path position;
    try (Shipper shipper = collector.ship(dir, trail, MUCH, false)) {
      exchange(trail, "one", 100);
      awaitAll();
      assertThat(shipper.lost()).isZero();
    }
    position = dir.resolve(dir.toFile().list((d, name) -> name.endsWith(".position"))[0]);
    byte[] old = Files.readAllBytes(position);
    try (Shipper shipper = collector.ship(dir, trail, MUCH, false)) {
      exchange(trail, "two", 100);
      awaitAll();
      assertThat(shipper.lost()).isZero();
    }
    Files.write(position, old); // as if it had not been written before the crash
    try (Shipper shipper = collector.ship(dir, trail, MUCH, false)) {
      exchange(trail, "three", 100);
      await().untilAsserted(() -> assertThat(collector.lines()).hasSize(written(dir).size() + 102));

      assertThat(collector.lines().stream().distinct().toList()).isEqualTo(written(dir));
      assertThat(shipper.lost()).isZero();
    }
  }

  @Test
  void ofSeveralHoldersOfADirectoryOneSends() throws IOException {
    try (Shipper one = collector.ship(dir, trail, MUCH, false);
        Shipper two = collector.ship(dir, trail, MUCH, false)) {
      exchange(trail, "x", 300);
      awaitAll();

      assertThat(Math.min(one.sent(), two.sent())).isZero();
    }
  }

  @Test
  void tooFarBehindItSaysSoUntilItHasCaughtUpAndNothingIsLost() throws IOException {
    AtomicInteger status = new AtomicInteger(503);
    collector.server.handle(
        request -> status.get() == 200 ? collector.take(request) : Reply.json(status.get(), "{}"));
    try (Shipper shipper = collector.ship(dir, trail, 200_000, false)) {
      exchange(trail, "x", 2000);
      await().until(shipper::behind);
      assertThat(shipper.lag()).isGreaterThan(200_000);

      status.set(200);
      awaitAll();
      await().until(() -> !shipper.behind() && shipper.lag() == 0);
      assertThat(shipper.lost()).isZero();
    }
  }

  @Test
  void whereTheOperatorAllowsItTheOldestAreLeftOutCountedAndSaid() throws IOException {
    AtomicInteger status = new AtomicInteger(503);
    collector.server.handle(
        request -> status.get() == 200 ? collector.take(request) : Reply.json(status.get(), "{}"));
    try (Shipper shipper = collector.ship(dir, trail, 200_000, true)) {
      exchange(trail, "x", 2000);
      await().until(() -> shipper.lost() > 0);
      assertThat(shipper.behind()).isFalse();

      status.set(200);
      await().until(() -> collector.lines().contains(written(dir).getLast()));
      List<String> all = written(dir);
      long ours =
          leftOut(dir).stream()
              .filter(gap -> gap.path("series").asText().endsWith(".01"))
              .mapToLong(gap -> gap.path("count").asLong())
              .sum();
      assertThat(ours).isPositive();
      assertThat(collector.lines().equals(all.subList((int) ours, all.size()))).isTrue();
      assertThat(leftOut(dir).stream().mapToLong(gap -> gap.path("count").asLong()).sum())
          .isEqualTo(shipper.lost());
      assertThat(leftOut(dir).getFirst().path("why").asText()).isEqualTo("lag");
    }
    trail.close();
    assertThat(AuditVerify.verify(dir).ok()).isTrue();
  }

  @Test
  void whatRetentionRemovesBeforeItWasSentIsSaid() throws IOException {
    AtomicInteger status = new AtomicInteger(503);
    collector.server.handle(
        request -> status.get() == 200 ? collector.take(request) : Reply.json(status.get(), "{}"));
    trail.close();
    AuditSettings aDay = new AuditSettings(1, true, true, false, Privacy.TEXT);
    trail = AuditTrail.open(dir, aDay, small(() -> now));
    try (Shipper shipper = collector.ship(dir, trail, MUCH, false)) {
      exchange(trail, "old", 1000);
      collector.server.take();
      trail.force();
      now = now.plus(Duration.ofDays(3));
      exchange(trail, "new", 10);
      trail.force();
      trail.retain(now);
      String last = written(dir).getLast();

      status.set(200);
      await().until(() -> collector.lines().contains(last));
      await().untilAsserted(() -> assertThat(leftOut(dir)).isNotEmpty());
      assertThat(leftOut(dir).getFirst().path("why").asText()).isEqualTo("retention");
      assertThat(shipper.lost()).isPositive();
    }
  }
}
