package io.keeptrusts.gateway.policy.match;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The states of all threads of a scan, oldest first: what the common path steps in one array
 * access. The arrays are filled in while texts run; a reader without the lock sees null or an
 * object whose fields are final.
 */
final class Config {
  final Body[] threads;
  final int epoch;
  private @Nullable Step @Nullable [] next;

  /** By the state of the new thread. */
  final Places<Join> joins = new Places<>();

  /** By the state of the left contexts. */
  final Places<Spot> spots = new Places<>();

  /**
   * Most configurations of a strange text are met once; only those met again are worth their
   * arrays.
   */
  private boolean met;

  Config(Body[] threads, int epoch) {
    this.threads = threads;
    this.epoch = epoch;
  }

  @Nullable Step next(int symbol) {
    @Nullable Step[] known = next;
    return known == null ? null : known[symbol];
  }

  /** Whether it is worth its arrays. */
  boolean isKept() {
    return next != null;
  }

  /** Under the machine's lock. Returns how many places it took. */
  int keep(int symbol, Step step, int classes) {
    int grown = 0;
    if (next == null) {
      if (!met) {
        met = true;
        return 0;
      }
      next = new Step[classes];
      grown = classes;
    }
    next[symbol] = step;
    return grown + step.from.length + 16;
  }

  /** Under the machine's lock. */
  void forget() {
    next = null;
    joins.clear(join -> {});
    spots.clear(spot -> Arrays.fill(spot.next, null));
  }

  /** A thread that has taken its first symbol joins the others. */
  static final class Join extends Places.Entry {
    final Config to;

    /** Whether it counts: no older thread is in its state. */
    final boolean news;

    Join(Body born, Config to, boolean news) {
      super(born.id);
      this.to = to;
      this.news = news;
    }
  }
}
