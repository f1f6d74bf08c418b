package io.keeptrusts.gateway.policy.match;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The states of all threads of a scan, oldest first: what the common path steps in one array access. The arrays are filled in while
 * texts run; a reader without the lock sees null or an object whose fields are final.
 */
final class Config {
  private static final int JOINS = 32;

  final Body[] threads;
  final int epoch;
  final @Nullable Step[] next;

  /** By the identity of the new thread's state; a later one may take an earlier one's place. */
  private final @Nullable Join[] joins = new Join[JOINS];

  Config(Body[] threads, int epoch, int classes) {
    this.threads = threads;
    this.epoch = epoch;
    next = new Step[classes];
  }

  @Nullable Join join(Body born) {
    Join join = joins[born.id & JOINS - 1];
    return join != null && join.born == born ? join : null;
  }

  void keep(Join join) {
    joins[join.born.id & JOINS - 1] = join;
  }

  void forget() {
    Arrays.fill(next, null);
    Arrays.fill(joins, null);
  }

  /** A thread that has taken its first symbol joins the others. */
  static final class Join {
    final Body born;
    final Config to;

    /** Whether it counts: no older thread is in its state. */
    final boolean news;

    Join(Body born, Config to, boolean news) {
      this.born = born;
      this.to = to;
      this.news = news;
    }
  }
}
