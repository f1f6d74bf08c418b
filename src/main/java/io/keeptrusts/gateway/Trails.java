package io.keeptrusts.gateway;

import io.keeptrusts.gateway.access.Egress;
import io.keeptrusts.gateway.audit.AuditSettings;
import io.keeptrusts.gateway.audit.AuditTrail;
import io.keeptrusts.gateway.audit.SinkSettings;
import io.keeptrusts.gateway.audit.sink.Shipper;
import io.keeptrusts.gateway.pack.Secret;
import io.keeptrusts.gateway.pack.Secrets;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The trails that packs ask for, and their upkeep off the event loops. Thread-safe. */
@Singleton
public final class Trails {
  private static final Logger LOG = Logger.getLogger(Trails.class);
  private static final Duration FORCE = Duration.ofMillis(200);

  /** As many as Vert.x has where it is not told otherwise. */
  private static final int EVENT_LOOPS = 2 * Runtime.getRuntime().availableProcessors();

  private final GatewayConfig.Audit config;
  private final Egress egress;
  private final Duration flush;
  private final boolean failOpen;
  private final @Nullable Path secretsDir;
  private volatile Map<AuditSettings, AuditTrail> trails = Map.of();
  private volatile List<Shipper> shippers = List.of();
  private volatile @Nullable AuditTrail latest;
  private @Nullable ScheduledExecutorService upkeep;

  public Trails(GatewayConfig config, Egress egress) {
    this.egress = egress;
    this.config = config.audit();
    this.flush = this.config.flush();
    this.failOpen = config.failMode() == GatewayConfig.FailMode.ALLOW;
    this.secretsDir = config.secretsDir().orElse(null);
  }

  /**
   * The trail of a pack that was opened before; null for a pack that keeps none. Does not block.
   */
  @Nullable AuditTrail of(@Nullable AuditSettings settings) {
    return settings == null ? null : trails.get(settings);
  }

  /** Whether a sink lacks so much that nothing new may begin, see {@link Shipper#behind}. */
  boolean behind() {
    for (Shipper shipper : shippers) {
      if (shipper.behind()) {
        return true;
      }
    }
    return false;
  }

  /** The sinks of the pack in force. */
  public List<Shipper> sinks() {
    return shippers;
  }

  /** Whether every trail can be written. */
  public boolean healthy() {
    return trails.values().stream().allMatch(AuditTrail::healthy);
  }

  /**
   * Makes sure that the trail of a pack can be written and starts its sinks; those of the pack
   * before end. Not on an event loop.
   *
   * @throws UncheckedIOException if the directory or the signing key cannot be used
   * @throws IllegalStateException if a sink's secret is missing
   */
  public synchronized void open(@Nullable AuditSettings settings) {
    Map<SinkSettings, String> wanted = new LinkedHashMap<>();
    if (settings != null) {
      settings.sinks().forEach(sink -> wanted.put(sink, secret(sink)));
      latest = trails.containsKey(settings) ? trails.get(settings) : begin(settings);
    }
    List<Shipper> now = new ArrayList<>();
    for (Shipper shipper : shippers) {
      if (wanted.remove(shipper.settings()) != null) {
        now.add(shipper);
      } else {
        shipper.close();
      }
    }
    wanted.forEach((sink, secret) -> now.add(start(sink, secret)));
    shippers = List.copyOf(now);
  }

  private Shipper start(SinkSettings sink, String secret) {
    try {
      return Shipper.start(
          config.dir(), sink, secret, host -> egress.resolve(host, true), failOpen, this::leftOut);
    } catch (IOException e) {
      throw new UncheckedIOException("The sink " + sink.name() + ": " + e.getMessage(), e);
    }
  }

  private AuditTrail begin(AuditSettings settings) {
    AuditTrail trail;
    try {
      trail = AuditTrail.open(config.dir(), settings, options());
    } catch (IOException e) {
      throw new UncheckedIOException("The trail cannot be opened: " + e.getMessage(), e);
    }
    Map<AuditSettings, AuditTrail> more = new HashMap<>(trails);
    more.put(settings, trail);
    trails = Map.copyOf(more);
    if (upkeep == null) {
      ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(Trails::thread);
      var _ =
          thread.scheduleWithFixedDelay(
              each(AuditTrail::force), FORCE.toMillis(), FORCE.toMillis(), TimeUnit.MILLISECONDS);
      var _ =
          thread.scheduleWithFixedDelay(
              each(AuditTrail::prepare), FORCE.toMillis(), FORCE.toMillis(), TimeUnit.MILLISECONDS);
      var _ =
          thread.scheduleWithFixedDelay(
              each(each -> each.retain(Instant.now())), 0, 1, TimeUnit.HOURS);
      upkeep = thread;
    }
    return trail;
  }

  private AuditTrail.Options options() {
    Path key = config.signingKey().orElse(null);
    boolean stored = key != null && secretsDir != null && key.getNameCount() == 1;
    return new AuditTrail.Options(
        config.segment().asLongValue(),
        FORCE,
        InstantSource.system(),
        config.rollEvery(),
        config.checkpointEvery(),
        EVENT_LOOPS,
        stored ? Objects.requireNonNull(secretsDir).resolve(key) : key);
  }

  private String secret(SinkSettings sink) {
    SinkSettings.SecretRef ref = sink.secret();
    Secret found =
        ref == null
            ? new Secret.None()
            : new Secrets(System.getenv(), secretsDir).named(ref.env(), ref.store());
    return switch (found) {
      case Secret.Present(String value) -> value;
      case Secret.None() -> "";
      case Secret.Missing(String what) ->
          throw new IllegalStateException(
              "policy.audit-logger.sinks: " + sink.name() + " needs its secret: " + what);
    };
  }

  private void leftOut(String sink, String series, long from, long count, String why) {
    AuditTrail trail = latest;
    if (trail != null) {
      trail.leftOut(sink, series, from, count, why);
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "gateway-audit");
    thread.setDaemon(true);
    return thread;
  }

  /** Upkeep of every trail. What throws is said, or it would be the last time that it ran. */
  private Runnable each(Consumer<AuditTrail> upkeep) {
    return () ->
        trails
            .values()
            .forEach(
                trail -> {
                  try {
                    upkeep.accept(trail);
                  } catch (RuntimeException | Error e) {
                    LOG.errorf(e, "audit: upkeep failed in %s", config.dir());
                  }
                });
  }

  @PreDestroy
  public void close() {
    if (upkeep != null) {
      upkeep.close(); // waits: an interrupt would close files under the thread's hands
    }
    trails.values().forEach(AuditTrail::close);
    shippers.forEach(shipper -> shipper.close(flush));
  }
}
