package io.keeptrusts.gateway.policy.text;

/** How far a text is decided, and which of its latest spans were masked. */
final class Ledger {
  private static final int REMEMBERED = 64;
  private static final long[] NONE = {};

  private long taken;
  private long position;
  private long unmarked = -1;
  private long[] spans = NONE;
  private int count;
  private long forgotten; // up to here masked spans may be forgotten

  void take(int characters) {
    taken += characters;
  }

  void pass(int characters) {
    position += characters;
  }

  void drop(int characters) {
    if (unmarked < 0) unmarked = position;
    remember(position, position + characters);
    position += characters;
  }

  void settle() {
    unmarked = -1;
  }

  long decided() {
    return unmarked < 0 ? position : unmarked;
  }

  int held() {
    return Math.toIntExact(taken - decided());
  }

  /** What is too far back to be known counts as masked. */
  boolean masked(long from, long to) {
    if (from < forgotten) return true;
    for (int i = 0; i < Math.min(count, REMEMBERED); i++) {
      if (spans[2 * i] < to && from < spans[2 * i + 1]) return true;
    }
    return false;
  }

  private void remember(long from, long to) {
    int last = Math.floorMod(count - 1, REMEMBERED);
    if (count > 0 && spans[2 * last + 1] == from) {
      spans[2 * last + 1] = to;
      return;
    }
    if (count == 0) spans = new long[2 * REMEMBERED];
    int next = count % REMEMBERED;
    forgotten = spans[2 * next + 1];
    spans[2 * next] = from;
    spans[2 * next + 1] = to;
    count = count + 1 < 2 * REMEMBERED ? count + 1 : REMEMBERED;
  }
}
