package io.keeptrusts.gateway.audit;

import static io.keeptrusts.gateway.audit.TrailFixture.ALL;
import static io.keeptrusts.gateway.audit.TrailFixture.START;
import static io.keeptrusts.gateway.audit.TrailFixture.deliver;
import static io.keeptrusts.gateway.audit.TrailFixture.exchange;
import static io.keeptrusts.gateway.audit.TrailFixture.head;
import static io.keeptrusts.gateway.audit.TrailFixture.records;
import static io.keeptrusts.gateway.audit.TrailFixture.segments;
import static io.keeptrusts.gateway.audit.TrailFixture.small;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditFaultTest {

  @TempDir Path dir;
  private Instant now = START;
  private final AtomicInteger space = new AtomicInteger();
  private final AtomicInteger attempts = new AtomicInteger();

  /** A disk with room for {@link #space} more segments. */
  private final SegmentFiles quota =
      (file, bytes, arena) -> {
        attempts.incrementAndGet();
        if (space.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
          Files.write(file, new byte[100]);
          throw new IOException("No space left on device");
        }
        return SegmentFiles.ON_DISK.create(file, bytes, arena);
      };

  @Test
  void aFullDiskShowsWhenASegmentRollsAndWhatWasCommittedStays() throws IOException {
    space.set(2);
    try (AuditTrail trail = open()) {
      Session session = trail.shard().open(head("x"));
      int committed = deliverUntilRefused(session);

      assertThat(trail.healthy()).isFalse();
      assertThat(segments(dir)).as("no scrap of the failed segment").hasSize(2);
      assertThat(records(dir, "delivered")).hasSize(committed);
      assertThat(AuditVerify.verify(dir).ok()).isTrue();
    }
  }

  @Test
  void aFullDiskIsNotAskedAgainForEveryRecord() throws IOException {
    space.set(1);
    try (AuditTrail trail = open()) {
      Session session = trail.shard().open(head("x"));
      deliverUntilRefused(session);
      for (int i = 0; i < 100; i++) {
        assertThatExceptionOfType(AuditException.class)
            .isThrownBy(() -> deliver(session, "more".repeat(100)));
      }
      assertThat(attempts).hasValue(2);

      now = now.plusSeconds(2);
      assertThatExceptionOfType(AuditException.class)
          .isThrownBy(() -> deliver(session, "more".repeat(100)));

      assertThat(attempts).hasValue(3);
    }
  }

  @Test
  void whenThereIsRoomAgainTheTrailGoesOnAndSaysWhatIsMissing() throws IOException {
    space.set(1);
    try (AuditTrail trail = open()) {
      Session session = trail.shard().open(head("x"));
      deliverUntilRefused(session);
      space.set(9);

      trail.prepare();
      deliver(session, "again");

      assertThat(trail.healthy()).isTrue();
      session.close("completed", null);
    }
    assertThat(records(dir, "delivered").getLast().path("lost").asInt()).isEqualTo(1);
    assertThat(records(dir, "close").getLast().has("lost")).isFalse();
    assertThat(AuditVerify.verify(dir).ok()).isTrue();
  }

  @Test
  void aDirectoryThatWentAwayShowsWhenASegmentRolls() throws IOException {
    Path inner = dir.resolve("inner");
    AuditTrail trail = AuditTrail.open(inner, ALL, small(() -> now));
    Session session = trail.shard().open(head("x"));
    try (var files = Files.newDirectoryStream(inner)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(inner);

    deliverUntilRefused(session);

    assertThat(trail.healthy()).isFalse();
    trail.close();
  }

  @Test
  void aDirectoryThatIsAFileCannotBeOpened() throws IOException {
    Path file = Files.createFile(dir.resolve("file"));

    assertThatIOException().isThrownBy(() -> AuditTrail.open(file, ALL, small(() -> now)));
  }

  @Test
  void thePreparedSegmentIsUsedWithoutTouchingTheDisk() throws IOException {
    space.set(2);
    try (AuditTrail trail = open()) {
      exchange(trail, "x", 250);
      trail.prepare();
      trail.prepare();
      assertThat(attempts).hasValue(2);

      exchange(trail, "y", 100);

      assertThat(attempts).hasValue(2);
      assertThat(records(dir, "segment")).hasSize(2);
    }
    AuditVerify.Report report = AuditVerify.verify(dir);
    assertThat(report.ok()).as(report.toText()).isTrue();
  }

  @Test
  void aPreparedSegmentThatWasNeverUsedIsDeletedAtTheEnd() throws IOException {
    space.set(2);
    try (AuditTrail trail = open()) {
      exchange(trail, "x", 250);
      trail.prepare();
      assertThat(dir).isDirectoryContaining("glob:**.blank");
    }
    assertThat(segments(dir)).hasSize(1);
    assertThat(dir).isDirectoryNotContaining("glob:**.blank");
  }

  private AuditTrail open() throws IOException {
    return AuditTrail.open(dir, ALL, small(() -> now), quota);
  }

  private int deliverUntilRefused(Session session) {
    AtomicInteger committed = new AtomicInteger();
    assertThatExceptionOfType(AuditException.class)
        .isThrownBy(
            () -> {
              while (committed.get() < 10_000) {
                deliver(session, "some text that fills the disk ".repeat(10));
                committed.incrementAndGet();
              }
            });
    return committed.get();
  }
}
