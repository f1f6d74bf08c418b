package io.keeptrusts.gateway.audit;

import static io.keeptrusts.gateway.audit.TrailFixture.START;
import static io.keeptrusts.gateway.audit.TrailFixture.exchange;
import static io.keeptrusts.gateway.audit.TrailFixture.only;
import static io.keeptrusts.gateway.audit.TrailFixture.segments;
import static io.keeptrusts.gateway.audit.TrailFixture.series;
import static io.keeptrusts.gateway.audit.TrailFixture.small;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.audit.AuditSettings.Privacy;
import io.keeptrusts.gateway.audit.AuditVerify.SeriesReport;
import io.keeptrusts.gateway.audit.AuditVerify.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditRetentionTest {

  @TempDir Path dir;
  private Instant now = START;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oldSegmentsGoAndTheChainGoesOnFromTheTombstone(boolean immutable) throws IOException {
    try (AuditTrail trail = open(immutable)) {
      exchange(trail, "old", 1000);
      trail.force();
      int old = segments(dir).size();
      now = now.plus(Duration.ofDays(20));
      exchange(trail, "new", 1000);
      trail.force();

      trail.retain(START.plus(Duration.ofDays(29)));
      assertThat(segments(dir)).hasSizeGreaterThan(old);
      trail.retain(START.plus(Duration.ofDays(31)));

      assertThat(segments(dir).getFirst()).asString().endsWith("%06d.jsonl".formatted(old - 1));
      SeriesReport series = series(AuditVerify.verify(dir)).getFirst();
      assertThat(series.state()).isEqualTo(new State.Ok());
      assertThat(series.removed()).isPositive();
      assertThat(series.removed() + series.records()).isGreaterThan(2004);
    }
    assertThat(AuditVerify.verify(dir).ok()).isTrue();
  }

  @Test
  void theLiveSegmentStaysHoweverOld() throws IOException {
    try (AuditTrail trail = open(true)) {
      exchange(trail, "old", 1000);

      trail.retain(START.plus(Duration.ofDays(1000)));
      assertThat(segments(dir)).as("rolled, but not yet finished by a force").hasSizeGreaterThan(1);
      trail.force();
      trail.retain(START.plus(Duration.ofDays(1000)));

      assertThat(segments(dir)).hasSize(1);
      exchange(trail, "on", 10);
    }
    assertThat(only(AuditVerify.verify(dir))).isEqualTo(new State.Ok());
  }

  @Test
  void aSeriesOfAnEarlierRunLeavesNothingButItsTombstone() throws IOException {
    try (AuditTrail trail = open(true)) {
      exchange(trail, "old", 1000);
    }
    try (AuditTrail trail = open(true)) {
      trail.retain(START.plus(Duration.ofDays(31)));
    }

    assertThat(segments(dir)).isEmpty();
    AuditVerify.Report report = AuditVerify.verify(dir);
    assertThat(only(report)).isEqualTo(new State.Ok());
    assertThat(series(report).getFirst().removed()).isGreaterThan(1002);
  }

  @Test
  void repeatedRemovalsMoveTheTombstoneOn() throws IOException {
    try (AuditTrail trail = open(true)) {
      for (int day = 0; day < 5; day++) {
        now = START.plus(Duration.ofDays(day));
        exchange(trail, "day-" + day, 700);
        trail.force();
      }
      for (int day = 31; day < 35; day++) {
        trail.retain(START.plus(Duration.ofDays(day)));
        assertThat(only(AuditVerify.verify(dir))).isEqualTo(new State.Ok());
      }
      assertThat(tombstone()).content().contains("\"k\":\"tombstone\"").hasLineCount(1);
    }
  }

  @Test
  void aRemovalThatWasInterruptedVerifiesAndIsFinishedLater() throws IOException {
    List<Path> files;
    byte[][] contents;
    try (AuditTrail trail = open(true)) {
      exchange(trail, "old", 2000);
    }
    files = segments(dir);
    contents = new byte[files.size()][];
    for (int i = 0; i < contents.length; i++) {
      contents[i] = Files.readAllBytes(files.get(i));
    }
    try (AuditTrail trail = open(true)) {
      trail.retain(START.plus(Duration.ofDays(31)));
      assertThat(segments(dir)).isEmpty();
      for (int left = contents.length - 1; left >= 0; left--) {
        Files.write(files.get(left), contents[left]);
        assertThat(only(AuditVerify.verify(dir)))
            .as("from segment %d", left)
            .isEqualTo(new State.Ok());
      }

      trail.retain(START.plus(Duration.ofDays(32)));

      assertThat(segments(dir)).isEmpty();
    }
  }

  @Test
  void aRemovalWithoutItsTombstoneOrWithAChangedOneIsBroken() throws IOException {
    try (AuditTrail trail = open(true)) {
      exchange(trail, "old", 1000);
      now = now.plus(Duration.ofDays(20));
      exchange(trail, "new", 1000);
      trail.force();
      trail.retain(START.plus(Duration.ofDays(31)));
    }
    byte[] tombstone = Files.readAllBytes(tombstone());

    for (int at = 0; at < tombstone.length; at++) {
      byte[] changed = tombstone.clone();
      changed[at] ^= 1;
      Files.write(tombstone(), changed);
      assertThat(only(AuditVerify.verify(dir))).as("byte %d", at).isInstanceOf(State.Broken.class);
    }
    Files.delete(tombstone());

    assertThat(only(AuditVerify.verify(dir))).isInstanceOf(State.Broken.class);
  }

  private AuditTrail open(boolean immutable) throws IOException {
    return AuditTrail.open(
        dir, new AuditSettings(30, true, immutable, false, Privacy.TEXT), small(() -> now));
  }

  private Path tombstone() throws IOException {
    try (var files = Files.newDirectoryStream(dir, "*.tombstone")) {
      return files.iterator().next();
    }
  }
}
