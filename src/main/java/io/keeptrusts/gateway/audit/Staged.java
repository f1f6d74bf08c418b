package io.keeptrusts.gateway.audit;

/**
 * Elements of a JSON array that wait for a commit, in parts that each fit into one record. Single
 * thread.
 */
final class Staged {
  // The longest element apart from delivered text: four names of 256 characters, some of them
  // escaped.
  private static final int ELEMENT = 2048;

  private final Bytes bytes;
  private final int limit;
  private int part;
  private int keptSize;
  private int keptPart;

  /**
   * @param bytes where to keep them; empty
   * @param limit bytes of a part, more than 2048; escaped control bytes may exceed it
   */
  Staged(Bytes bytes, int limit) {
    this.bytes = bytes;
    this.limit = limit;
  }

  /** Where to write the next element, behind its comma. */
  Bytes next() {
    if (bytes.size() - part > limit - ELEMENT) {
      split();
    } else if (bytes.size() > part) {
      bytes.put(',');
    }
    return bytes;
  }

  /** Where the element goes on. */
  Bytes bytes() {
    return bytes;
  }

  /** How much text the current element may still take. */
  int room() {
    return limit - (bytes.size() - part);
  }

  /** Begins a new part, after a whole element. */
  void split() {
    // Free to mark the border: elements hold no control bytes.
    bytes.put('\n');
    part = bytes.size();
  }

  boolean hasMore(int at) {
    return at < bytes.size();
  }

  /**
   * Copies the part that begins at {@code at}.
   *
   * @return where the next one begins
   */
  int part(int at, Bytes out) {
    int end = bytes.endOfLine(at);
    out.put(bytes.array(), at, end);
    return end + 1;
  }

  /** What is staged now stays, whatever is taken {@link #back}. */
  void keep() {
    keptSize = bytes.size();
    keptPart = part;
  }

  /** Drops what came after {@link #keep}. */
  void back() {
    bytes.truncate(keptSize);
    part = keptPart;
  }

  void clear() {
    bytes.clear();
    part = keptSize = keptPart = 0;
  }
}
