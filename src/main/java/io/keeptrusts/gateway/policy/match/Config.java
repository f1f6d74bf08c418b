package io.keeptrusts.gateway.policy.match;

import org.jspecify.annotations.Nullable;

/**
 * The states of all threads of a scan, oldest first: what the common path steps in one array
 * access. The arrays are filled in while texts run; a reader without the lock sees null or an
 * object whose fields are final.
 */
final class Config {
  private static final int MOST_JOINS = 1024;

  final Body[] threads;
  final int epoch;
  private @Nullable Step @Nullable [] next;

  /**
   * By the identity of the new thread's state, each at one place; grows where two want the same.
   */
  private @Nullable Join @Nullable [] joins;

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

  @Nullable Join join(Body born) {
    @Nullable Join[] known = joins;
    Join join = known == null ? null : known[born.id & known.length - 1];
    return join != null && join.born == born ? join : null;
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

  /** Under the machine's lock. Returns how many places it took. */
  int keep(Join join) {
    @Nullable Join[] wide = joins == null ? new Join[2] : joins;
    Join other = wide[join.born.id & wide.length - 1];
    while (other != null && other.born != join.born && wide.length < MOST_JOINS) {
      @Nullable Join[] wider = new Join[2 * wide.length];
      for (Join old : wide) {
        if (old != null) {
          wider[old.born.id & wider.length - 1] = old;
        }
      }
      wide = wider;
      other = wide[join.born.id & wide.length - 1];
    }
    int grown = wide.length - (joins == null ? 0 : joins.length);
    wide[join.born.id & wide.length - 1] = join;
    joins = wide;
    return grown + 8;
  }

  /** Under the machine's lock. */
  void forget() {
    next = null;
    joins = null;
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
