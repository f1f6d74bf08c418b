package io.keeptrusts.gateway.audit;

import static io.keeptrusts.gateway.audit.TrailFixture.ALL;
import static io.keeptrusts.gateway.audit.TrailFixture.crashed;
import static io.keeptrusts.gateway.audit.TrailFixture.deliver;
import static io.keeptrusts.gateway.audit.TrailFixture.exchange;
import static io.keeptrusts.gateway.audit.TrailFixture.head;
import static io.keeptrusts.gateway.audit.TrailFixture.json;
import static io.keeptrusts.gateway.audit.TrailFixture.only;
import static io.keeptrusts.gateway.audit.TrailFixture.open;
import static io.keeptrusts.gateway.audit.TrailFixture.segments;
import static io.keeptrusts.gateway.audit.TrailFixture.series;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.keeptrusts.gateway.audit.AuditVerify.State;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditVerifyTest {

  @TempDir Path dir;

  @Test
  void aChangedByteInAClosedSegmentIsFoundAtItsLine() throws IOException {
    List<Path> files = trail(1200);
    Path file = files.get(1);
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(11);

    for (int at = 0;
        at < whole.length;
        at += at < 600 || at > whole.length - 400 ? 1 : 31 + random.nextInt(60)) {
      byte[] changed = whole.clone();
      changed[at] ^= (byte) (1 + random.nextInt(255));
      Files.write(file, changed);

      State state = only(AuditVerify.verify(dir));

      assertThat(state)
          .as("byte %d", at)
          .isInstanceOfSatisfying(
              State.Broken.class,
              broken -> {
                assertThat(broken.file()).isEqualTo(file.getFileName().toString());
                assertThat(broken.line()).isEqualTo(lineOf(whole, changed));
              });
    }
  }

  private static long lineOf(byte[] whole, byte[] changed) {
    int at = Arrays.mismatch(whole, changed);
    return 1
        + new String(whole, 0, at, StandardCharsets.UTF_8).chars().filter(c -> c == '\n').count();
  }

  @Test
  void aChangedByteInTheLastSegmentIsFoundToo() throws IOException {
    Path file = trail(20).getLast();
    byte[] whole = Files.readAllBytes(file);

    for (int at = 0; at < whole.length - 1; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      Files.write(file, changed);

      assertThat(AuditVerify.verify(dir).ok()).as("byte %d", at).isFalse();
    }
  }

  @Test
  void aRemovedAnExchangedAndARepeatedRecordAreFound() throws IOException {
    Path file = trail(20).getFirst();
    List<String> lines = Files.readAllLines(file);

    for (int i = 1; i < lines.size() - 1; i++) {
      List<String> removed = new ArrayList<>(lines);
      removed.remove(i);
      List<String> exchanged = new ArrayList<>(lines);
      Collections.swap(exchanged, i, i + 1);
      List<String> repeated = new ArrayList<>(lines);
      repeated.add(i, lines.get(i));
      for (List<String> changed : List.of(removed, exchanged, repeated)) {
        Files.write(file, changed);

        assertThat(only(AuditVerify.verify(dir))).isInstanceOf(State.Broken.class);
      }
    }
  }

  @Test
  void aMissingSegmentIsNamedWhereverItWas() throws IOException {
    List<Path> files = trail(1200);
    assertThat(files).hasSizeGreaterThan(3);

    for (Path file : files.subList(0, files.size() - 1)) {
      Path aside = Files.move(file, dir.resolve("aside"));

      State state = only(AuditVerify.verify(dir));

      assertThat(state)
          .isEqualTo(new State.Broken(file.getFileName().toString(), 0, "this segment is missing"));
      Files.move(aside, file);
    }
    assertThat(AuditVerify.verify(dir).ok()).isTrue();
  }

  @Test
  void aSegmentFromAnotherPlaceOfTheChainIsNotTaken() throws IOException {
    List<Path> files = trail(1200);

    Files.copy(files.get(2), files.get(1), StandardCopyOption.REPLACE_EXISTING);

    assertThat(only(AuditVerify.verify(dir))).isInstanceOf(State.Broken.class);
  }

  @Test
  void aTailTornAtAnyByteIsReportedAsTornAndMendedAtTheNextStart() throws IOException {
    Path file = crashed(dir, 5).getLast();
    byte[] whole = written(file);
    byte[] ledger = Files.readAllBytes(dir.resolve(Ledger.NAME));
    int lastLine =
        new String(whole, 0, whole.length - 1, StandardCharsets.ISO_8859_1).lastIndexOf('\n') + 1;
    String run = file.getFileName().toString().split("\\.")[0];

    for (int end = lastLine + 1; end < whole.length; end++) {
      int length = end % 2 == 0 ? end : 64 << 10;
      Files.write(file, Arrays.copyOf(Arrays.copyOf(whole, end), length));
      Files.write(dir.resolve(run + ".lock"), new byte[0]);
      Files.write(dir.resolve(Ledger.NAME), ledger);

      AuditVerify.Report report = AuditVerify.verify(dir);

      assertThat(only(report)).isEqualTo(new State.Torn(file.getFileName().toString(), lastLine));
      assertThat(report.exitCode()).isZero();
      assertThat(report.toText()).contains("torn tail").contains("at byte " + lastLine);
      try (AuditTrail next = open(dir, ALL)) {
        assertThat(next.recovered())
            .containsExactly(new AuditTrail.Recovered(file, end - lastLine));
      }
      assertThat(only(AuditVerify.verify(dir))).isEqualTo(new State.Ok());
      assertThat(Files.size(file)).isEqualTo(lastLine);
    }
  }

  @Test
  void aRunThatAnotherHolderKeepsLockedIsNotTakenForACrashedOne() throws IOException {
    Path file = trail(5).getLast();
    byte[] torn = Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) - 9);
    Files.write(file, torn);
    Path lock = dir.resolve(file.getFileName().toString().split("\\.")[0] + ".lock");

    try (var channel =
            FileChannel.open(lock, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        var held = channel.lock();
        AuditTrail next = open(dir, ALL)) {
      assertThat(held.isValid()).isTrue();
      assertThat(next.recovered()).isEmpty();
    }

    assertThat(file).hasBinaryContent(torn);
  }

  @Test
  void aTornRecordWithHolesInItIsTorn() throws IOException {
    Path file = crashed(dir, 5).getLast();
    byte[] whole = written(file);

    byte[] holed = Arrays.copyOf(whole, 64 << 10);
    Arrays.fill(holed, whole.length - 90, whole.length - 40, (byte) 0);
    Files.write(file, holed);

    assertThat(only(AuditVerify.verify(dir))).isInstanceOf(State.Torn.class);
  }

  @Test
  void zerosWithRecordsAfterThemAreNotTakenForATornTail() throws IOException {
    Path file = trail(5).getLast();
    byte[] whole = Files.readAllBytes(file);

    whole[whole.length / 2] = 0;
    Files.write(file, whole);

    assertThat(only(AuditVerify.verify(dir))).isInstanceOf(State.Broken.class);
  }

  @Test
  void aSegmentOfACrashedRunWithItsZerosVerifies() throws IOException {
    List<Path> files = trail(1200);

    for (Path file : files) {
      Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 64 << 10));
    }
    Path spare =
        Path.of(
            files
                .getLast()
                .toString()
                .replaceAll("\\d{6}(?=\\.jsonl)", "%06d".formatted(files.size())));
    Files.write(spare, new byte[64 << 10]);

    AuditVerify.Report report = AuditVerify.verify(dir);
    assertThat(only(report)).isEqualTo(new State.Ok());
    assertThat(series(report).getFirst().records()).isEqualTo(1202 + files.size());
  }

  @Test
  void aTrailThatIsBeingWrittenVerifiesAtAnyMoment() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    long records = 0;
    try (AuditTrail trail = open(dir, ALL)) {
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    Session session = trail.shard().open(head("live"));
                    for (int i = 0; !done.get(); i++) {
                      deliver(session, "piece " + i);
                      if (i % 1000 == 0) {
                        trail.prepare();
                        trail.force();
                      }
                      LockSupport.parkNanos(1000);
                    }
                  });
      try {
        for (int round = 0; round < 60 || records < 3000; round++) {
          AuditVerify.Report report = AuditVerify.verify(dir);
          assertThat(report.ok()).as(report.toText()).isTrue();
          records = series(report).stream().mapToLong(AuditVerify.SeriesReport::records).sum();
        }
      } finally {
        done.set(true);
        writer.join();
      }
    }
    assertThat(series(AuditVerify.verify(dir)).getFirst().records())
        .isGreaterThanOrEqualTo(records);
  }

  @Test
  void oneSegmentVerifiesByItself() throws IOException {
    Path file = trail(1200).get(2);

    AuditVerify.Report report = AuditVerify.verify(file);

    assertThat(only(report)).isEqualTo(new State.Ok());
    assertThat(series(report).getFirst().records()).isEqualTo(Files.readAllLines(file).size());
    assertThatIOException().isThrownBy(() -> AuditVerify.verify(dir.resolve("elsewhere.jsonl")));
  }

  @Test
  void theReportIsRenderedAsTextAndAsJson() throws IOException {
    Path file = trail(5).getFirst();
    String good = AuditVerify.verify(dir).toJson();
    byte[] changed = Files.readAllBytes(file);
    changed[changed.length / 2] ^= 1;
    Files.write(file, changed);

    AuditVerify.Report bad = AuditVerify.verify(dir);

    assertThat(json(good).get("ok").asBoolean()).isTrue();
    assertThat(json(good).get("series").get(1).get("state").asText()).isEqualTo("ok");
    assertThat(json(good).get("series").get(1).get("last").asText())
        .isEqualTo("2026-03-01T12:00:00.000042Z");
    assertThat(json(bad.toJson()).get("ok").asBoolean()).isFalse();
    assertThat(json(bad.toJson()).get("series").get(1).get("line").asInt()).isGreaterThan(1);
    assertThat(bad.toText()).contains("BROKEN in " + file.getFileName() + " at line ");
    assertThat(bad.exitCode()).isEqualTo(1);
  }

  /** A segment without the zeros behind its last record. */
  private static byte[] written(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    return Arrays.copyOf(bytes, end);
  }

  /** A closed trail of one exchange. */
  private List<Path> trail(int pieces) throws IOException {
    try (AuditTrail trail = open(dir, ALL)) {
      exchange(trail, "x", pieces);
    }
    return segments(dir);
  }
}
