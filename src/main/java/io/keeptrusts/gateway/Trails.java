package io.keeptrusts.gateway;

import io.keeptrusts.gateway.audit.AuditSettings;
import io.keeptrusts.gateway.audit.AuditTrail;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The trails that packs ask for, and their upkeep off the event loops. Thread-safe. */
@Singleton
public final class Trails {
  private static final Duration FORCE = Duration.ofMillis(200);

  private final GatewayConfig.Audit config;
  private volatile Map<AuditSettings, AuditTrail> trails = Map.of();
  private @Nullable ScheduledExecutorService upkeep;

  public Trails(GatewayConfig config) {
    this.config = config.audit();
  }

  /**
   * The trail of a pack that was opened before; null for a pack that keeps none. Does not block.
   */
  @Nullable AuditTrail of(@Nullable AuditSettings settings) {
    return settings == null ? null : trails.get(settings);
  }

  /**
   * Makes sure that the trail of a pack can be written; not on an event loop.
   *
   * @throws UncheckedIOException if the directory cannot be used
   */
  public synchronized void open(@Nullable AuditSettings settings) {
    if (settings == null || trails.containsKey(settings)) {
      return;
    }
    AuditTrail trail;
    try {
      trail =
          AuditTrail.open(
              config.dir(),
              settings,
              new AuditTrail.Options(
                  config.segment().asLongValue(), FORCE, InstantSource.system()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<AuditSettings, AuditTrail> more = new HashMap<>(trails);
    more.put(settings, trail);
    trails = Map.copyOf(more);
    if (upkeep == null) {
      ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(Trails::thread);
      var _ =
          thread.scheduleWithFixedDelay(
              this::force, FORCE.toMillis(), FORCE.toMillis(), TimeUnit.MILLISECONDS);
      var _ = thread.scheduleWithFixedDelay(this::retain, 0, 1, TimeUnit.HOURS);
      upkeep = thread;
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "gateway-audit");
    thread.setDaemon(true);
    return thread;
  }

  private void force() {
    for (AuditTrail trail : trails.values()) {
      trail.force();
      trail.prepare();
    }
  }

  private void retain() {
    trails.values().forEach(trail -> trail.retain(Instant.now()));
  }

  @PreDestroy
  public void close() {
    if (upkeep != null) {
      upkeep.close(); // waits: an interrupt would close files under the thread's hands
    }
    trails.values().forEach(AuditTrail::close);
  }
}
