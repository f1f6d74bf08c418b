package io.keeptrusts.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Jwts;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.nio.file.Files;
import java.security.KeyPair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who asks, over real sockets. */
class IdentityWalkTest {
  private static final KeyPair RSA = Jwts.pair("RSA");
  private static final String ASK =
      """
      {"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]}""";
  private static final String ANSWER =
      """
      {"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}""";

  private FakeUpstream upstream;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start().handle(request -> Reply.json(200, ANSWER));
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private TestGateway gateway(String token, String rbac) {
    Map<String, String> settings = token.isEmpty() ? Map.of() : Map.of("gateway.api-token", token);
    return TestGateway.start(
        settings,
        TestGateway.pack(
            upstream.baseUrl(),
            "rbac, audit-logger",
            "rbac: " + rbac + "\naudit-logger: {hipaa_audit_controls: true}"));
  }

  private static String withKey(String more) {
    return "{require_auth: true, jwt: {issuer: idp, audience: [gw], leeway_seconds: 5, keys: [{public_key_file: \""
        + Jwts.file(Jwts.pem(RSA.getPublic()))
        + "\"}]}"
        + more
        + "}";
  }

  private static Jwts token() {
    return new Jwts().claim("iss", "idp").claim("aud", "gw").claim("roles", List.of("reader"));
  }

  private static String signed(Jwts token) {
    return token.sign("RS256", RSA.getPrivate());
  }

  private RawClient ask(TestGateway gateway, Map<String, String> headers) {
    RawClient client = RawClient.connect(gateway.url());
    client.post("/v1/chat/completions", headers, ASK).readAll();
    return client;
  }

  @Test
  void aTokenThatIsProvenIsServed() {
    try (TestGateway gateway = gateway("", withKey(""));
        RawClient client = ask(gateway, Jwts.bearer(signed(token())))) {
      assertThat(client.status()).as(client.body()).isEqualTo(200);
    }
  }

  static Stream<Map.Entry<String, String>> forgeries() {
    String good = signed(token());
    String[] parts = good.split("\\.");
    KeyPair other = Jwts.pair("RSA");
    byte[] publicKey = Jwts.pem(RSA.getPublic()).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return Stream.of(
        Map.entry(signed(token().time("exp", -60)), "it has expired"),
        Map.entry(signed(token().time("nbf", 60)), "it is not valid yet"),
        Map.entry(signed(token().claim("iss", "evil")), "it is of another issuer"),
        Map.entry(signed(token().claim("aud", "other")), "it is for another audience"),
        Map.entry(token().sign("none", null), "no key of this gateway fits it"),
        Map.entry(
            token().sign("HS256", new org.jose4j.keys.HmacKey(publicKey)),
            "no key of this gateway fits it"),
        Map.entry(token().sign("PS256", RSA.getPrivate()), "no key of this gateway fits it"),
        Map.entry(token().sign("RS256", other.getPrivate()), "its signature does not verify"),
        Map.entry(
            parts[0] + "." + signed(token().claim("sub", "root")).split("\\.")[1] + "." + parts[2],
            "its signature does not verify"));
  }

  @ParameterizedTest
  @MethodSource("forgeries")
  void aTokenThatIsNotIsA401(Map.Entry<String, String> forgery) {
    try (TestGateway gateway = gateway("", withKey(""));
        RawClient client = ask(gateway, Jwts.bearer(forgery.getKey()))) {
      assertThat(client.status()).isEqualTo(401);
      assertThat(client.header("www-authenticate")).contains("Bearer");
      assertThat(client.body())
          .contains("\"type\":\"authentication_error\"")
          .contains("\"code\":\"invalid_token\"")
          .contains("\"policy\":\"rbac\"")
          .contains(forgery.getValue())
          .doesNotContain(forgery.getKey().substring(0, 20));
      assertThat(upstream.requests()).isEmpty();
    }
  }

  @Test
  void noTokenIsA401() {
    try (TestGateway gateway = gateway("", withKey(""));
        RawClient client = ask(gateway, Map.of("X-User-ID", "root"))) {
      assertThat(client.status()).isEqualTo(401);
      assertThat(client.body()).contains("Authorization: Bearer <token>");
    }
  }

  @Test
  void aMissingHeaderIsA409() {
    try (TestGateway gateway = gateway("", "{}");
        RawClient client = ask(gateway, Map.of())) {
      assertThat(client.status()).isEqualTo(409);
      assertThat(client.header("x-should-retry")).contains("false");
      assertThat(client.body())
          .contains("\"code\":\"input_blocked\"")
          .contains("\"policy\":\"rbac\"")
          .contains("X-User-ID");
    }
  }

  @Test
  void rolesOfStrangersAreIgnoredAndThoseOfTokensCount() {
    String rbac = withKey(", roles: {admin: {allowed_models: [\"*\"]}}");
    Map<String, String> spoofed = new HashMap<>(Jwts.bearer(signed(token())));
    spoofed.put("X-User-Role", "admin");
    spoofed.put("X-User-Roles", "admin");
    try (TestGateway gateway = gateway("", rbac);
        RawClient refused = ask(gateway, spoofed);
        RawClient served =
            ask(gateway, Jwts.bearer(signed(token().claim("roles", List.of("admin")))))) {
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.body()).contains("one of the roles admin");
      assertThat(served.status()).isEqualTo(200);
    }
  }

  @Test
  void aTrustedPeerMaySayWhoAsks() {
    String rbac = "{trusted_peers: [127.0.0.0/8], roles: {admin: {allowed_models: [\"*\"]}}}";
    Map<String, String> headers = Map.of("X-User-ID", "bob", "X-User-Role", "admin");
    try (TestGateway trusting = gateway("", rbac);
        TestGateway other = gateway("", rbac.replace("127.0.0.0/8", "10.0.0.0/8"));
        RawClient served = ask(trusting, headers);
        RawClient refused = ask(other, headers)) {
      assertThat(served.status()).isEqualTo(200);
      assertThat(refused.status()).isEqualTo(409);
    }
  }

  @Test
  void theGatewaysTokenIsAProofAndLeavesTheBearerTokenToTheUser() throws Exception {
    String rbac = withKey("");
    Map<String, String> both = new HashMap<>(Jwts.bearer(signed(token())));
    both.put("X-Keeptrusts-Token", "house-token");
    Map<String, String> wrong = new HashMap<>(both);
    wrong.put("X-Keeptrusts-Token", "guess");
    try (TestGateway gateway = gateway("house-token", rbac);
        RawClient own = ask(gateway, Jwts.bearer("house-token"));
        RawClient users = ask(gateway, both);
        RawClient refused = ask(gateway, wrong);
        RawClient userOnly = ask(gateway, Jwts.bearer(signed(token())))) {
      assertThat(own.status()).as(own.body()).isEqualTo(200);
      assertThat(users.status()).as(users.body()).isEqualTo(200);
      assertThat(refused.status()).isEqualTo(401);
      assertThat(userOnly.status()).isEqualTo(401);
      assertThat(trail(gateway)).contains("\"gateway-token\"").contains("\"alice\"");
    }
  }

  @Test
  void theTrailNamesWhomTheTokenNames() throws Exception {
    Map<String, String> spoofed = new HashMap<>(Jwts.bearer(signed(token())));
    spoofed.put("X-User-ID", "root");
    try (TestGateway gateway = gateway("", withKey(""));
        RawClient client = ask(gateway, spoofed)) {
      assertThat(client.status()).isEqualTo(200);
      assertThat(trail(gateway)).contains("\"alice\"").doesNotContain("root");
    }
  }

  private static String trail(TestGateway gateway) throws java.io.IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<java.nio.file.Path> files = Files.walk(gateway.auditDir())) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }

  @Test
  void aSecretIsNamedByReference() {
    String rbac = "{require_auth: true, jwt: {keys: [{secret_key_ref: {env: %s}}]}}";
    Map<String, String> headers = Jwts.bearer(new Jwts().hs256(TestGateway.SECRET));
    try (TestGateway gateway = gateway("", rbac.formatted("TEST_SECRET"));
        TestGateway without = gateway("", rbac.formatted("NOT_SET"));
        RawClient served = ask(gateway, headers);
        RawClient refused = ask(without, headers)) {
      assertThat(served.status()).as(served.body()).isEqualTo(200);
      assertThat(refused.status()).isEqualTo(401);
    }
  }

  @Test
  void aLongRequestIsCheckedBesideTheEventLoopWithTheSameCaller() {
    String rbac = withKey(", roles: {reader: {denied_tools: [drop]}}");
    String text = "word ".repeat(4000);
    try (TestGateway gateway = gateway("", rbac);
        RawClient client = RawClient.connect(gateway.url())) {
      upstream.reply(
          Reply.json(
              200,
              ANSWER.replace(
                  "\"content\":\"Hi\"",
                  "\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"read\",\"arguments\":\"{}\"}}]")));

      client
          .post("/v1/chat/completions", Jwts.bearer(signed(token())), ASK.replace("Hello", text))
          .readAll();

      assertThat(client.status()).as(client.body()).isEqualTo(200);
      assertThat(client.body()).contains("call_1");
    }
  }
}
