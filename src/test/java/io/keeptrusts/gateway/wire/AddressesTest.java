package io.keeptrusts.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestCertificate;
import io.keeptrusts.gateway.testing.TestTls;
import io.vertx.core.Vertx;
import io.vertx.core.net.SSLOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connection goes to the address that was checked, and keeps the host's name. */
class AddressesTest {
  private static final String HOST = "api.vendor.example";

  @TempDir Path dir;

  private final Vertx vertx = Vertx.vertx();
  private final TestTls tls = new TestTls();
  private final AtomicInteger lookups = new AtomicInteger();
  private FakeUpstream upstream;

  @AfterEach
  void stop() {
    upstream.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** The status of an answer, or why there is none. */
  private String ask(UpstreamClient client, Endpoint to) {
    var told = new CompletableFuture<String>();
    vertx
        .getOrCreateContext()
        .runOnContext(
            nothing ->
                client.post(
                    to,
                    Map.of(),
                    "{}".getBytes(UTF_8),
                    new Call.Listener() {
                      @Override
                      public void head(int status, Call.Headers headers) {
                        told.complete(Integer.toString(status));
                      }

                      @Override
                      public void data(byte[] bytes, int from, int to) {}

                      @Override
                      public void end() {}

                      @Override
                      public void failed(Call.Failure failure) {
                        told.complete(failure.name());
                      }
                    }));
    return told.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join();
  }

  private UpstreamClient client(Lookup lookup) {
    return new Network(
            vertx,
            (host, named) -> {
              lookups.incrementAndGet();
              return lookup.find(host, named);
            },
            tls)
        .client(Duration.ofSeconds(2), 10);
  }

  @Test
  void theAddressThatWasCheckedIsTheOneConnectedTo() {
    upstream = FakeUpstream.start();
    upstream.handle(request -> Reply.json(200, "{}"));
    UpstreamClient client =
        client(
            (host, named) -> {
              // Whoever asks twice is told another address: nobody is there.
              return List.of(
                  InetAddress.ofLiteral(lookups.get() == 1 ? "127.0.0.1" : "127.0.0.99"));
            });
    Endpoint to = new Endpoint(HOST, upstream.port(), false, "/");

    for (int i = 0; i < 5; i++) {
      assertThat(ask(client, to)).isEqualTo("200");
    }

    assertThat(lookups).hasValue(1);
    assertThat(upstream.requests())
        .hasSize(5)
        .allSatisfy(
            request ->
                assertThat(request.headers().get("host")).isEqualTo(HOST + ":" + upstream.port()));
    client.close();
  }

  @Test
  void anAddressWhereNobodyListensIsGivenUpForTheNextOne() {
    upstream = FakeUpstream.start();
    upstream.handle(request -> Reply.json(200, "{}"));
    InetAddress dead = InetAddress.ofLiteral("127.0.0.99");
    InetAddress dead2 = InetAddress.ofLiteral("127.0.0.98");
    InetAddress alive = InetAddress.ofLiteral("127.0.0.1");
    UpstreamClient client = client((host, named) -> List.of(dead, dead2, alive));
    Endpoint to = new Endpoint(HOST, upstream.port(), false, "/");

    assertThat(ask(client, to)).as("two addresses are tried in one call").isEqualTo("CONNECT");
    assertThat(ask(client, to)).as("the next call begins where that one ended").isEqualTo("200");
    assertThat(ask(client, to)).isEqualTo("200");

    assertThat(lookups).hasValue(1);
    assertThat(upstream.requests()).hasSize(2);
    client.close();
  }

  @Test
  void whoMayNotBeConnectedToIsNot() {
    upstream = FakeUpstream.start();
    UpstreamClient client =
        client(
            (host, named) -> {
              if (!named) {
                throw new IOException("no");
              }
              return List.of(InetAddress.ofLiteral("127.0.0.1"));
            });
    upstream.handle(request -> Reply.json(200, "{}"));
    int port = upstream.port();

    assertThat(ask(client, new Endpoint(HOST, port, false, "/", false, null))).isEqualTo("CONNECT");
    assertThat(upstream.requests()).isEmpty();
    assertThat(ask(client, new Endpoint(HOST, port, false, "/", true, null))).isEqualTo("200");
    assertThat(ask(client, new Endpoint(HOST, port, false, "/", false, null)))
        .as("what one may, another may not")
        .isEqualTo("CONNECT");
    client.close();
  }

  @Test
  void aCertificateMustBeForTheHostsName() {
    TestCertificate right = TestCertificate.of(HOST, dir);
    upstream = FakeUpstream.start(right, null);
    upstream.handle(request -> Reply.json(200, "{}"));
    tls.put("right", new SSLOptions().setTrustOptions(right.trust()));
    UpstreamClient client = client((host, named) -> List.of(InetAddress.ofLiteral("127.0.0.1")));
    int port = upstream.port();

    assertThat(ask(client, new Endpoint(HOST, port, true, "/", true, "right"))).isEqualTo("200");
    assertThat(ask(client, new Endpoint("other.example", port, true, "/", true, "right")))
        .as("trusted, but for another name")
        .isEqualTo("CONNECT");
    assertThat(ask(client, new Endpoint(HOST, port, true, "/", true, null)))
        .as("the right name, but not trusted")
        .isEqualTo("CONNECT");
    assertThat(upstream.requests()).hasSize(1);
    client.close();
  }
}
