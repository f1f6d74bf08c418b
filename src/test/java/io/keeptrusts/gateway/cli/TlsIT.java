package io.keeptrusts.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keeptrusts.gateway.testing.Ports;
import io.keeptrusts.gateway.testing.TestCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway behind TLS, with certificates on both sides, as a process of its own. */
class TlsIT {
  @TempDir Path directory;

  private final int port = Ports.free();
  private final int tlsPort = Ports.free();

  @BeforeAll
  static void itIsBuilt() {
    assumeTrue(Files.isExecutable(KtProcess.LAUNCHER), "target/kt is not there: package first");
  }

  private KtProcess run(TestCertificate server, TestCertificate client, String more)
      throws IOException {
    Files.writeString(directory.resolve("client.pem"), client.pem());
    Path config = Files.createDirectories(directory.resolve("config"));
    Files.writeString(
        config.resolve("application.yaml"),
        """
        quarkus:
          tls:
            door:
              key-store: {p12: {path: %s, password: %s}}
              trust-store: {pem: {certs: %s}}
              reload-period: 1s
          http:
            tls-configuration-name: door
            ssl-port: %d
        %s
        """
            .formatted(
                server.store(),
                TestCertificate.PASSWORD,
                directory.resolve("client.pem"),
                tlsPort,
                more));
    return KtProcess.start(directory, Map.of(), "gateway", "run", "--listen", "127.0.0.1:" + port);
  }

  private int ask(SSLContext context) throws IOException, InterruptedException {
    try (HttpClient client =
        HttpClient.newBuilder().sslContext(context).version(HttpClient.Version.HTTP_1_1).build()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("https://localhost:" + tlsPort + "/v1/models"))
                  .timeout(Duration.ofSeconds(20))
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  @Test
  void whoShowsNoCertificateDoesNotComeInAndARenewedOneCountsWithoutARestart() throws Exception {
    TestCertificate server = TestCertificate.of("localhost", directory);
    TestCertificate renewed = TestCertificate.of("localhost", directory);
    TestCertificate client = TestCertificate.of("app", directory);
    TestCertificate stranger = TestCertificate.of("app", directory);
    try (KtProcess kt =
        run(
                server,
                client,
                """
                    insecure-requests: disabled
                gateway:
                  http: {client-auth: required}
                """)
            .awaitOutput("Try it:")) {

      assertThat(ask(TestCertificate.context(server, client))).isEqualTo(200);
      assertThatThrownBy(() -> ask(TestCertificate.context(server, null)))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(HttpTimeoutException.class);
      assertThatThrownBy(() -> ask(TestCertificate.context(server, stranger)))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(HttpTimeoutException.class);
      assertThatThrownBy(() -> ask(TestCertificate.context(renewed, client)))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(HttpTimeoutException.class);

      Files.move(renewed.store(), server.store(), StandardCopyOption.REPLACE_EXISTING);
      TestCertificate now = server;
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions()
          .untilAsserted(
              () -> assertThat(ask(TestCertificate.context(now, client))).isEqualTo(200));
      assertThat(kt.output()).contains("curl -N https://").doesNotContain("\tat io.keeptrusts.");
    }
  }

  @Test
  void aCertificateThatIsRequiredLeavesNoPortWithoutTls() throws Exception {
    TestCertificate server = TestCertificate.of("localhost", directory);
    try (KtProcess kt = run(server, server, "gateway:\n  http: {client-auth: required}\n")) {
      assertThat(kt.exitCode()).isEqualTo(1);
      assertThat(kt.errors()).contains("quarkus.http.insecure-requests");
    }
  }
}
