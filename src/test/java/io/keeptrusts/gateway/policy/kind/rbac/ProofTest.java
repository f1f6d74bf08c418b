package io.keeptrusts.gateway.policy.kind.rbac;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keeptrusts.gateway.access.Proof;
import io.keeptrusts.gateway.policy.SecretRef;
import io.keeptrusts.gateway.policy.kind.rbac.Rbac.Jwt;
import io.keeptrusts.gateway.policy.kind.rbac.Rbac.KeyRef;
import io.keeptrusts.gateway.testing.Jwts;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.keys.HmacKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tokens prove something. */
class ProofTest {
  private static final String SECRET = "a secret that has thirty-two bytes";
  private static final KeyPair RSA = Jwts.pair("RSA");

  private static KeyRef secret(@Nullable String id, @Nullable String value) {
    return new KeyRef(new SecretRef("S", value), null, null, id);
  }

  private static KeyRef pem(@Nullable String id, KeyPair pair) {
    return new KeyRef(null, Jwts.file(Jwts.pem(pair.getPublic())).toString(), null, id);
  }

  private static Jwt jwt(KeyRef... keys) {
    return new Jwt(List.of(keys), null, null, null, null, null);
  }

  private static Proof proof(Jwt jwt) {
    return jwt.proof();
  }

  private static String refusal(Jwt jwt, String token) {
    Proof.Result result = proof(jwt).verify(token);
    assertThat(result).isInstanceOf(Proof.Result.Refused.class);
    return ((Proof.Result.Refused) result).why();
  }

  private static Proof.Subject subject(Jwt jwt, String token) {
    Proof.Result result = proof(jwt).verify(token);
    assertThat(result).isInstanceOf(Proof.Result.Proven.class);
    return ((Proof.Result.Proven) result).subject();
  }

  @ParameterizedTest
  @CsvSource({
    "RSA, RS256",
    "secp256r1, ES256",
    "secp384r1, ES384",
    "secp521r1, ES512",
    "Ed25519, EdDSA"
  })
  void aPublicKeyVerifiesByTheAlgorithmOfItsType(String type, String algorithm) {
    KeyPair pair = Jwts.pair(type);

    assertThat(subject(jwt(pem(null, pair)), new Jwts().sign(algorithm, pair.getPrivate())).user())
        .isEqualTo("alice");
  }

  @Test
  void aSecretVerifiesHs256Only() {
    assertThat(subject(jwt(secret(null, SECRET)), new Jwts().hs256(SECRET)).user())
        .isEqualTo("alice");
    assertThat(
            refusal(
                jwt(secret(null, SECRET + SECRET)),
                new Jwts().sign("HS512", new HmacKey((SECRET + SECRET).getBytes(UTF_8)))))
        .isEqualTo("no key of this gateway fits it");
  }

  @Test
  void aPublicKeyIsNoSecret() {
    byte[] known = Jwts.pem(RSA.getPublic()).getBytes(UTF_8);
    byte[] der = RSA.getPublic().getEncoded();

    assertThat(refusal(jwt(pem(null, RSA)), new Jwts().sign("HS256", new HmacKey(known))))
        .isEqualTo("no key of this gateway fits it");
    assertThat(refusal(jwt(pem(null, RSA)), new Jwts().sign("HS256", new HmacKey(der))))
        .isEqualTo("no key of this gateway fits it");
  }

  @Test
  void tokensThatNobodySignedAreRefused() {
    String none = new Jwts().sign("none", null);
    String upper =
        Base64.getUrlEncoder().withoutPadding().encodeToString("{\"alg\":\"NONE\"}".getBytes(UTF_8))
            + none.substring(none.indexOf('.'));

    assertThat(refusal(jwt(pem(null, RSA)), none)).isEqualTo("no key of this gateway fits it");
    assertThat(refusal(jwt(secret(null, SECRET)), none)).contains("no key");
    assertThat(refusal(jwt(secret(null, SECRET)), upper)).contains("no key");
  }

  @Test
  void aTokenThatWasTamperedWithIsRefused() {
    String token = new Jwts().hs256(SECRET);
    String[] parts = token.split("\\.");
    String payload =
        new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8).replace("alice", "admin");
    String forged =
        parts[0]
            + "."
            + Base64.getUrlEncoder().withoutPadding().encodeToString(payload.getBytes(UTF_8))
            + "."
            + parts[2];

    assertThat(refusal(jwt(secret(null, SECRET)), forged))
        .isEqualTo("its signature does not verify");
    assertThat(refusal(jwt(secret(null, SECRET)), parts[0] + "." + parts[1] + "."))
        .isEqualTo("its signature does not verify");
    assertThat(refusal(jwt(secret(null, SECRET)), "a.b.c")).isEqualTo("it is not a signed JWT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"alg\":\"HS256\",\"kid\":5}",
        "{\"alg\":\"HS256\",\"kid\":{}}",
        "{\"alg\":256}",
        "{\"alg\":[\"HS256\"]}",
      })
  void aHeaderOfTheWrongTypesIsRefusedAndNoFailureOfThePolicy(String header) {
    String token = new Jwts().hs256(SECRET);
    String odd =
        Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(UTF_8))
            + token.substring(token.indexOf('.'));

    assertThat(refusal(jwt(secret(null, SECRET)), odd)).isEqualTo("it is not a signed JWT");
  }

  @Test
  void aKeyThatATokenBringsAlongIsNotUsed() {
    String token = new Jwts().sign("RS256", Jwts.pair("RSA").getPrivate());

    assertThat(refusal(jwt(pem(null, RSA)), token)).isEqualTo("its signature does not verify");
  }

  @Test
  void timesHaveALeeway() {
    Jwt strict = new Jwt(List.of(secret(null, SECRET)), null, null, 0, null, null);
    Jwt kind = new Jwt(List.of(secret(null, SECRET)), null, null, 60, null, null);
    String expired = new Jwts().time("exp", -20).hs256(SECRET);
    String early = new Jwts().time("nbf", 20).hs256(SECRET);

    assertThat(refusal(strict, expired)).isEqualTo("it has expired");
    assertThat(refusal(strict, early)).isEqualTo("it is not valid yet");
    assertThat(subject(kind, expired).user()).isEqualTo("alice");
    assertThat(subject(kind, early).user()).isEqualTo("alice");
    assertThat(refusal(kind, new Jwts().time("exp", -120).hs256(SECRET)))
        .isEqualTo("it has expired");
    assertThat(refusal(jwt(secret(null, SECRET)), new Jwts().without("exp").hs256(SECRET)))
        .isEqualTo("it does not say when it expires");
  }

  @Test
  void issuerAndAudienceAreThoseOfThePack() {
    Jwt jwt = new Jwt(List.of(secret(null, SECRET)), "idp", List.of("gw", "old"), null, null, null);

    assertThat(
            subject(jwt, new Jwts().claim("iss", "idp").claim("aud", "old").hs256(SECRET)).user())
        .isEqualTo("alice");
    assertThat(refusal(jwt, new Jwts().claim("iss", "other").claim("aud", "gw").hs256(SECRET)))
        .isEqualTo("it is of another issuer");
    assertThat(refusal(jwt, new Jwts().claim("aud", "gw").hs256(SECRET)))
        .isEqualTo("it is of another issuer");
    assertThat(refusal(jwt, new Jwts().claim("iss", "idp").claim("aud", "x").hs256(SECRET)))
        .isEqualTo("it is for another audience");
    assertThat(refusal(jwt, new Jwts().claim("iss", "idp").hs256(SECRET)))
        .isEqualTo("it is for another audience");
    assertThat(
            subject(jwt(secret(null, SECRET)), new Jwts().claim("aud", "x").hs256(SECRET)).user())
        .isEqualTo("alice");
  }

  @Test
  void anIdNamesTheKey() {
    KeyPair other = Jwts.pair("RSA");
    Jwt jwt = jwt(pem("first", RSA), pem("second", other));

    assertThat(subject(jwt, new Jwts().keyId("second").sign("RS256", other.getPrivate())).user())
        .isEqualTo("alice");
    assertThat(refusal(jwt, new Jwts().keyId("first").sign("RS256", other.getPrivate())))
        .isEqualTo("its signature does not verify");
    assertThat(refusal(jwt, new Jwts().keyId("third").sign("RS256", other.getPrivate())))
        .isEqualTo("no key of this gateway fits it");
    assertThat(subject(jwt, new Jwts().sign("RS256", other.getPrivate())).user())
        .isEqualTo("alice");
  }

  @Test
  void aJwkSetHoldsPublicKeysWithTheirIds() throws Exception {
    KeyPair curve = Jwts.pair("secp256r1");
    PublicJsonWebKey rsa = PublicJsonWebKey.Factory.newPublicJwk(RSA.getPublic());
    rsa.setKeyId("r");
    rsa.setAlgorithm("PS256");
    PublicJsonWebKey ec = PublicJsonWebKey.Factory.newPublicJwk(curve.getPublic());
    ec.setKeyId("e");
    Path file =
        Jwts.file(
            "{\"keys\":["
                + rsa.toJson(OutputControlLevel.PUBLIC_ONLY)
                + ","
                + ec.toJson(OutputControlLevel.PUBLIC_ONLY)
                + "]}");
    Jwt jwt = jwt(new KeyRef(null, null, file.toString(), null));

    assertThat(subject(jwt, new Jwts().keyId("e").sign("ES256", curve.getPrivate())).user())
        .isEqualTo("alice");
    assertThat(subject(jwt, new Jwts().keyId("r").sign("PS256", RSA.getPrivate())).user())
        .isEqualTo("alice");
    assertThat(refusal(jwt, new Jwts().keyId("r").sign("RS256", RSA.getPrivate())))
        .isEqualTo("no key of this gateway fits it");
  }

  @Test
  void rolesComeFromTheClaimsThatThePackNames() {
    String token =
        new Jwts()
            .claim("roles", List.of("a", "b"))
            .claim("groups", "c")
            .claim("email", "alice@corp")
            .claim("realm", Map.of("access", Map.of("roles", List.of("d"))))
            .claim("https://x.y/roles", List.of("e"))
            .hs256(SECRET);
    Jwt paths =
        new Jwt(
            List.of(secret(null, SECRET)),
            null,
            null,
            null,
            "email",
            List.of("realm.access.roles", "https://x.y/roles", "absent.path"));

    assertThat(subject(jwt(secret(null, SECRET)), token))
        .isEqualTo(new Proof.Subject("alice", Set.of("a", "b", "c")));
    assertThat(subject(paths, token)).isEqualTo(new Proof.Subject("alice@corp", Set.of("d", "e")));
  }

  @Test
  void withoutItsSecretNoTokenIsProven() {
    assertThat(refusal(jwt(secret(null, null)), new Jwts().hs256(SECRET)))
        .isEqualTo("no key of this gateway fits it");
  }

  @Test
  void aTokenOfAnyLengthIsRead() {
    assertThat(refusal(jwt(secret(null, SECRET)), "a.b." + "c".repeat(20_000)))
        .isEqualTo("it is too long");
  }

  @Test
  void whatIsNoKeyIsRefusedWithItsReason() throws Exception {
    KeyPair small = smallRsa();
    PublicJsonWebKey whole = PublicJsonWebKey.Factory.newPublicJwk(RSA.getPublic());
    whole.setPrivateKey(RSA.getPrivate());
    refused(() -> secret(null, "short"), "secret_key_ref: the secret has less than 32 bytes");
    refused(() -> new KeyRef(null, null, null, null), "exactly one of secret_key_ref");
    refused(
        () -> new KeyRef(new SecretRef("S", SECRET), "f", null, null), "exactly one of secret_key");
    refused(
        () -> new KeyRef(null, "/absent", null, null), "public_key_file: cannot be read: NoSuch");
    refused(
        () -> new KeyRef(null, Jwts.file("text").toString(), null, null),
        "public_key_file: holds no public key");
    refused(
        () -> new KeyRef(null, Jwts.file("-----BEGIN PRIVATE KEY-----").toString(), null, null),
        "public_key_file: holds a private key");
    refused(() -> pem(null, small), "public_key_file: an RSA key needs at least 2048 bits");
    refused(
        () -> new KeyRef(null, null, Jwts.file("{}").toString(), null),
        "jwks_file: is not a JWK set");
    refused(
        () -> new KeyRef(null, null, Jwts.file("{\"keys\":[]}").toString(), null),
        "jwks_file: holds no key");
    refused(
        () ->
            new KeyRef(
                null,
                null,
                Jwts.file("{\"keys\":[" + whole.toJson(OutputControlLevel.INCLUDE_PRIVATE) + "]}")
                    .toString(),
                null),
        "jwks_file: holds a key that is not public");
    refused(() -> new KeyRef(null, null, "f", "id"), "id: the keys of a JWK set");
    refused(() -> new Jwt(List.of(), null, null, null, null, null), "keys: at least one");
    refused(
        () -> new Jwt(List.of(secret(null, SECRET)), null, null, 301, null, null),
        "leeway_seconds: must be between 0 and 300");
  }

  private static KeyPair smallRsa() throws Exception {
    var generator = java.security.KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    return generator.generateKeyPair();
  }

  private static void refused(Runnable config, String message) {
    assertThatThrownBy(config::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
