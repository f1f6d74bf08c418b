package io.keeptrusts.gateway.policy.match;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The states of all threads of a scan, oldest first: what the common path steps in one array access. The arrays are filled in while
 * texts run; a reader without the lock sees null or an object whose fields are final.
 */
final class Config {
  private static final int MOST_JOINS = 1024;

  final Body[] threads;
  final int epoch;
  final @Nullable Step[] next;

  /** By the identity of the new thread's state, each at one place; grows where two want the same. */
  private @Nullable Join[] joins = new Join[2];

  Config(Body[] threads, int epoch, int classes) {
    this.threads = threads;
    this.epoch = epoch;
    next = new Step[classes];
  }

  @Nullable Join join(Body born) {
    @Nullable Join[] known = joins;
    Join join = known[born.id & known.length - 1];
    return join != null && join.born == born ? join : null;
  }

  /** Under the machine's lock. */
  void keep(Join join) {
    Join other = joins[join.born.id & joins.length - 1];
    while (other != null && other.born != join.born && joins.length < MOST_JOINS) {
      @Nullable Join[] wider = new Join[2 * joins.length];
      for (Join old : joins) {
        if (old != null) {
          wider[old.born.id & wider.length - 1] = old;
        }
      }
      joins = wider;
      other = wider[join.born.id & wider.length - 1];
    }
    joins[join.born.id & joins.length - 1] = join;
  }

  /** Under the machine's lock. */
  void forget() {
    Arrays.fill(next, null);
    joins = new Join[2];
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
