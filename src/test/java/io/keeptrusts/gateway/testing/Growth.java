package io.keeptrusts.gateway.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;

/**
 * How much longer work takes when its input grows: of this thread's processor time, not of clocks.
 */
public final class Growth {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Below this it says nothing. */
  private static final long LEAST_NANOS = 5_000_000;

  private Growth() {}

  /**
   * The time for an input eight times as long, by that for the shorter one: 8 where work is linear,
   * 64 where it is quadratic. The shorter one is tried twice, so that only one pays for warming up.
   */
  public static double ofEightfold(String piece, int shorter, Consumer<String> work) {
    String few = piece.repeat(shorter);
    long first = nanos(() -> work.accept(few));
    long second = nanos(() -> work.accept(few));
    long many = nanos(() -> work.accept(piece.repeat(8 * shorter)));
    return (double) many / Math.max(LEAST_NANOS, Math.min(first, second));
  }

  /** Processor time of this thread. */
  public static long nanos(Runnable work) {
    long start = THREADS.getCurrentThreadCpuTime();
    work.run();
    return THREADS.getCurrentThreadCpuTime() - start;
  }
}
