package io.keeptrusts.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keeptrusts.gateway.GatewayConfig;
import io.keeptrusts.gateway.access.Egress;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.ops.Keyring;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.TestGateway;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may be an operator. */
class TokensTest {
  private static final String SHOP = "shop-0123456789abcdef";

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
                        .end(tokens.acceptsAdmin(request) + " " + isAdmitted(request)))
            .listen(0, "0.0.0.0")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  @AfterAll
  static void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static boolean isAdmitted(HttpServerRequest request) {
    try {
      tokens.admit(request);
      return true;
    } catch (GatewayException e) {
      return false;
    }
  }

  private static Tokens tokens(Map<String, String> settings) {
    GatewayConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(GatewayConfig.class)
            .withConverter(Duration.class, 500, new DurationConverter())
            .withConverter(MemorySize.class, 500, new MemorySizeConverter())
            .withDefaultValues(settings)
            .build()
            .getConfigMapping(GatewayConfig.class);
    Keyring keyring = new Keyring(config, new Egress(List.of()), TestGateway.TLS);
    assertThat(keyring.load()).isEmpty();
    return new Tokens(keyring, config);
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Forwarded",
        "X-Forwarded-For",
        "x-forwarded-host",
        "X-Forwarded-Proto",
        "X-Real-IP",
        "Via"
      })
  void whoeverAsksThroughAProxyIsNotOnThisMachine(String header) {
    tokens = tokens(Map.of());

    assertThat(ask("127.0.0.1", Map.of(header, "127.0.0.1"))).isEqualTo("false true");
  }

  @Test
  void thisMachineCanBeClosedToOperators() {
    tokens = tokens(Map.of("gateway.admin.local", "false"));

    assertThat(ask("127.0.0.1", Map.of())).isEqualTo("false true");
  }

  @Test
  void anOperatorsTokenTakesTheApplicationsTokensRight() {
    tokens = tokens(Map.of("gateway.api-token", "s3cret", "gateway.admin.token", "adm1n"));

    assertThat(ask("127.0.0.1", Map.of("authorization", "Bearer s3cret"))).isEqualTo("false true");
    assertThat(ask("127.0.0.1", Map.of("authorization", "Bearer adm1n"))).isEqualTo("true false");
    assertThat(ask("127.0.0.1", Map.of())).isEqualTo("false false");
  }

  @Test
  void aNamedTokenIsAnApplicationsAndNoOperators(@TempDir Path dir) throws IOException {
    Files.writeString(dir.resolve("shop"), SHOP + "\n");
    Files.writeString(dir.resolve("other"), "another-token-of-some-length");
    Map<String, String> named = Map.of("gateway.tokens-dir", dir.toString());
    Map<String, String> both = new HashMap<>(named);
    both.put("gateway.api-token", "s3cret");

    tokens = tokens(both);
    String withApiToken = ask("127.0.0.1", Map.of("authorization", "Bearer " + SHOP));
    tokens = tokens(named);
    String without = ask(outside(), Map.of("authorization", "Bearer " + SHOP));

    assertThat(List.of(withApiToken, without)).containsOnly("false true");
    assertThat(ask("127.0.0.1", Map.of())).isEqualTo("true false");
  }

  @Test
  void operatorsMayHaveTokensOfTheirOwn(@TempDir Path dir) throws IOException {
    Files.writeString(dir.resolve("alice"), SHOP);
    tokens = tokens(Map.of("gateway.admin.tokens-dir", dir.toString()));

    assertThat(ask("127.0.0.1", Map.of("x-keeptrusts-token", SHOP))).isEqualTo("true true");
    assertThat(ask("127.0.0.1", Map.of())).isEqualTo("false true");
  }

  @Test
  void anEmptyTokenIsNone() {
    tokens = tokens(Map.of("gateway.api-token", " "));

    assertThat(ask("127.0.0.1", Map.of("authorization", "Bearer "))).isEqualTo("true true");
  }
}
