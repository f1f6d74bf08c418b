package io.keeptrusts.gateway.wire;

import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;

/** The event loop that an exchange lives on. Thread-safe. */
public final class EventLoop {
  private final Vertx vertx;
  private final ContextInternal context;

  private EventLoop(Vertx vertx, ContextInternal context) {
    this.vertx = vertx;
    this.context = context;
  }

  /** The loop of the calling thread. */
  public static EventLoop current(Vertx vertx) {
    return new EventLoop(vertx, (ContextInternal) vertx.getOrCreateContext());
  }

  /** Runs a task now, in its context. To be called on the loop. */
  void run(Runnable task) {
    context.dispatch(task);
  }

  /** Runs a task on the loop, soon. From any thread. */
  public void execute(Runnable task) {
    context.runOnContext(nothing -> task.run());
  }

  /** Runs a task on the loop after a while. To be called on the loop. */
  public Timer after(long millis, Runnable task) {
    long id = vertx.setTimer(Math.max(1, millis), fired -> task.run());
    return () -> vertx.cancelTimer(id);
  }

  /** Runs a task on the loop again and again. To be called on the loop. */
  public Timer every(long millis, Runnable task) {
    long id = vertx.setPeriodic(Math.max(1, millis), fired -> task.run());
    return () -> vertx.cancelTimer(id);
  }

  /** Something that will happen unless it is cancelled. */
  @FunctionalInterface
  public interface Timer {
    void cancel();
  }
}
