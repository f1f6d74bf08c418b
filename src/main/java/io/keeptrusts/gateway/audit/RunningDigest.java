package io.keeptrusts.gateway.audit;

import java.security.MessageDigest;

/**
 * All that a channel delivered so far: its bytes as JSON content and their SHA-256. Single thread.
 */
final class RunningDigest {
  private MessageDigest committed = Chain.sha256();
  private MessageDigest staged = committed;
  private long committedLength;
  private long stagedLength;
  private long writtenLength;

  void add(byte[] json, int from, int to) {
    if (staged == committed) {
      staged = copy(committed);
    }
    staged.update(json, from, to - from);
    stagedLength += to - from;
  }

  /** Whether there is more than was written. */
  boolean grown() {
    return stagedLength > writtenLength;
  }

  void forget() {
    staged = committed;
    stagedLength = committedLength;
  }

  /** Writes length and digest, and makes them what later text is added to. */
  void commit(Bytes out) {
    out.number(stagedLength).ascii(",\"").hex(copy(staged).digest()).put('"');
    keep();
    writtenLength = stagedLength;
  }

  /** Makes what was added so far what later text is added to. */
  void keep() {
    committed = staged;
    committedLength = stagedLength;
  }

  private static MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the platform's SHA-256 can be cloned", e);
    }
  }
}
