package io.keeptrusts.gateway.audit;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The hash chain of a series. The last member of a record, {@code h}, is the SHA-256 of the
 * previous record's 32 hash bytes followed by the record's own bytes before {@code ,"h":}. Before
 * the first record stand 32 zero bytes. Single thread.
 */
final class Chain {
  private static final byte[] FIELD = ",\"h\":\"".getBytes(StandardCharsets.US_ASCII);

  /** Bytes that sealing adds to a record. */
  static final int SEAL = FIELD.length + 64 + 2;

  private static final byte[] NUMBER = "{\"n\":".getBytes(StandardCharsets.US_ASCII);

  private final MessageDigest sha = sha256();
  private byte[] last = new byte[32];
  private byte[] next = new byte[32];

  /**
   * Closes a record that still lacks its brace. The chain itself moves on with {@link #advance()},
   * once the record is stored.
   */
  void seal(Bytes record) {
    hash(record.array(), 0, record.size());
    record.put(FIELD, 0, FIELD.length).hex(next).put('"').put('}');
  }

  void advance() {
    byte[] stored = next;
    next = last;
    last = stored;
  }

  /** Whether the line is sealed and follows the last one; the chain moves on if so. */
  boolean follows(byte[] line, int from, int to) {
    int seal = to - SEAL;
    if (seal <= from || !Arrays.equals(line, seal, seal + FIELD.length, FIELD, 0, FIELD.length)) {
      return false;
    }
    hash(line, from, seal);
    Bytes expected = new Bytes(66).hex(next).put('"').put('}');
    if (!Arrays.equals(line, seal + FIELD.length, to, expected.array(), 0, expected.size())) {
      return false;
    }
    advance();
    return true;
  }

  /** The number of a record; -1 if the line does not begin like one. */
  static long number(byte[] line) {
    int at = NUMBER.length;
    if (line.length <= at || !Arrays.equals(line, 0, at, NUMBER, 0, at)) {
      return -1;
    }
    long number = 0;
    for (; at < line.length && line[at] >= '0' && line[at] <= '9' && at < 25; at++) {
      number = number * 10 + line[at] - '0';
    }
    return at > NUMBER.length && at < line.length && line[at] == ',' ? number : -1;
  }

  /** The hash of a sealed record, in hex, taken at its word; null if the line has none. */
  static @Nullable String hash(byte[] line) {
    int seal = line.length - SEAL;
    int from = seal + FIELD.length;
    if (seal <= 0 || !Arrays.equals(line, seal, from, FIELD, 0, FIELD.length)) {
      return null;
    }
    for (int i = from; i < from + 64; i++) {
      if (Character.digit(line[i], 16) < 0) {
        return null;
      }
    }
    return new String(line, from, 64, StandardCharsets.US_ASCII);
  }

  /** The hash that the next record will follow. */
  byte[] lastBytes() {
    return last.clone();
  }

  String last() {
    return HexFormat.of().formatHex(last);
  }

  void last(String hex) {
    last = HexFormat.of().parseHex(hex);
  }

  private void hash(byte[] record, int from, int to) {
    sha.update(last);
    sha.update(record, from, to - from);
    try {
      sha.digest(next, 0, next.length);
    } catch (DigestException e) {
      throw new IllegalStateException(e);
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
