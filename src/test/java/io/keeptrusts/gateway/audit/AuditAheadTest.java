package io.keeptrusts.gateway.audit;

import static io.keeptrusts.gateway.audit.TrailFixture.ALL;
import static io.keeptrusts.gateway.audit.TrailFixture.START;
import static io.keeptrusts.gateway.audit.TrailFixture.exchange;
import static io.keeptrusts.gateway.audit.TrailFixture.records;
import static io.keeptrusts.gateway.audit.TrailFixture.segments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who writes segments, how large they are, and when they end. */
class AuditAheadTest {
  private static final long MIB = 1 << 20;

  @TempDir Path dir;
  private Instant now = START;
  private final List<Thread> writers = new CopyOnWriteArrayList<>();
  private final List<Long> sizes = new CopyOnWriteArrayList<>();

  private AuditTrail open(int ahead) throws IOException {
    AuditTrail.Options options =
        new AuditTrail.Options(
            16 * MIB,
            Duration.ofMillis(200),
            () -> now,
            Duration.ofHours(24),
            Duration.ofSeconds(10),
            ahead,
            null);
    return AuditTrail.open(
        dir,
        ALL,
        options,
        (file, bytes, arena) -> {
          writers.add(Thread.currentThread());
          sizes.add(bytes);
          return SegmentFiles.ON_DISK.create(file, bytes, arena);
        });
  }

  @Test
  void theFirstRecordOfAThreadWritesNoSegment() throws Exception {
    try (AuditTrail trail = open(3)) {
      List<Thread> threads = new ArrayList<>();
      for (String name : List.of("one", "two", "three")) {
        threads.add(Thread.ofPlatform().start(() -> exchange(trail, name, 1)));
      }
      for (Thread thread : threads) {
        thread.join();
      }

      assertThat(writers).hasSize(3).containsOnly(Thread.currentThread());
      assertThat(sizes).containsOnly(MIB / 4);
      assertThat(segments(dir)).hasSize(3);
    }
    assertThat(AuditVerify.verify(dir).ok()).isTrue();
    assertThat(dir).isDirectoryNotContaining("glob:**.blank");
  }

  /** File systems keep what was written at once as one piece, which is dirty as a whole. */
  @Test
  void forcingWritesNotMuchMoreThanWasAppended() throws Exception {
    Path io = Path.of("/proc/self/io");
    assumeTrue(Files.isReadable(io), "only Linux counts what a process writes");
    Bytes line = new Bytes(1000);
    for (int i = 0; i < 999; i++) {
      line.put('x');
    }
    Segment segment = Segment.create(SegmentFiles.ON_DISK, dir.resolve("one"), 4 * MIB);
    segment.append(line);
    segment.force();
    long before = written(io);
    for (int force = 0; force < 100; force++) {
      for (int i = 0; i < 30; i++) {
        segment.append(line);
      }
      segment.force();
    }
    long appended = 100 * 30 * 1000;
    assertThat(written(io) - before).isLessThan(4 * appended);
    segment.discard();
  }

  private static long written(Path io) throws IOException {
    try (var lines = Files.lines(io)) {
      String count =
          lines.filter(line -> line.startsWith("write_bytes:")).findFirst().orElseThrow();
      return Long.parseLong(count.substring(count.indexOf(' ') + 1));
    }
  }

  @Test
  void whereNoneIsReadyASmallOneIsWrittenAtOnce() throws Exception {
    try (AuditTrail trail = open(0)) {
      Thread late = Thread.ofPlatform().start(() -> exchange(trail, "late", 2000));
      late.join();

      assertThat(writers).isNotEmpty().containsOnly(late);
      assertThat(sizes).hasSizeGreaterThan(1).containsOnly(MIB / 4);
    }
    assertThat(AuditVerify.verify(dir).ok()).isTrue();
  }

  @Test
  void segmentsGrowWithWhatIsSaid() throws IOException {
    try (AuditTrail trail = open(1)) {
      for (int i = 0; i < 40; i++) {
        exchange(trail, "x", 400);
        trail.prepare();
      }
    }
    assertThat(sizes).startsWith(MIB / 4, MIB, 4 * MIB).contains(16 * MIB);
    assertThat(AuditVerify.verify(dir).ok()).isTrue();
  }

  @Test
  void anIdleTrailTakesLittle() throws IOException {
    try (AuditTrail trail = open(4)) {
      trail.prepare();
      trail.force();
      trail.prepare();

      assertThat(sizes).hasSize(4).containsOnly(MIB / 4);
      assertThat(segments(dir)).isEmpty();
    }
    assertThat(sizes).hasSize(4);
  }

  @Test
  void aSegmentThatHasItsAgeEndsWithTheNextRecord() throws IOException {
    try (AuditTrail trail = open(1)) {
      exchange(trail, "monday", 2);
      trail.prepare();
      now = now.plus(Duration.ofHours(23));
      trail.prepare();
      exchange(trail, "still monday", 2);
      assertThat(segments(dir)).hasSize(1);

      now = now.plus(Duration.ofHours(2));
      trail.prepare();
      assertThat(segments(dir)).as("nothing is written by age alone").hasSize(1);
      exchange(trail, "tuesday", 2);

      assertThat(records(dir, "segment")).hasSize(2);
    }
    assertThat(AuditVerify.verify(dir).ok()).isTrue();
  }

  @Test
  void whatACrashLeavesOfSegmentsMadeAheadIsRemoved() throws IOException {
    Path living = Files.createDirectory(dir.resolve("living"));
    Path crashed = Files.createDirectory(dir.resolve("crashed"));
    AuditTrail.Options options =
        new AuditTrail.Options(
            64 << 10,
            Duration.ofSeconds(1),
            () -> now,
            Duration.ofDays(1),
            Duration.ofSeconds(9),
            2,
            null);
    try (AuditTrail trail = AuditTrail.open(living, ALL, options)) {
      trail.prepare();
      try (var files = Files.list(living)) {
        for (Path file : files.toList()) {
          Files.copy(file, crashed.resolve(file.getFileName()));
        }
      }
    }
    assertThat(crashed).isDirectoryContaining("glob:**.blank");

    AuditTrail.open(crashed, ALL, TrailFixture.small(() -> now)).close();

    assertThat(crashed).isDirectoryNotContaining("glob:**.blank");
  }
}
