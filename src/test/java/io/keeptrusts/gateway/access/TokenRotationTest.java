package io.keeptrusts.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens change while the gateway runs, and no endpoint forgets to ask for one. */
class TokenRotationTest {
  private static final String OLD = "old-token-0123456789";
  private static final String NEW = "new-token-0123456789";
  private static final String ADMIN = "adm-token-0123456789";
  private static final String PACK =
      """
      pack: {name: test, version: 1.0.0}
      providers: {targets: [{id: demo, provider: demo}]}
      policies: {chain: [pii-detector]}
      """;

  @TempDir Path tokens;

  private TestGateway gateway;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(tokens.resolve("shop"), OLD);
    gateway =
        TestGateway.start(
            Map.of("gateway.tokens-dir", tokens.toString(), "gateway.admin.token", ADMIN), PACK);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private int ask(String method, String path, String token) {
    return answer(method, path, token).status();
  }

  private RawClient answer(String method, String path, String token) {
    try (RawClient client = RawClient.connect(gateway.url())) {
      Map<String, String> headers =
          token.isEmpty() ? Map.of() : Map.of("authorization", "Bearer " + token);
      client.request(method, path, headers, new byte[0]).readAll();
      return client;
    }
  }

  private RawClient reload() {
    return answer("POST", "/keeptrusts/config/reload", ADMIN);
  }

  @Test
  void aReloadBringsTheNewTokenAndTakesTheOldOne() throws IOException {
    assertThat(ask("GET", "/v1/models", OLD)).isEqualTo(200);
    assertThat(ask("GET", "/v1/models", NEW)).isEqualTo(401);
    Files.writeString(tokens.resolve("shop"), NEW);

    assertThat(reload().status()).isEqualTo(200);

    assertThat(ask("GET", "/v1/models", OLD)).isEqualTo(401);
    assertThat(ask("GET", "/v1/models", NEW)).isEqualTo(200);
  }

  @Test
  void aBrokenDirectoryIsSaidAndChangesNothing() throws IOException {
    Files.writeString(tokens.resolve("shop"), "short");

    RawClient answer = reload();

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body()).contains("gateway.tokens-dir: shop:1").doesNotContain("short");
    assertThat(ask("GET", "/v1/models", OLD)).isEqualTo(200);
    assertThat(ask("GET", "/v1/models", "")).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,  /v1/models",
    "GET,  /v1/models/none",
    "GET,  /v1/models/demo",
    "POST, /v1/chat/completions",
    "POST, /v1/responses",
    "POST, /v1/embeddings",
    "GET,  /keeptrusts/config",
    "POST, /keeptrusts/config/reload",
    "GET,  /keeptrusts/providers/metrics"
  })
  void nothingIsSaidBeforeTheTokenIsSeen(String method, String path) {
    assertThat(ask(method, path, "")).isEqualTo(401);
    assertThat(ask(method, path, "wrong-token-0123456789")).isEqualTo(401);
    assertThat(ask(method, path, path.startsWith("/v1/") ? ADMIN : OLD)).isEqualTo(401);
  }
}
