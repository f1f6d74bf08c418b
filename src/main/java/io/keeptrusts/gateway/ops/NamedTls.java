package io.keeptrusts.gateway.ops;

import io.keeptrusts.gateway.wire.TlsMaterial;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.net.SSLOptions;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** Quarkus' TLS registry: {@code quarkus.tls.<name>.*}. Thread-safe. */
@Singleton
public final class NamedTls implements TlsMaterial {
  private final TlsConfigurationRegistry registry;
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

  public NamedTls(TlsConfigurationRegistry registry) {
    this.registry = registry;
  }

  @Override
  public SSLOptions named(String name) {
    return configuration(name).getSSLOptions();
  }

  /**
   * What goes by this name.
   *
   * @throws IllegalArgumentException as {@link #named}
   */
  TlsConfiguration configuration(String name) {
    TlsConfiguration found =
        registry
            .get(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "there is no TLS configuration `%s` (quarkus.tls.%s.*)"
                            .formatted(name, name)));
    if (found.isTrustAll()) {
      throw new IllegalArgumentException(
          "the TLS configuration `%s` trusts everybody (quarkus.tls.%s.trust-all): name a trust store"
              .formatted(name, name));
    }
    return found;
  }

  @Override
  public SSLContext context(String name) {
    try {
      return configuration(name).createSSLContext();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) { // as the registry declares it
      throw new IllegalArgumentException(
          "the TLS configuration `%s` cannot be used: %s"
              .formatted(name, e.getClass().getSimpleName()),
          e);
    }
  }

  @Override
  public void onChange(Consumer<String> changed) {
    listeners.add(changed);
  }

  void updated(@Observes CertificateUpdatedEvent event) {
    listeners.forEach(listener -> listener.accept(event.name()));
  }
}
