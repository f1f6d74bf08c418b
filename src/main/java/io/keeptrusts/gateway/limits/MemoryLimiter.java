package io.keeptrusts.gateway.limits;

import io.keeptrusts.gateway.limits.Limiter.Outcome.Granted;
import io.keeptrusts.gateway.limits.Limiter.Outcome.Refused;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Counts in the memory of one process. One lock over all, held for less than a microsecond: so a
 * request that is refused has taken nothing, not even for a moment.
 *
 * <p>Counters that have drained say what no counter says, and only those are forgotten. If there
 * are as many as may be, a caller who is new shares a counter with all others who are new, until
 * some have drained: no number of callers gains anybody a fresh counter.
 */
final class MemoryLimiter implements Limiter {

  /** How many counters are looked at for each that may be added: they die faster than born. */
  private static final int LOOKS = 2;

  /** Counters of those for whom there was no room, by scope. */
  private static final String CROWD = ":crowd";

  private static final class Counter {
    private Limit limit;
    private Used used = Used.NOTHING;
    private long at;

    private Counter(Limit limit, long now) {
      this.limit = limit;
      this.at = now;
    }

    /** The limit may have changed with the pack: what is used stays. */
    private Used used(Limit current, long now) {
      used = used.after(now - at, limit);
      at = now;
      limit = current;
      return used;
    }
  }

  private final LongSupplier nanoTime;
  private final int most;
  private final Map<String, Counter> counters = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param nanoTime never goes back
   * @param most how many counters there may be, besides one per scope for those who are too many;
   *     each takes some 200 bytes
   */
  MemoryLimiter(LongSupplier nanoTime, int most) {
    this.nanoTime = nanoTime;
    this.most = most;
  }

  @Override
  public void reserve(List<Subject> subjects, Consumer<Outcome> then) {
    then.accept(reserve(subjects));
  }

  private synchronized Outcome reserve(List<Subject> subjects) {
    long now = nanoTime.getAsLong();
    forget(LOOKS * subjects.size(), now);
    List<Counter> taken = new ArrayList<>(subjects.size());
    List<Used> used = new ArrayList<>(subjects.size());
    Subject full = null;
    Measure measure = null;
    for (Subject subject : subjects) {
      Counter counter = counter(subject, now);
      Used current = counter.used(subject.limit(), now);
      taken.add(counter);
      used.add(current);
      if (full == null && (measure = current.exceeded(subject.limit())) != null) {
        full = subject;
      }
    }
    if (full != null && measure != null) {
      Used by = used.get(subjects.indexOf(full));
      return new Refused(
          full, measure, by.wait(measure, full.limit()), Standing.of(subjects, used));
    }
    for (int i = 0; i < taken.size(); i++) {
      Counter counter = taken.get(i);
      counter.used = counter.used.entered(counter.limit);
      used.set(i, counter.used);
    }
    return new Granted(new Held(taken), Standing.of(subjects, used));
  }

  private Counter counter(Subject subject, long now) {
    Counter known = counters.get(subject.key());
    if (known != null) {
      return known;
    }
    String key = counters.size() < most ? subject.key() : subject.scope().label() + CROWD;
    return counters.computeIfAbsent(key, name -> new Counter(subject.limit(), now));
  }

  /** Looks at the counters that were not asked for longest. */
  private void forget(int looks, long now) {
    for (int i = 0; i < looks && !counters.isEmpty(); i++) {
      String eldest = counters.keySet().iterator().next();
      Counter counter = counters.get(eldest); // and it is the youngest: the next look is at another
      if (counter != null && counter.used(counter.limit, now).isNothing()) {
        counters.remove(eldest);
      }
    }
  }

  @Override
  public synchronized Status status() {
    return new Status(counters.size(), false, true, 0);
  }

  /** Keeps its counters: one that is at work is never forgotten. */
  private final class Held implements Permit {
    private List<Counter> taken;

    private Held(List<Counter> taken) {
      this.taken = taken;
    }

    @Override
    public void settle(long tokens) {
      synchronized (MemoryLimiter.this) {
        long now = nanoTime.getAsLong();
        for (Counter counter : taken) {
          counter.used = counter.used(counter.limit, now).left(tokens, counter.limit);
        }
        taken = List.of();
      }
    }
  }

  @Override
  public void close() {}
}
