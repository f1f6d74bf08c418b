package io.keeptrusts.gateway.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Writes UTC times to the microsecond, {@code 2026-11-22T10:46:49.123456Z}; only a new second costs
 * garbage. Single thread.
 */
final class Micros {
  private long second = Long.MIN_VALUE;
  private byte[] upToSecond = {};

  void write(Instant time, Bytes out) {
    if (time.getEpochSecond() != second) {
      second = time.getEpochSecond();
      String whole = time.truncatedTo(ChronoUnit.SECONDS).toString();
      upToSecond = whole.substring(0, whole.length() - 1).getBytes(StandardCharsets.US_ASCII);
    }
    out.put(upToSecond, 0, upToSecond.length).put('.').padded(time.getNano() / 1000, 6).put('Z');
  }
}
