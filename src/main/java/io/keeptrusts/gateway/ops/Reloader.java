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
 * Loads the pack at the start and whenever its files change. A file that is not right changes
 * nothing and is said.
 */
@Singleton
public final class Reloader {
  private static final Logger LOG = Logger.getLogger(Reloader.class);

  private final PackStore packs;
  private final long everyMillis;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread daemon = new Thread(task, "gateway-reload");
            daemon.setDaemon(true);
            return daemon;
          });

  public Reloader(PackStore packs, GatewayConfig config) {
    this.packs = packs;
    this.everyMillis = config.reloadEvery().toMillis();
  }

  /** Loads the files for the first time, and looks at them from now on. */
  Load watch() {
    packs.changed(); // before reading, so that a change in between is seen
    Load first = reload();
    var _ =
        thread.scheduleWithFixedDelay(this::look, everyMillis, everyMillis, TimeUnit.MILLISECONDS);
    return first;
  }

  private void look() {
    try {
      if (packs.changed()) {
        reload();
      }
    } catch (RuntimeException e) {
      LOG.errorf(e, "reload=failed");
    }
  }

  /** Loads the files now. Blocks. */
  public Load reload() {
    Load load = packs.load();
    switch (load) {
      case Load.Loaded(var pack) -> {
        LOG.infof("pack=%s policies=%s", pack.label(), pack.chain().kinds());
        pack.notes().forEach(Reloader::log);
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
