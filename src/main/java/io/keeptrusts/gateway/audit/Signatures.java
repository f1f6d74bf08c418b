package io.keeptrusts.gateway.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks what {@link Signer} signs. Without trusted keys a record is taken to be signed by the key
 * it names: that shows damage, not forgery. Single thread.
 */
final class Signatures {
  private static final byte[] SIG = ",\"sig\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PUB = ",\"pub\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final int SIG_CHARS = 88;
  private static final int PUB_CHARS = 60;

  private final Set<String> trusted;
  private final Map<String, PublicKey> known = new LinkedHashMap<>();
  private final Map<String, Long> uses = new LinkedHashMap<>();

  Signatures(Collection<PublicKey> trusted) {
    this.trusted = trusted.stream().map(Keys::id).collect(Collectors.toUnmodifiableSet());
  }

  boolean checked() {
    return !trusted.isEmpty();
  }

  /** How many signatures of each key were found right. */
  Map<String, Long> uses() {
    return uses;
  }

  /**
   * What is wrong with the signature of a sealed record; null if nothing is.
   *
   * @param from where its signed members begin
   * @param to its end
   * @param before the hash that the record follows
   */
  @Nullable String problem(byte[] line, int from, int to, byte[] before) {
    int sig = to - Chain.SEAL - 1 - SIG_CHARS - SIG.length;
    int pub = sig - 1 - PUB_CHARS - PUB.length;
    if (pub < from || !stands(SIG, line, sig) || !stands(PUB, line, pub)) {
      return "it is not signed";
    }
    try {
      PublicKey key = key(text(line, pub + PUB.length, PUB_CHARS));
      String id = Keys.id(key);
      if (checked() && !trusted.contains(id)) {
        return "it is signed with the key " + id + ", which is none of those given";
      }
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(key);
      signature.update(Signer.DOMAIN);
      signature.update(before);
      signature.update(line, from, sig - from);
      if (!signature.verify(Base64.getDecoder().decode(text(line, sig + SIG.length, SIG_CHARS)))) {
        return "its signature does not match";
      }
      uses.merge(id, 1L, Long::sum);
      return null;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return "its signature cannot be read";
    }
  }

  private PublicKey key(String base64) throws GeneralSecurityException {
    PublicKey key = known.get(base64);
    if (key == null) {
      key = Keys.open(Base64.getDecoder().decode(base64));
      known.put(base64, key);
    }
    return key;
  }

  private static boolean stands(byte[] what, byte[] line, int at) {
    return Arrays.equals(line, at, at + what.length, what, 0, what.length);
  }

  private static String text(byte[] line, int from, int length) {
    return new String(line, from, length, StandardCharsets.US_ASCII);
  }
}
