package io.keeptrusts.gateway.wire;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads for work that is too long for an event loop: bounded in number, queue and time. Work that
 * exceeds its time is interrupted; what does not heed that keeps its thread, and where all threads
 * are kept so, new work is rejected at once instead of waiting for them. Thread-safe.
 */
public final class WorkerPool implements AutoCloseable {

  /** What came of a piece of work. */
  public sealed interface Outcome<T> {
    record Done<T>(T result) implements Outcome<T> {}

    /**
     * @param cause what the work threw, a {@link TimeoutException}, or a {@link
     *     RejectedExecutionException} when the pool was full
     */
    record Failed<T>(Throwable cause) implements Outcome<T> {}
  }

  private enum Stage {
    WAITING,
    RUNNING,
    OVERDUE,
    OVER
  }

  private final ThreadPoolExecutor threads;
  private final Duration limit;
  private final AtomicInteger overdue = new AtomicInteger();

  public WorkerPool(int size, int queue, Duration limit) {
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            size,
            size,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(queue),
            task -> {
              Thread thread = new Thread(task, "gateway-worker-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    this.limit = limit;
  }

  /** Threads that are at work whose time is over. */
  public int overdue() {
    return overdue.get();
  }

  /** Work that waits for a thread. */
  public int waiting() {
    return threads.getQueue().size();
  }

  /** Runs the work and calls {@code then} on the loop, once. */
  public <T> void call(EventLoop loop, Callable<T> work, Consumer<Outcome<T>> then) {
    Pending<T> pending = new Pending<>(then);
    AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
    try {
      if (overdue.get() >= threads.getMaximumPoolSize()) {
        throw new RejectedExecutionException("all workers are overdue");
      }
      FutureTask<?> task = new FutureTask<>(() -> run(loop, work, pending, stage), null);
      threads.execute(task);
      pending.timer = loop.after(limit.toMillis(), () -> giveUp(task, pending, stage));
    } catch (RejectedExecutionException e) {
      loop.execute(() -> pending.complete(new Outcome.Failed<>(e)));
    }
  }

  private <T> void run(
      EventLoop loop, Callable<T> work, Pending<T> pending, AtomicReference<Stage> stage) {
    stage.set(Stage.RUNNING);
    Outcome<T> outcome;
    try {
      outcome = new Outcome.Done<>(work.call());
    } catch (Exception | StackOverflowError e) {
      outcome = new Outcome.Failed<>(e);
    } finally {
      if (stage.getAndSet(Stage.OVER) == Stage.OVERDUE) {
        overdue.decrementAndGet();
      }
    }
    Outcome<T> told = outcome;
    loop.execute(() -> pending.complete(told));
  }

  private void giveUp(FutureTask<?> task, Pending<?> pending, AtomicReference<Stage> stage) {
    if (!threads.remove(task) && stage.compareAndSet(Stage.RUNNING, Stage.OVERDUE)) {
      overdue.incrementAndGet();
    }
    task.cancel(true);
    pending.complete(new Outcome.Failed<>(new TimeoutException()));
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** Lives on the loop alone. */
  private static final class Pending<T> {
    private final Consumer<Outcome<T>> then;
    private EventLoop.@Nullable Timer timer;
    private boolean done;

    Pending(Consumer<Outcome<T>> then) {
      this.then = then;
    }

    void complete(Outcome<T> outcome) {
      if (!done) {
        done = true;
        if (timer != null) {
          timer.cancel();
        }
        then.accept(outcome);
      }
    }
  }
}
