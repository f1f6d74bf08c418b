package io.keeptrusts.gateway.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How far a series has come: what checkpoints and the ledger sign.
 *
 * @param segment number of its last segment
 * @param records how many records it has had, removed ones included
 * @param hash hash of the last one
 */
record SeriesEnd(String series, int segment, long records, String hash) {

  /** What the last record of a segment says of its series; null if it is not sealed. */
  static @Nullable SeriesEnd of(String series, int segment, byte[] lastLine) {
    long number = Chain.number(lastLine);
    String hash = Chain.hash(lastLine);
    return number < 0 || hash == null ? null : new SeriesEnd(series, segment, number + 1, hash);
  }

  void write(Bytes out) {
    out.put('[').quoted(series).put(',').number(segment).put(',').number(records);
    out.put(',').quoted(hash).put(']');
  }

  /**
   * @throws IOException if it is not what {@link #write} writes
   */
  static SeriesEnd read(JsonNode json) throws IOException {
    if (json.size() != 4 || !json.path(3).isTextual()) {
      throw new IOException("the end of a series cannot be read");
    }
    return new SeriesEnd(
        json.path(0).asText(),
        json.path(1).asInt(),
        json.path(2).asLong(),
        json.path(3).textValue());
  }
}
