package io.keeptrusts.gateway.ops;

import io.keeptrusts.gateway.Gateway;
import io.keeptrusts.gateway.GatewayConfig;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * A polite end: unready and refusing at once, open streams may finish within the grace period, then
 * they are ended with an error event, then the process stops.
 */
@Singleton
@Unremovable // looked up by the command line
public final class Drain {
  private static final Logger LOG = Logger.getLogger(Drain.class);
  private static final Duration LAST_WORDS = Duration.ofMillis(500);

  private final Gateway gateway;
  private final Duration grace;
  private final AtomicBoolean begun = new AtomicBoolean();

  Drain(Gateway gateway, GatewayConfig config) {
    this.gateway = gateway;
    this.grace = config.drain().grace();
  }

  /** Takes SIGTERM and SIGINT over; SIGHUP reloads. */
  void onSignals(Runnable reload) {
    Signals.on("TERM", this::begin);
    Signals.on("INT", this::begin);
    Signals.on("HUP", () -> new Thread(reload, "gateway-reload-now").start());
  }

  private void begin() {
    if (begun.compareAndSet(false, true)) {
      new Thread(this::run, "gateway-drain").start();
    } else {
      Runtime.getRuntime().halt(130); // asked twice: the operator is in a hurry
    }
  }

  private void run() {
    gateway.drain();
    LOG.infof("draining open=%d grace=%s", gateway.openExchanges(), grace);
    awaitEmpty(grace);
    if (gateway.openExchanges() > 0) {
      LOG.warnf("draining open=%d: ending them", gateway.openExchanges());
      gateway.abortOpen();
      awaitEmpty(LAST_WORDS);
    }
    Quarkus.asyncExit(0);
  }

  private void awaitEmpty(Duration most) {
    long deadline = System.nanoTime() + most.toNanos();
    while (gateway.openExchanges() > 0 && System.nanoTime() < deadline) {
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
  }
}
