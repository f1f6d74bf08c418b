package io.keeptrusts.gateway.limits;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * What a request is counted for. Its id is a hash: neither memory nor Redis holds a key or the name
 * of a user.
 *
 * @param id 22 characters; the same on all replicas
 */
public record Subject(Scope scope, String id, Limit limit) {
  private static final int HASH_BYTES = 16;

  /**
   * @param kind keeps names of different origin apart: nobody can call themselves like an address
   */
  static Subject of(Scope scope, String kind, String name, Limit limit) {
    byte[] hash = sha256().digest((kind + ':' + name).getBytes(StandardCharsets.UTF_8));
    String id =
        Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, HASH_BYTES));
    return new Subject(scope, id, limit);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Names the counters. */
  String key() {
    return scope.label() + ':' + id;
  }
}
