package io.keeptrusts.gateway.wire;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads for work that is too long for an event loop: bounded in number, queue and time.
 * Thread-safe.
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

  private final ThreadPoolExecutor threads;
  private final Duration limit;

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

  /** Runs the work and calls {@code then} on the loop, once. */
  public <T> void call(EventLoop loop, Callable<T> work, Consumer<Outcome<T>> then) {
    Pending<T> pending = new Pending<>(then);
    try {
      Future<?> running = threads.submit(() -> run(loop, work, pending));
      pending.timer =
          loop.after(
              limit.toMillis(),
              () -> {
                running.cancel(true);
                pending.complete(new Outcome.Failed<>(new TimeoutException()));
              });
    } catch (RejectedExecutionException e) {
      loop.execute(() -> pending.complete(new Outcome.Failed<>(e)));
    }
  }

  private static <T> void run(EventLoop loop, Callable<T> work, Pending<T> pending) {
    Outcome<T> outcome;
    try {
      outcome = new Outcome.Done<>(work.call());
    } catch (Exception | StackOverflowError e) {
      outcome = new Outcome.Failed<>(e);
    }
    Outcome<T> told = outcome;
    loop.execute(() -> pending.complete(told));
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
