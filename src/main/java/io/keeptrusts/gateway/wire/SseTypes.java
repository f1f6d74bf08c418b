package io.keeptrusts.gateway.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The event types of a stream as Strings: a few dozen names that come again and again, so each is
 * made once.
 */
final class SseTypes {
  private static final int SLOTS = 64;

  private final @Nullable String[] seen = new @Nullable String[SLOTS];

  String of(byte[] b, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + b[i];
    }
    int slot = (hash ^ hash >>> 6 ^ hash >>> 12) & SLOTS - 1;
    String known = seen[slot];
    if (known == null || !same(known, b, from, to)) {
      known = new String(b, from, to - from, StandardCharsets.UTF_8);
      seen[slot] = known;
    }
    return known;
  }

  private static boolean same(String known, byte[] b, int from, int to) {
    if (known.length() != to - from) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (known.charAt(i - from) != b[i]) {
        return false;
      }
    }
    return true;
  }
}
