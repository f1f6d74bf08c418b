package io.keeptrusts.gateway.provider;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A member with a value that begins in a certain way, searched for in raw JSON: cheap, and never
 * blind to one written plainly. Text that quotes JSON does not match, as its quotes are escaped.
 */
record Needle(byte[] key, byte[] value) {

  static Needle of(String key, String valueStart) {
    return new Needle(ascii("\"" + key + "\""), ascii(valueStart));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static boolean anyIn(Needle[] needles, byte[] json, int from, int to) {
    for (int at = from; at < to; at++) {
      if (json[at] == '"') {
        for (Needle needle : needles) {
          if (needle.at(json, at, to)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean at(byte[] json, int start, int to) {
    if (!starts(key, json, start, to)) {
      return false;
    }
    int colon = space(json, start + key.length, to);
    return colon < to && json[colon] == ':' && starts(value, json, space(json, colon + 1, to), to);
  }

  private static boolean starts(byte[] prefix, byte[] json, int at, int to) {
    return to - at >= prefix.length
        && Arrays.equals(prefix, 0, prefix.length, json, at, at + prefix.length);
  }

  private static int space(byte[] json, int from, int to) {
    int at = from;
    while (at < to
        && (json[at] == ' ' || json[at] == '\t' || json[at] == '\n' || json[at] == '\r')) {
      at++;
    }
    return at;
  }
}
