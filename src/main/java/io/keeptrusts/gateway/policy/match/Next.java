package io.keeptrusts.gateway.policy.match;

/**
 * What one symbol leads to from a {@link Spot}: another one, where every thread keeps its place.
 */
sealed interface Next permits Spot, Next.Move, Next.Loud {
  /**
   * The threads change their places.
   *
   * @param from for each thread that stays, which one it was
   * @param birth whether another one has begun with the symbol, and stands behind them
   */
  record Move(Spot to, int[] from, boolean birth) implements Next {}

  /** More happens than threads that move: a match, a tail, or a place that is not kept. */
  enum Loud implements Next {
    LOUD
  }
}
