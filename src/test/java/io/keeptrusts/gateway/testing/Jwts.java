package io.keeptrusts.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Map;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** Signs tokens, also such as nobody should accept. */
public final class Jwts {
  private final JwtClaims claims = new JwtClaims();
  private @Nullable String keyId;

  /** A token for {@code alice} that is valid for ten minutes. */
  public Jwts() {
    claims.setSubject("alice");
    claims.setExpirationTimeMinutesInTheFuture(10);
  }

  public Jwts claim(String name, Object value) {
    claims.setClaim(name, value);
    return this;
  }

  public Jwts without(String name) {
    claims.unsetClaim(name);
    return this;
  }

  /** Seconds from now; negative: ago. */
  public Jwts time(String name, long seconds) {
    NumericDate at = NumericDate.now();
    at.addSeconds(seconds);
    claims.setNumericDateClaim(name, at);
    return this;
  }

  public Jwts keyId(String id) {
    keyId = id;
    return this;
  }

  public String hs256(String secret) {
    return sign("HS256", new HmacKey(secret.getBytes(UTF_8)));
  }

  public String sign(String algorithm, @Nullable Key key) {
    JsonWebSignature jws = new JsonWebSignature();
    jws.setPayload(claims.toJson());
    jws.setAlgorithmHeaderValue(algorithm);
    jws.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
    jws.setKey(key);
    jws.setDoKeyValidation(false);
    if (keyId != null) {
      jws.setKeyIdHeaderValue(keyId);
    }
    try {
      return jws.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @param type RSA, Ed25519 or a curve such as secp256r1
   */
  public static KeyPair pair(String type) {
    try {
      boolean curve = type.startsWith("secp");
      KeyPairGenerator generator = KeyPairGenerator.getInstance(curve ? "EC" : type);
      if (curve) {
        generator.initialize(new ECGenParameterSpec(type));
      } else if (type.equals("RSA")) {
        generator.initialize(2048);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String pem(PublicKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  /** A file with this text that goes when the tests end. */
  public static Path file(String text) {
    try {
      Path file = Files.createTempFile("key", ".txt");
      file.toFile().deleteOnExit();
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The headers of a request with a bearer token. */
  public static Map<String, String> bearer(String token) {
    return Map.of("Authorization", "Bearer " + token);
  }
}
