package io.keeptrusts.gateway.ops;

import io.keeptrusts.gateway.GatewayConfig;
import io.keeptrusts.gateway.Trails;
import io.keeptrusts.gateway.access.Egress;
import io.keeptrusts.gateway.pack.Pack;
import io.keeptrusts.gateway.pack.PackStore;
import io.keeptrusts.gateway.pack.PackStore.Load;
import io.keeptrusts.gateway.pack.Secrets;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.provider.Target;
import io.keeptrusts.gateway.wire.Network;
import io.quarkus.arc.All;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** Puts the parts together and loads the first pack. */
@Singleton
final class Startup {

  /** The kinds are CDI beans, gathered once. */
  @Produces
  @Singleton
  Network network(Vertx vertx, Egress egress, NamedTls tls) {
    return new Network(vertx, egress::resolve, tls);
  }

  @Produces
  @Singleton
  Egress egress(GatewayConfig config) {
    return new Egress(config.egress().allow().orElse(List.of()));
  }

  @Produces
  @Singleton
  PackStore packs(
      GatewayConfig config, @All List<PolicyKind<?>> kinds, Trails trails, NamedTls tls) {
    Secrets secrets = new Secrets(System.getenv(), config.secretsDir().orElse(null));
    return new PackStore(
        config.policyConfig().orElse(List.of()),
        kinds,
        secrets,
        config.failMode() == GatewayConfig.FailMode.ALLOW,
        pack -> {
          requireTls(pack, tls);
          trails.open(pack.chain().audit());
        });
  }

  /** A target whose certificates are missing would only fail when it is asked. */
  private static void requireTls(Pack pack, NamedTls tls) {
    for (Target target : pack.routes().targets()) {
      String name = target.base().trust();
      if (name != null) {
        try {
          tls.configuration(name);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "target `" + target.id() + "`: tls: " + e.getMessage(), e);
        }
      }
    }
  }

  /**
   * A gateway without a pack would only refuse: it does not start. Signals are its own from the
   * first moment, or a SIGHUP that comes early would end the process.
   */
  void start(@Observes StartupEvent event, Reloader reloader, Drain drain) {
    if (LaunchMode.current() != LaunchMode.TEST) { // the process of a test is not the gateway's
      drain.onSignals(reloader::reload);
    }
    Reloader.Reload first = reloader.watch();
    // Printed as they are, without a stack trace.
    if (!first.tokens().isEmpty()) {
      throw new ConfigurationException(
          "The gateway does not start: its tokens are refused, see above.");
    }
    if (first.pack() instanceof Load.Refused) {
      throw new ConfigurationException(
          "The gateway does not start: its pack is refused, see above.");
    }
  }
}
