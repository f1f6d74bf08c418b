package io.keeptrusts.gateway.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is left of the segments that retention removed from the head of a series: one line, sealed
 * like a record whose predecessor is the last one removed, so that the chain goes on from there.
 * Each removal replaces the file.
 *
 * @param segments how many segments were removed
 * @param records how many records they held, which is the number of the first record that is left
 * @param last time of the last record removed
 * @param removed time of the removal
 * @param prev hash of the last record removed; null without hash chain
 */
record Tombstone(
    Series series, int segments, long records, String last, String removed, @Nullable String prev) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Writes it atomically and to the disk. */
  void write(Path dir) throws IOException {
    Path file = series.tombstone(dir);
    Path fresh = Files.createTempFile(dir, "." + series.name(), ".new");
    try {
      Files.write(fresh, line());
      try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
    try (var directory = FileChannel.open(dir)) {
      directory.force(true);
    }
  }

  private byte[] line() {
    Bytes line = new Bytes(512).ascii("{\"k\":\"tombstone\",\"series\":").quoted(series.name());
    line.ascii(",\"segments\":").number(segments).ascii(",\"records\":").number(records);
    line.ascii(",\"last\":").quoted(last).ascii(",\"removed\":").quoted(removed);
    if (prev != null) {
      Chain chain = new Chain();
      chain.last(prev);
      chain.seal(line.ascii(",\"prev\":").quoted(prev));
    } else {
      line.put('}');
    }
    line.put('\n');
    return Arrays.copyOf(line.array(), line.size());
  }

  /**
   * Reads the tombstone of a series; null if there is none.
   *
   * @throws IOException also if it is not exactly what {@link #write} writes
   */
  static @Nullable Tombstone read(Path dir, Series series) throws IOException {
    Path file = series.tombstone(dir);
    if (!Files.exists(file)) {
      return null;
    }
    byte[] bytes = Files.readAllBytes(file);
    JsonNode json = JSON.readTree(bytes);
    JsonNode prev = json.path("prev");
    if (prev.isTextual() && !prev.textValue().matches("[0-9a-f]{64}")) {
      throw new IOException("its hash is malformed");
    }
    Tombstone tombstone =
        new Tombstone(
            series,
            json.path("segments").intValue(),
            json.path("records").longValue(),
            json.path("last").asText(),
            json.path("removed").asText(),
            prev.textValue());
    if (!Arrays.equals(bytes, tombstone.line())) {
      throw new IOException("its content does not match its hash");
    }
    return tombstone;
  }
}
