package io.keeptrusts.gateway.wire;

/**
 * Bytes that are not the JSON they should be. Names the place and the reason, never the content;
 * has no stack trace.
 */
public final class JsonError extends RuntimeException {
  private final int offset;

  JsonError(String reason, int offset) {
    super(reason + " at byte " + offset, null, false, false);
    this.offset = offset;
  }

  /** Index of the offending byte, counted from the start of the scanned range. */
  public int offset() {
    return offset;
  }
}
