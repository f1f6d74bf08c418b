package io.keeptrusts.gateway.ops;

import io.keeptrusts.gateway.GatewayConfig;
import io.keeptrusts.gateway.Trails;
import io.keeptrusts.gateway.pack.PackStore;
import io.keeptrusts.gateway.pack.PackStore.Load;
import io.keeptrusts.gateway.pack.Secrets;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the parts together and loads the first pack. */
@Singleton
final class Startup {

  /** The kinds are CDI beans, gathered once. */
  @Produces
  @Singleton
  PackStore packs(GatewayConfig config, @All List<PolicyKind<?>> kinds, Trails trails) {
    Secrets secrets = new Secrets(System.getenv(), config.secretsDir().orElse(null));
    return new PackStore(
        config.policyConfig().orElse(List.of()),
        kinds,
        secrets,
        config.failMode() == GatewayConfig.FailMode.ALLOW,
        pack -> trails.open(pack.chain().audit()));
  }

  /** A gateway without a pack would only refuse: it does not start. */
  void start(
      @Observes StartupEvent event,
      Reloader reloader,
      @ConfigProperty(name = "gateway.serve", defaultValue = "true") boolean serve) {
    if (!serve) {
      return;
    }
    if (reloader.reload() instanceof Load.Refused) {
      throw new IllegalStateException("The pack is refused: see the log, or run kt policy lint --file F.");
    }
    reloader.watch();
  }
}
