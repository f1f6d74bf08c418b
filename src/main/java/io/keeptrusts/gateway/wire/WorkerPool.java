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
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Threads for work that is too long for an event loop: bounded in number, queue and time. Thread-safe. */
public final class WorkerPool implements AutoCloseable {
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

  /**
   * Runs the work and calls {@code then} on the loop, once: with the result, or with what it threw, a {@link
   * TimeoutException}, or a {@link RejectedExecutionException} when the pool is full.
   */
  public <T> void call(EventLoop loop, Callable<T> work, BiConsumer<@Nullable T, @Nullable Throwable> then) {
    Pending<T> pending = new Pending<>(then);
    try {
      Future<?> running =
          threads.submit(
              () -> {
                try {
                  T result = work.call();
                  loop.execute(() -> pending.complete(result, null));
                } catch (Exception | StackOverflowError e) {
                  loop.execute(() -> pending.complete(null, e));
                }
              });
      pending.timer =
          loop.after(
              limit.toMillis(),
              () -> {
                running.cancel(true);
                pending.complete(null, new TimeoutException());
              });
    } catch (RejectedExecutionException e) {
      loop.execute(() -> pending.complete(null, e));
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** Lives on the loop alone. */
  private static final class Pending<T> {
    private final BiConsumer<@Nullable T, @Nullable Throwable> then;
    private EventLoop.@Nullable Timer timer;
    private boolean done;

    Pending(BiConsumer<@Nullable T, @Nullable Throwable> then) {
      this.then = then;
    }

    void complete(@Nullable T result, @Nullable Throwable failure) {
      if (!done) {
        done = true;
        if (timer != null) {
          timer.cancel();
        }
        then.accept(result, failure);
      }
    }
  }
}
