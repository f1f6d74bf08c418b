package io.keeptrusts.gateway.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Jwts;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.security.KeyPair;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens of an OpenID provider at the gateway's door, over real sockets. */
class IdentityProviderTest {
  private static final KeyPair RSA = Jwts.pair("RSA");
  private static final KeyPair NEXT = Jwts.pair("RSA");
  private static final String OWN = "a-token-of-the-gateways-own";
  private static final String ASK =
      """
      {"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]}""";
  private static final String PACK =
      """
      pack: {name: test, version: 1.0.0}
      providers: {targets: [{id: demo, provider: demo}]}
      policies: {chain: [rbac]}
      policy: {rbac: {require_auth: true, roles: {reader: {}}}}
      """;

  private FakeUpstream idp;
  private volatile Reply keys;
  private TestGateway gateway;

  @BeforeEach
  void start() {
    idp = FakeUpstream.start();
    idp.handle(
        request ->
            request.uri().endsWith("/.well-known/openid-configuration")
                ? Reply.json(
                    200,
                    "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}"
                        .formatted(idp.baseUrl(), idp.baseUrl()))
                : keys);
    keys = published("one", RSA);
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    idp.close();
  }

  private static Reply published(String id, KeyPair pair) {
    try {
      PublicJsonWebKey key = PublicJsonWebKey.Factory.newPublicJwk(pair.getPublic());
      key.setKeyId(id);
      String rsa = new JsonWebKeySet(key).toJson(OutputControlLevel.PUBLIC_ONLY);
      // What a provider also publishes, and the gateway has no use for.
      String more = "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"s\",\"k\":\"c2VjcmV0\"},";
      return Reply.json(200, rsa.replace("{\"keys\":[", more));
    } catch (JoseException e) {
      throw new AssertionError(e);
    }
  }

  private void run(Map<String, String> more) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "gateway.oidc.issuer",
                idp.baseUrl(),
                "gateway.oidc.audience",
                "gw",
                "gateway.api-token",
                OWN));
    settings.putAll(more);
    gateway = TestGateway.start(settings, PACK);
  }

  private Jwts token() {
    return new Jwts()
        .claim("iss", idp.baseUrl())
        .claim("aud", "gw")
        .claim("roles", List.of("reader"))
        .keyId("one");
  }

  private static String signed(Jwts token) {
    return token.sign("RS256", RSA.getPrivate());
  }

  private RawClient ask(String bearer, String... more) {
    Map<String, String> headers = new HashMap<>(Map.of("authorization", "Bearer " + bearer));
    for (int i = 0; i < more.length; i += 2) {
      headers.put(more[i], more[i + 1]);
    }
    try (RawClient client = RawClient.connect(gateway.url())) {
      client.post("/v1/chat/completions", headers, ASK).readAll();
      return client;
    }
  }

  private void awaitKeys() {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(ask(signed(token())).status()).isEqualTo(200));
  }

  @Test
  void aTokenOfTheProviderOpensTheDoorAndSaysWhoAsks() {
    run(Map.of());
    awaitKeys();

    RawClient other =
        ask(signed(token().claim("roles", List.of("writer"))), "x-user-role", "reader");

    assertThat(other.status()).as("its roles are those of the token").isEqualTo(409);
    assertThat(other.body()).contains("rbac");
    assertThat(ask(OWN, "x-user-id", "alice").status())
        .as("the gateway's own token opens, too, and gives no role")
        .isEqualTo(409);
  }

  @Test
  void whatTheProviderDidNotSignForTheGatewayIsRefused() {
    run(Map.of());
    awaitKeys();
    byte[] known = RSA.getPublic().getEncoded();

    assertThat(
            List.of(
                signed(token().claim("aud", "others")),
                signed(token().claim("iss", "https://elsewhere.example")),
                signed(token().time("exp", -120)),
                signed(token().without("exp")),
                signed(token().time("nbf", 120)),
                signed(token().without("sub")),
                token().sign("RS256", NEXT.getPrivate()),
                token().sign("none", null),
                token().sign("HS256", new HmacKey(known)),
                token().keyId("s").sign("HS256", new HmacKey("secret".getBytes(UTF_8))),
                signed(token()) + "x",
                "a.b.c"))
        .allSatisfy(
            bearer -> {
              RawClient answer = ask(bearer);
              assertThat(answer.status()).as(answer.body()).isIn(401, 503);
              assertThat(answer.body()).doesNotContain(bearer);
            });
    assertThat(ask(signed(token().time("exp", -10))).status())
        .as("clocks may differ a little")
        .isEqualTo(200);
  }

  @Test
  void aKeyThatIsNotKnownYetIsFetched() {
    run(Map.of("gateway.oidc.refresh", "1h", "gateway.oidc.jwks-url", idp.baseUrl() + "/keys"));
    awaitKeys();
    keys = published("two", NEXT);
    String rotated = token().keyId("two").sign("RS256", NEXT.getPrivate());

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(ask(rotated).status()).isEqualTo(200));

    assertThat(ask(signed(token())).status()).as("the old key is gone").isIn(401, 503);
  }

  @Test
  void namesOfKeysThatDoNotExistDoNotMakeTheProviderBusy() {
    run(Map.of("gateway.oidc.refresh", "1h", "gateway.oidc.jwks-url", idp.baseUrl() + "/keys"));
    awaitKeys();
    for (int i = 0; i < 50; i++) {
      assertThat(ask(token().keyId("k" + i).sign("RS256", RSA.getPrivate())).status())
          .isIn(401, 503);
    }

    assertThat(idp.requests()).hasSizeLessThan(5);
  }

  @Test
  void aProviderThatIsLostLeavesTheLastKeys() {
    run(Map.of("gateway.oidc.refresh", "100ms"));
    awaitKeys();
    for (Reply lost :
        List.of(
            Reply.json(500, "{}"),
            Reply.json(200, "{\"keys\":[]}"),
            Reply.json(200, "no keys"),
            Reply.silent().closeAfter(0))) {
      keys = lost;
      int before = idp.requests().size();
      await().atMost(Duration.ofSeconds(10)).until(() -> idp.requests().size() > before + 4);

      assertThat(ask(signed(token())).status()).isEqualTo(200);
    }
  }

  @Test
  void aProviderThatWasNeverThereOpensNothing() {
    keys = Reply.json(500, "{}");
    run(Map.of());

    RawClient answer = ask(signed(token()));

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("retry-after")).isPresent();
    assertThat(ask("").status()).isEqualTo(401);
  }

  @Test
  void withoutAnIssuerThereIsNoThreadAndNoSocket() {
    gateway = TestGateway.start(PACK);

    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("gateway-oidc"));
    assertThat(idp.requests()).isEmpty();
  }

  @Test
  void settingsThatWouldAcceptTooMuchAreRefused() {
    assertThatThrownBy(() -> TestGateway.start(Map.of("gateway.oidc.issuer", "https://a"), PACK))
        .hasMessageContaining("gateway.oidc.audience");
    assertThatThrownBy(
            () ->
                TestGateway.start(
                    Map.of("gateway.oidc.issuer", "http://a", "gateway.oidc.audience", "gw"), PACK))
        .hasMessageContaining("https");
  }
}
