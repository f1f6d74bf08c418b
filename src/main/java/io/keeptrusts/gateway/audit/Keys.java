package io.keeptrusts.gateway.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/** Ed25519 keys in PEM files (RFC 7468; RFC 8410 for what is in them). */
final class Keys {
  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";

  private Keys() {}

  /** The first 16 hex digits of the SHA-256 over the key's X.509 form. */
  static String id(PublicKey key) {
    return HexFormat.of().formatHex(Chain.sha256().digest(key.getEncoded()), 0, 8);
  }

  static String pem(String what, Key key) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, body, what);
  }

  static PrivateKey secret(Path pem) throws IOException {
    try {
      return KeyFactory.getInstance("Ed25519")
          .generatePrivate(new PKCS8EncodedKeySpec(body(pem, PRIVATE)));
    } catch (GeneralSecurityException e) {
      throw new IOException(pem + " holds no Ed25519 private key");
    }
  }

  static PublicKey open(Path pem) throws IOException {
    try {
      return open(body(pem, PUBLIC));
    } catch (GeneralSecurityException e) {
      throw new IOException(pem + " holds no Ed25519 public key");
    }
  }

  static PublicKey open(byte[] x509) throws GeneralSecurityException {
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509));
  }

  /** A private key's file holds its seed only; the platform derives the rest from "randomness". */
  static PublicKey publicOf(PrivateKey secret) {
    byte[] seed = ((EdECPrivateKey) secret).getBytes().orElseThrow();
    SecureRandom fixed =
        new SecureRandom() {
          @Override
          public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, bytes.length);
          }
        };
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(NamedParameterSpec.ED25519, fixed);
      return generator.generateKeyPair().getPublic();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has Ed25519", e);
    }
  }

  private static byte[] body(Path pem, String what) throws IOException {
    String text;
    try {
      text = Files.readString(pem);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no key file " + pem);
    } catch (IOException e) {
      throw new IOException("the key file " + pem + " cannot be read: " + e);
    }
    int from = text.indexOf("-----BEGIN " + what + "-----");
    int to = text.indexOf("-----END " + what + "-----");
    if (from < 0 || to < from) {
      throw new IOException(pem + " is no PEM file with a " + what);
    }
    try {
      return Base64.getMimeDecoder().decode(text.substring(from + what.length() + 16, to));
    } catch (IllegalArgumentException e) {
      throw new IOException(pem + " is no PEM file with a " + what);
    }
  }
}
