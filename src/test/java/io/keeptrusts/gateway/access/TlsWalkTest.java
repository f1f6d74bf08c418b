package io.keeptrusts.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestCertificate;
import io.keeptrusts.gateway.testing.TestGateway;
import io.vertx.core.net.SSLOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Providers with certificates of a company's own, and providers that ask for one. */
class TlsWalkTest {
  private static final String ANSWER =
      """
      {"id":"c1","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,
      "message":{"role":"assistant","content":"Fine."},"finish_reason":"stop"}]}""";
  private static final String ASK =
      """
      {"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]}""";

  @TempDir static Path dir;
  private static TestCertificate provider;
  private static TestCertificate gatewaysOwn;

  @BeforeAll
  static void certificates() {
    provider = TestCertificate.of("localhost", dir);
    gatewaysOwn = TestCertificate.of("gateway", dir);
  }

  private static int ask(TestGateway gateway) {
    try (RawClient client = RawClient.connect(gateway.url())) {
      client.post("/v1/chat/completions", ASK).readAll();
      return client.status();
    }
  }

  private static String pack(FakeUpstream upstream, String tls) {
    return TestGateway.pack("https://localhost:" + upstream.port(), "", "")
        .replace("provider: openai", "provider: openai" + tls);
  }

  @Test
  void aCompanysOwnAuthorityIsTrustedWhereATargetNamesIt() {
    TestGateway.TLS.put("house-ca", new SSLOptions().setTrustOptions(provider.trust()));
    try (FakeUpstream upstream = FakeUpstream.start(provider, null);
        TestGateway gateway = TestGateway.start(pack(upstream, ", tls: house-ca"))) {
      upstream.handle(request -> Reply.json(200, ANSWER));

      assertThat(ask(gateway)).isEqualTo(200);
      gateway.repack(pack(upstream, ""));
      assertThat(ask(gateway)).as("without it the platform's trust decides").isEqualTo(502);
      assertThat(upstream.requests()).hasSize(1);
    }
  }

  @Test
  void aProviderThatAsksForACertificateGetsTheTargets() {
    TestGateway.TLS.put("anonymous", new SSLOptions().setTrustOptions(provider.trust()));
    TestGateway.TLS.put(
        "mutual",
        new SSLOptions().setTrustOptions(provider.trust()).setKeyCertOptions(gatewaysOwn.keys()));
    try (FakeUpstream upstream = FakeUpstream.start(provider, gatewaysOwn);
        TestGateway gateway = TestGateway.start(pack(upstream, ", tls: mutual"))) {
      upstream.handle(request -> Reply.json(200, ANSWER));

      assertThat(ask(gateway)).isEqualTo(200);
      gateway.repack(pack(upstream, ", tls: anonymous"));
      assertThat(ask(gateway)).isEqualTo(502);
      assertThat(upstream.requests()).hasSize(1);
    }
  }

  @Test
  void aCertificateThatIsRenewedCountsForTheNextConnection() {
    TestGateway.TLS.put("renewed", new SSLOptions().setTrustOptions(gatewaysOwn.trust()));
    try (FakeUpstream upstream = FakeUpstream.start(provider, null);
        TestGateway gateway = TestGateway.start(pack(upstream, ", tls: renewed"))) {
      upstream.handle(request -> Reply.json(200, ANSWER));
      assertThat(ask(gateway)).isEqualTo(502);

      TestGateway.TLS.put("renewed", new SSLOptions().setTrustOptions(provider.trust()));

      assertThat(ask(gateway)).isEqualTo(200);
    }
  }
}
