package io.keeptrusts.gateway.provider.google;

import io.keeptrusts.gateway.provider.ProviderFailure;
import io.keeptrusts.gateway.wire.Bytes;

/**
 * The objects of a JSON array as its bytes arrive, or one object alone: what {@code
 * streamGenerateContent} answers where {@code alt=sse} got lost. One stream, one thread.
 */
final class Items {
  interface Handler {
    /** A whole object in {@code b[from, to)}. */
    void item(byte[] b, int from, int to);
  }

  private final int maxBytes;
  private final Bytes item = new Bytes(512);
  private int depth;
  private boolean array;
  private boolean string;
  private boolean escaped;

  Items(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  void feed(byte[] b, int from, int to, Handler handler) {
    for (int i = from; i < to; i++) {
      byte c = b[i];
      if (depth == 0) {
        outside(c);
      } else {
        inside(c);
        if (depth == 0) {
          handler.item(item.array(), 0, item.length());
          item.reset();
        }
      }
    }
  }

  private void outside(byte c) {
    switch (c) {
      case '{' -> {
        item.add(c);
        depth = 1;
      }
      case '[' -> array = true;
      case ']' -> array = false;
      case ',', ' ', '\t', '\r', '\n' -> {}
      default ->
          throw ProviderFailure.broken(
              "The provider sent something that is neither events nor JSON; check the target's base_url.");
    }
  }

  private void inside(byte c) {
    if (item.length() == maxBytes) {
      throw ProviderFailure.broken(
          "The provider sent an event larger than gateway.sse.max-event (" + maxBytes + " bytes).");
    }
    item.add(c);
    if (string) {
      string = escaped || c != '"';
      escaped = !escaped && c == '\\';
    } else if (c == '"') {
      string = true;
    } else if (c == '{' || c == '[') {
      depth++;
    } else if (c == '}' || c == ']') {
      depth--;
    }
  }

  /** Whether all that was opened is closed. */
  boolean complete() {
    return depth == 0 && !array;
  }
}
