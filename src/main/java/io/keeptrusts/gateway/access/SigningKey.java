package io.keeptrusts.gateway.access;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * A key that verifies tokens, with the one algorithm that it is used for: a token cannot choose
 * another.
 *
 * @param id the token's {@code kid}; null: any
 */
public record SigningKey(@Nullable String id, Key key, String algorithm) {
  private static final int SECRET_BYTES = 32; // RFC 7518, 3.2: at least the size of the hash
  private static final int RSA_BITS = 2048; // RFC 7518, 3.3
  private static final int LONGEST_FILE = 1 << 20;
  private static final Set<String> RSA_ALGORITHMS =
      Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");

  /**
   * HS256 with a secret.
   *
   * @throws IllegalArgumentException if it is too short to be safe
   */
  public static SigningKey secret(@Nullable String id, String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    if (bytes.length < SECRET_BYTES) {
      throw new IllegalArgumentException(
          "secret_key_ref: the secret has less than " + SECRET_BYTES + " bytes; HS256 needs them");
    }
    return new SigningKey(id, new HmacKey(bytes), AlgorithmIdentifiers.HMAC_SHA256);
  }

  /**
   * The public key of a PEM file (SubjectPublicKeyInfo or a certificate).
   *
   * @throws IllegalArgumentException if there is none in it
   */
  public static SigningKey pem(@Nullable String id, String file) {
    String text = read("public_key_file", file);
    try {
      return of("public_key_file", id, pemKey(text), null);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "public_key_file: holds no public key of type RSA, EC or Ed25519 in PEM", e);
    }
  }

  /**
   * The public keys of a JWK set, but those for encryption.
   *
   * @throws IllegalArgumentException if the file holds no public key, or one that is not
   */
  public static List<SigningKey> jwks(String file) {
    String text = read("jwks_file", file);
    List<SigningKey> keys = new ArrayList<>();
    try {
      for (JsonWebKey jwk : new JsonWebKeySet(text).getJsonWebKeys()) {
        if ("enc".equals(jwk.getUse())) {
          continue;
        }
        if (!(jwk instanceof PublicJsonWebKey pair) || pair.getPrivateKey() != null) {
          throw new IllegalArgumentException(
              "jwks_file: holds a key that is not public; a secret is named by secret_key_ref");
        }
        keys.add(of("jwks_file", jwk.getKeyId(), pair.getPublicKey(), jwk.getAlgorithm()));
      }
    } catch (JoseException e) {
      throw new IllegalArgumentException("jwks_file: is not a JWK set", e);
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("jwks_file: holds no key that verifies signatures");
    }
    return keys;
  }

  /**
   * The public keys that an identity provider publishes as a JWK set. What is of no use here, such
   * as keys for encryption or of unknown types, is passed over.
   *
   * @throws JoseException if it is no JWK set
   */
  static List<SigningKey> published(String set) throws JoseException {
    List<SigningKey> keys = new ArrayList<>();
    for (JsonWebKey jwk : new JsonWebKeySet(set).getJsonWebKeys()) {
      if (jwk instanceof PublicJsonWebKey pair && !"enc".equals(jwk.getUse())) {
        try {
          keys.add(of("jwks", jwk.getKeyId(), pair.getPublicKey(), jwk.getAlgorithm()));
        } catch (IllegalArgumentException e) {
          // Too weak, or of an algorithm that is not used.
        }
      }
    }
    return keys;
  }

  private static SigningKey of(
      String where, @Nullable String id, PublicKey key, @Nullable String wanted) {
    String algorithm =
        switch (key) {
          case RSAPublicKey rsa -> {
            if (rsa.getModulus().bitLength() < RSA_BITS) {
              throw new IllegalArgumentException(
                  where + ": an RSA key needs at least " + RSA_BITS + " bits");
            }
            yield wanted != null && RSA_ALGORITHMS.contains(wanted) ? wanted : "RS256";
          }
          case ECPublicKey ec ->
              switch (ec.getParams().getOrder().bitLength()) {
                case 256 -> "ES256";
                case 384 -> "ES384";
                case 521 -> "ES512";
                default -> "";
              };
          case EdECPublicKey _ -> "EdDSA";
          default -> "";
        };
    if (algorithm.isEmpty() || wanted != null && !wanted.equals(algorithm)) {
      throw new IllegalArgumentException(
          where + ": holds a key of a type or algorithm that is not supported");
    }
    return new SigningKey(id, key, algorithm);
  }

  private static PublicKey pemKey(String text) throws GeneralSecurityException {
    if (text.contains("-----BEGIN CERTIFICATE-----")) {
      return CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)))
          .getPublicKey();
    }
    if (text.contains("PRIVATE KEY-----")) {
      throw new IllegalArgumentException(
          "public_key_file: holds a private key; it does not belong here");
    }
    byte[] der = der(text);
    for (String type : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(type).generatePublic(new X509EncodedKeySpec(der));
      } catch (GeneralSecurityException e) {
        // Another type, perhaps.
      }
    }
    throw new GeneralSecurityException("no public key");
  }

  private static byte[] der(String text) throws GeneralSecurityException {
    String begin = "-----BEGIN PUBLIC KEY-----";
    int from = text.indexOf(begin);
    int to = text.indexOf("-----END PUBLIC KEY-----");
    if (from < 0 || to < from) {
      throw new GeneralSecurityException("no PEM");
    }
    try {
      return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("no base64", e);
    }
  }

  private static String read(String key, String file) {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > LONGEST_FILE) {
        throw new IllegalArgumentException(key + ": the file is too long for a key");
      }
      return Files.readString(path, StandardCharsets.ISO_8859_1);
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          key + ": cannot be read: " + e.getClass().getSimpleName(), e);
    }
  }
}
