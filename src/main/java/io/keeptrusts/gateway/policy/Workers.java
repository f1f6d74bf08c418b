package io.keeptrusts.gateway.policy;

import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Runs work that is too long for the event loop: a bounded pool with a time limit. */
@FunctionalInterface
public interface Workers {

  /**
   * Calls {@code then} on the caller's event loop, with the result or with the failure: what the work threw, a {@link
   * java.util.concurrent.TimeoutException}, or a {@link java.util.concurrent.RejectedExecutionException} when the pool is full.
   */
  <T> void call(Callable<T> work, BiConsumer<@Nullable T, @Nullable Throwable> then);
}
