package io.keeptrusts.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keeptrusts.gateway.GatewayConfig;
import io.keeptrusts.gateway.testing.RawClient;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may be an operator. */
class TokensTest {
  private static Vertx vertx;
  private static HttpServer server;
  private static volatile Tokens tokens;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .response()
                        .end(tokens.acceptsAdmin(request) + " " + tokens.accepts(request)))
            .listen(0, "0.0.0.0")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  @AfterAll
  static void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static Tokens tokens(Map<String, String> settings) {
    return new Tokens(
        new SmallRyeConfigBuilder()
            .withMapping(GatewayConfig.class)
            .withConverter(Duration.class, 500, new DurationConverter())
            .withConverter(MemorySize.class, 500, new MemorySizeConverter())
            .withDefaultValues(settings)
            .build()
            .getConfigMapping(GatewayConfig.class));
  }

  private static String ask(String host, Map<String, String> headers) {
    try (RawClient client = RawClient.connect("http://" + host + ":" + server.actualPort())) {
      return client.request("GET", "/", headers, new byte[0]).readAll();
    }
  }

  private static String outside() throws SocketException {
    Optional<String> address =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
            .map(InetAddress::getHostAddress)
            .findFirst();
    assumeTrue(address.isPresent(), "this machine has no address but the loopback");
    return address.get();
  }

  @Test
  void withoutATokenOperatorsAreOnThisMachine() throws SocketException {
    tokens = tokens(Map.of());

    assertThat(ask("127.0.0.1", Map.of())).isEqualTo("true true");
    assertThat(ask(outside(), Map.of())).isEqualTo("false true");
    assertThat(ask(outside(), Map.of("x-forwarded-for", "127.0.0.1", "forwarded", "for=127.0.0.1")))
        .isEqualTo("false true");
  }

  @Test
  void withATokenOperatorsHoldIt() throws SocketException {
    tokens = tokens(Map.of("gateway.api-token", "s3cret"));

    assertThat(ask("127.0.0.1", Map.of())).isEqualTo("false false");
    assertThat(ask(outside(), Map.of("authorization", "Bearer s3cret"))).isEqualTo("true true");
  }

  @Test
  void anEmptyTokenIsNone() {
    tokens = tokens(Map.of("gateway.api-token", " "));

    assertThat(ask("127.0.0.1", Map.of("authorization", "Bearer "))).isEqualTo("true true");
  }
}
