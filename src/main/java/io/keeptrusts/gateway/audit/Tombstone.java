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
import java.util.HexFormat;
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

  /** Writes it atomically and to the disk; signed, if there is a hash to sign. */
  void write(Path dir, @Nullable Signer signer) throws IOException {
    Path file = series.tombstone(dir);
    Path fresh = Files.createTempFile(dir, "." + series.name(), ".new");
    try {
      Files.write(fresh, line(signer));
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

  private byte[] line(@Nullable Signer signer) {
    Bytes line = members();
    if (prev == null) {
      line.put('}');
    } else {
      Chain chain = new Chain();
      chain.last(prev);
      if (signer != null) {
        signer.sign(chain.lastBytes(), line);
      }
      chain.seal(line);
    }
    return line.put('\n').toByteArray();
  }

  private Bytes members() {
    Bytes line = new Bytes(512).ascii("{\"k\":\"tombstone\",\"series\":").quoted(series.name());
    line.ascii(",\"segments\":").number(segments).ascii(",\"records\":").number(records);
    line.ascii(",\"last\":").quoted(last).ascii(",\"removed\":").quoted(removed);
    return prev == null ? line : line.ascii(",\"prev\":").quoted(prev);
  }

  /**
   * What is wrong with the signature of a series' tombstone; null if nothing is.
   *
   * @throws IOException if there is none
   */
  @Nullable String problem(Path dir, Signatures signatures) throws IOException {
    if (prev == null) {
      return null;
    }
    byte[] bytes = Files.readAllBytes(series.tombstone(dir));
    return signatures.problem(bytes, 0, bytes.length - 1, HexFormat.of().parseHex(prev));
  }

  /**
   * Reads the tombstone of a series; null if there is none. Does not look at its signature.
   *
   * @throws IOException also if it is not what {@link #write} writes
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
    if (!tombstone.isIn(bytes)) {
      throw new IOException("its content does not match its hash");
    }
    return tombstone;
  }

  private boolean isIn(byte[] bytes) {
    if (prev == null) {
      return Arrays.equals(bytes, line(null));
    }
    Bytes members = members();
    int end = bytes.length - 1;
    Chain chain = new Chain();
    chain.last(prev);
    return end > members.size()
        && bytes[end] == '\n'
        && Arrays.equals(bytes, 0, members.size(), members.array(), 0, members.size())
        && chain.follows(bytes, 0, end);
  }
}
