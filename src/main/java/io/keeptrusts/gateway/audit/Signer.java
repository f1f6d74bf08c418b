package io.keeptrusts.gateway.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;

/**
 * Signs with the gateway's Ed25519 key. The signature is over {@link #DOMAIN}, the 32 hash bytes of
 * the record before, and the record's own members before {@code ,"sig":}; so it vouches for
 * everything before it in its chain. Some 100 microseconds each: not for an event loop.
 * Thread-safe.
 */
final class Signer {
  static final byte[] DOMAIN = "keeptrusts-audit-1\n".getBytes(StandardCharsets.US_ASCII);

  /** The key that is made where none is given, in the directory of the trail. */
  static final String OWN_KEY = "signing-key.pem";

  private final PrivateKey secret;
  private final String keyId;
  private final String publicKey;

  private Signer(PrivateKey secret, PublicKey open) {
    this.secret = secret;
    this.keyId = Keys.id(open);
    this.publicKey = Base64.getEncoder().encodeToString(open.getEncoded());
  }

  /**
   * Reads an Ed25519 key, PKCS#8 in PEM, as {@code openssl genpkey -algorithm ed25519} makes it.
   *
   * @throws IOException if there is no such key; the message names the file, never its content
   */
  static Signer load(Path pem) throws IOException {
    PrivateKey secret = Keys.secret(pem);
    return new Signer(secret, Keys.publicOf(secret));
  }

  /** The key beside the trail, made at the first start: for its owner only. */
  static Signer ofDirectory(Path dir) throws IOException {
    Path pem = dir.resolve(OWN_KEY);
    if (!Files.exists(pem)) {
      make(pem);
    }
    return load(pem);
  }

  private static void make(Path pem) throws IOException {
    KeyPair pair;
    try {
      pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has Ed25519", e);
    }
    String name = "." + OWN_KEY + ".";
    Path fresh =
        Files.createTempFile(pem.resolveSibling(""), name, ".new", SegmentFiles.ownerOnly(pem));
    try {
      Files.writeString(fresh, Keys.pem("PRIVATE KEY", pair.getPrivate()));
      // Another process that starts at this moment may have been first: a link does not replace.
      Files.createLink(pem, fresh);
    } catch (java.nio.file.FileAlreadyExistsException e) {
      return;
    } catch (UnsupportedOperationException e) {
      Files.move(fresh, pem, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  String keyId() {
    return keyId;
  }

  /** Closes a record's members with {@code key}, {@code pub} and {@code sig}. */
  void sign(byte[] before, Bytes members) {
    members.ascii(",\"key\":").quoted(keyId).ascii(",\"pub\":").quoted(publicKey);
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(secret);
      signature.update(DOMAIN);
      signature.update(before);
      signature.update(members.array(), 0, members.size());
      members.ascii(",\"sig\":").quoted(Base64.getEncoder().encodeToString(signature.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the audit key cannot sign", e);
    }
  }
}
