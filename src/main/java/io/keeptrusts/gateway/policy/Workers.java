package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.wire.WorkerPool.Outcome;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** Runs work that is too long for the event loop: a bounded pool with a time limit. */
public interface Workers {

  /** Calls {@code then} on the event loop of the exchange, once. */
  <T> void call(Callable<T> work, Consumer<Outcome<T>> then);
}
