package io.keeptrusts.gateway.ops;

import io.keeptrusts.gateway.GatewayConfig;
import io.keeptrusts.gateway.pack.PackStore;
import io.keeptrusts.gateway.pack.PackStore.Load;
import io.keeptrusts.gateway.pack.Problem;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Loads pack and tokens at the start and whenever their files change. A file that is not right
 * changes nothing and is said.
 */
@Singleton
public final class Reloader {
  private static final Logger LOG = Logger.getLogger(Reloader.class);

  /**
   * What came of loading everything.
   *
   * @param tokens why a directory of tokens is refused; empty if all is well
   */
  public record Reload(Load pack, List<String> tokens) {}

  private final PackStore packs;
  private final Keyring keyring;
  private final long everyMillis;
  private final int maxConcurrency;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread daemon = new Thread(task, "gateway-reload");
            daemon.setDaemon(true);
            return daemon;
          });

  public Reloader(PackStore packs, Keyring keyring, GatewayConfig config) {
    this.packs = packs;
    this.keyring = keyring;
    this.everyMillis = config.reloadEvery().toMillis();
    this.maxConcurrency = config.maxConcurrency();
  }

  /** Loads the files for the first time, and looks at them from now on. */
  Reload watch() {
    packs.changed(); // before reading, so that a change in between is seen
    keyring.changed();
    keyring.start();
    Reload first = reload();
    var _ =
        thread.scheduleWithFixedDelay(this::look, everyMillis, everyMillis, TimeUnit.MILLISECONDS);
    return first;
  }

  private void look() {
    try {
      if (keyring.changed()) {
        loadTokens();
      }
      if (packs.changed()) {
        loadPack();
      }
    } catch (RuntimeException | Error e) { // whatever it is: the next look must come
      LOG.errorf(e, "reload=failed");
    }
  }

  /** Loads the files now. Blocks. */
  public Reload reload() {
    List<String> tokens = loadTokens();
    return new Reload(loadPack(), tokens);
  }

  private List<String> loadTokens() {
    List<String> problems = keyring.load();
    problems.forEach(problem -> LOG.errorf("tokens=refused %s: those in force stay", problem));
    return problems;
  }

  private Load loadPack() {
    Load load = packs.load();
    switch (load) {
      case Load.Loaded(var pack) -> {
        LOG.infof("pack=%s policies=%s", pack.label(), pack.chain().kinds());
        pack.notes().forEach(Reloader::log);
        if (pack.limits().mostParallel() > maxConcurrency) {
          LOG.warnf(
              "rate_limits: max_parallel_requests above gateway.max-concurrency=%d has no effect",
              maxConcurrency);
        }
        if (!pack.enabled()) {
          LOG.warnf("pack=%s enabled=false: NO POLICY RUNS", pack.label());
        }
      }
      case Load.Refused(List<Problem> problems) -> {
        long errors = problems.stream().filter(Problem::isError).count();
        LOG.errorf(
            "pack=refused errors=%d%s",
            errors, packs.isLoaded() ? ": the pack in force stays" : "");
        problems.forEach(Reloader::log);
      }
    }
    return load;
  }

  private static void log(Problem problem) {
    Logger.Level level =
        switch (problem.severity()) {
          case ERROR -> Logger.Level.ERROR;
          case WARNING -> Logger.Level.WARN;
          case INFO -> Logger.Level.DEBUG;
        };
    LOG.log(level, problem);
  }

  @PreDestroy
  void close() {
    thread.shutdownNow();
  }
}
