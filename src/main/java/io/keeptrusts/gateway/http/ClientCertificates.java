package io.keeptrusts.gateway.http;

import io.keeptrusts.gateway.GatewayConfig;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Whether clients show certificates: a setting of the process, where Quarkus' own is one of the
 * build. Who is believed says the trust store of {@code quarkus.http.tls-configuration-name}.
 */
@Singleton
final class ClientCertificates implements HttpServerOptionsCustomizer {
  private final ClientAuth wanted;

  /**
   * @throws ConfigurationException if certificates are required and a port without TLS stays open
   */
  ClientCertificates(
      GatewayConfig config,
      @ConfigProperty(name = "quarkus.http.insecure-requests") Optional<String> plain) {
    this.wanted =
        switch (config.http().clientAuth()) {
          case NONE -> ClientAuth.NONE;
          case REQUEST -> ClientAuth.REQUEST;
          case REQUIRED -> ClientAuth.REQUIRED;
        };
    if (wanted == ClientAuth.REQUIRED && "enabled".equalsIgnoreCase(plain.orElse("enabled"))) {
      throw new ConfigurationException(
          "gateway.http.client-auth is required, and the port without TLS is open:"
              + " set quarkus.http.insecure-requests to disabled.");
    }
  }

  @Override
  public void customizeHttpsServer(HttpServerOptions options) {
    options.setClientAuth(wanted);
  }
}
