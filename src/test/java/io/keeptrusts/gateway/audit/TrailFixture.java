package io.keeptrusts.gateway.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keeptrusts.gateway.audit.AuditSettings.Privacy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** What the tests of the trail share. */
public final class TrailFixture {
  public static final AuditSettings ALL = new AuditSettings(365, true, true, false, Privacy.TEXT);
  public static final Instant START = Instant.parse("2026-03-01T12:00:00.000042Z");
  private static final JsonMapper JSON = new JsonMapper();

  private TrailFixture() {}

  public static AuditTrail.Options small(InstantSource clock) {
    return new AuditTrail.Options(64 << 10, Duration.ofMillis(200), clock);
  }

  public static AuditTrail open(Path dir, AuditSettings settings) throws IOException {
    return AuditTrail.open(dir, settings, small(InstantSource.fixed(START)));
  }

  public static Head head(String exchange) {
    List<String> policies = List.of("pii-detector", "audit-logger");
    return new Head(exchange, "ada@example.org", "gpt-4o", "openai", "pack-1", policies, true);
  }

  public static void deliver(Session session, String text) {
    byte[] json = text.getBytes(StandardCharsets.UTF_8);
    session.delivered("0/content", json, 0, json.length);
    session.commit();
  }

  /** One exchange that delivers {@code pieces} pieces of about 100 bytes. */
  public static void exchange(AuditTrail trail, String id, int pieces) {
    Session session = trail.shard().open(head(id));
    for (int i = 0; i < pieces; i++) {
      deliver(session, id + " piece " + i + " " + "x".repeat(80));
    }
    session.close("completed", null);
  }

  /**
   * What a process leaves that dies: the exchange {@code x} of {@code pieces} pieces, the first of
   * them signed, the last segment with its zeros, the run's lock.
   */
  static List<Path> crashed(Path dir, int pieces) throws IOException {
    Path living = Files.createDirectory(dir.resolve("living"));
    try (AuditTrail trail = open(living, ALL)) {
      Session session = trail.shard().open(head("x"));
      deliver(session, "signed");
      trail.force();
      for (int i = 1; i < pieces; i++) {
        deliver(session, "x piece " + i + " " + "x".repeat(80));
      }
      try (Stream<Path> files = Files.list(living)) {
        for (Path file : files.toList()) {
          Files.copy(file, dir.resolve(file.getFileName()));
        }
      }
    }
    return segments(dir);
  }

  /** The segments of all series but those of checkpoints. */
  public static List<Path> segments(Path dir) throws IOException {
    return segments(dir, false);
  }

  /** The segments of the series that hold checkpoints. */
  public static List<Path> checkpointSegments(Path dir) throws IOException {
    return segments(dir, true);
  }

  private static List<Path> segments(Path dir, boolean checkpoints) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files
          .filter(file -> file.toString().endsWith(".jsonl"))
          .filter(file -> file.getFileName().toString().contains(".00.") == checkpoints)
          .sorted()
          .toList();
    }
  }

  /** All records of all segments but checkpoints, in order of the file names. */
  public static List<JsonNode> records(Path dir) throws IOException {
    return segments(dir).stream().flatMap(TrailFixture::lines).map(TrailFixture::json).toList();
  }

  static List<JsonNode> records(Path dir, String kind) throws IOException {
    return records(dir).stream().filter(record -> record.path("k").asText().equals(kind)).toList();
  }

  public static Stream<String> lines(Path file) {
    try {
      String text = Files.readString(file);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static AuditVerify.State only(AuditVerify.Report report) {
    if (series(report).size() != 1) {
      throw new AssertionError("one series expected: " + report.toText());
    }
    return series(report).getFirst().state();
  }

  /** All series but those of checkpoints. */
  static List<AuditVerify.SeriesReport> series(AuditVerify.Report report) {
    return report.series().stream().filter(each -> !each.name().endsWith(".00")).toList();
  }
}
