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

/** Loads the pack at the start and whenever its files change. A file that is not right changes nothing and is said. */
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

  /** Looks at the files from now on. */
  void watch() {
    packs.changed();
    var _ = thread.scheduleWithFixedDelay(this::look, everyMillis, everyMillis, TimeUnit.MILLISECONDS);
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
        for (Problem note : pack.notes()) {
          LOG.log(note.severity() == Problem.Severity.INFO ? Logger.Level.DEBUG : Logger.Level.WARN, note);
        }
        if (!pack.enabled()) {
          LOG.warnf("pack=%s enabled=false: NO POLICY RUNS", pack.label());
        }
      }
      case Load.Refused(List<Problem> problems) -> {
        LOG.errorf("reload=refused: the pack in force stays; %d problem(s)", problems.size());
        problems.forEach(problem -> LOG.errorf("%s", problem));
      }
    }
    return load;
  }

  @PreDestroy
  void close() {
    thread.shutdownNow();
  }
}
