package io.keeptrusts.gateway.policy.match;

/** What one symbol does to a {@link Config}. Threads are named by their place before the step; {@link #BORN} is the new one. */
final class Step {
  /** The surviving threads keep their places, nothing is reported. */
  static final int KEEP = 0;

  /** As {@link #KEEP}, and one thread starts here. */
  static final int BIRTH = 1;

  /** Threads move, or there is something to report. */
  static final int MOVE = 2;

  static final int BORN = -1;

  final Config to;
  final int kind;

  /** For each thread after the step, which one it was. */
  final int[] from;

  /** Pairs of thread and rule: bodies that ended before this symbol, which is as their right condition asks. */
  final int[] settled;

  /** Pairs of thread and rule: bodies that this symbol completes. */
  final int[] accepted;

  Step(Config to, int[] from, int[] settled, int[] accepted) {
    this.to = to;
    this.from = from;
    this.settled = settled;
    this.accepted = accepted;
    kind = kind();
  }

  private int kind() {
    if (settled.length + accepted.length > 0) {
      return MOVE;
    }
    int n = from.length;
    for (int i = 0; i < n; i++) {
      if (from[i] != i) {
        return i == n - 1 && from[i] == BORN ? BIRTH : MOVE;
      }
    }
    return KEEP;
  }
}
