package io.keeptrusts.gateway.policy.match;

/** What one symbol does to the threads of a {@link Config}, named by their places before it. */
final class Step {
  final Config to;

  /** The surviving threads keep their places. */
  final boolean inPlace;

  /** For each thread after the step, which one it was. */
  final int[] from;

  /**
   * Pairs of thread and rule: bodies that ended before this symbol, which is as their right
   * condition asks.
   */
  final int[] settled;

  /** Pairs of thread and rule: bodies that this symbol completes. */
  final int[] accepted;

  Step(Config to, int[] from, int[] settled, int[] accepted) {
    this.to = to;
    this.from = from;
    this.settled = settled;
    this.accepted = accepted;
    inPlace = inPlace(from);
  }

  /** Whether a match is reported. */
  boolean reports() {
    return settled.length + accepted.length > 0;
  }

  private static boolean inPlace(int[] from) {
    for (int i = 0; i < from.length; i++) {
      if (from[i] != i) {
        return false;
      }
    }
    return true;
  }
}
