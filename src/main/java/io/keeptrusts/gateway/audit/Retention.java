package io.keeptrusts.gateway.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.SortedSet;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Removes whole segments whose last record is older than the cutoff, from the head of each series.
 */
final class Retention {
  private static final Logger LOG = System.getLogger(AuditTrail.class.getName());
  private static final JsonMapper JSON = new JsonMapper();

  private final Path dir;
  private final Instant now;
  private final Instant cutoff;
  private final @Nullable Signer signer;
  private final @Nullable Ledger ledger;

  Retention(
      Path dir, Instant now, Instant cutoff, @Nullable Signer signer, @Nullable Ledger ledger) {
    this.dir = dir;
    this.now = now;
    this.cutoff = cutoff;
    this.signer = signer;
    this.ledger = ledger;
  }

  /**
   * Runs over all series.
   *
   * @param firstKept number of the first segment of a series that must stay, whatever its age
   */
  void run(ToIntFunction<Series> firstKept) throws IOException {
    for (var entry : Series.list(dir).entrySet()) {
      try {
        removeOld(entry.getKey(), entry.getValue().headSet(firstKept.applyAsInt(entry.getKey())));
      } catch (IOException e) {
        LOG.log(
            Level.WARNING,
            "{0}: retention leaves it as it is: {1}",
            entry.getKey().name(),
            e.getMessage());
      }
    }
  }

  private void removeOld(Series series, SortedSet<Integer> segments) throws IOException {
    Tombstone before = Tombstone.read(dir, series);
    Tombstone tombstone = before;
    for (int number : segments) {
      // Below the tombstone lies only what an interrupted removal left behind.
      if (before == null || number >= before.segments()) {
        Tombstone next = tombstoneOf(series, number);
        if (!Instant.parse(next.last()).isBefore(cutoff)) {
          break;
        }
        tombstone = next;
      }
    }
    if (tombstone == null) {
      return;
    }
    if (!tombstone.equals(before)) {
      if (ledger != null && tombstone.prev() != null) {
        ledger.removed(
            new SeriesEnd(
                series.name(), tombstone.segments() - 1, tombstone.records(), tombstone.prev()));
      }
      tombstone.write(dir, tombstone.prev() == null ? null : signer);
      LOG.log(
          Level.INFO,
          "{0}: segments before {1} are past their retention",
          series.name(),
          tombstone.segments());
    }
    for (int number : segments.headSet(tombstone.segments())) {
      Files.deleteIfExists(series.segment(dir, number));
    }
  }

  private Tombstone tombstoneOf(Series series, int number) throws IOException {
    JsonNode last = JSON.readTree(SegmentTail.lastLine(series.segment(dir, number)));
    JsonNode time = last.path("t");
    if (!time.isTextual() || !last.path("n").isIntegralNumber()) {
      throw new IOException("the last record of segment " + number + " cannot be read");
    }
    try {
      Instant.parse(time.textValue());
    } catch (DateTimeException e) {
      throw new IOException("the last record of segment " + number + " has no time", e);
    }
    long records = last.path("n").longValue() + 1;
    return new Tombstone(
        series, number + 1, records, time.textValue(), now.toString(), last.path("h").textValue());
  }
}
