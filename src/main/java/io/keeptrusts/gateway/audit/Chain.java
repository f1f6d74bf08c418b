package io.keeptrusts.gateway.audit;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The hash chain of a series. The last member of a record, {@code h}, is the SHA-256 of the
 * previous record's 32 hash bytes followed by the record's own bytes before {@code ,"h":}. Before
 * the first record stand 32 zero bytes. Single thread.
 */
final class Chain {
  private static final byte[] FIELD = ",\"h\":\"".getBytes(StandardCharsets.US_ASCII);

  /** Bytes that sealing adds to a record. */
  static final int SEAL = FIELD.length + 64 + 2;

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
