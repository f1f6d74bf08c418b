package io.keeptrusts.gateway.policy.kind.injection;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * What a text says once its encoded parts are decoded. Linear in the text; a layer is never longer
 * than what it came from.
 */
final class Layers {
  private static final int SHORTEST_BASE64 = 16;
  private static final int SHORTEST_HEX = 24;
  private static final int ENOUGH_ESCAPES = 3;
  private static final double PRINTABLE = 0.9;

  private Layers() {}

  /**
   * One step of decoding: base64 (both alphabets) and hexadecimal runs, URL escapes, rot13 of all
   * of it.
   */
  static List<String> of(String text) {
    var layers = new ArrayList<String>();
    runs(
            text,
            c ->
                Character.isLetterOrDigit(c) && c < 128
                    || c == '+'
                    || c == '/'
                    || c == '-'
                    || c == '_',
            SHORTEST_BASE64)
        .forEach(run -> base64(run, layers));
    runs(text, c -> Character.digit(c, 16) >= 0 && c < 128, SHORTEST_HEX)
        .forEach(run -> hexadecimal(run, layers));
    escapes(text, layers);
    return layers;
  }

  static String rot13(String text) {
    var turned = new StringBuilder(text.length());
    text.chars()
        .forEach(
            c ->
                turned.append(
                    (char)
                        (c >= 'a' && c <= 'z'
                            ? (c - 'a' + 13) % 26 + 'a'
                            : c >= 'A' && c <= 'Z' ? (c - 'A' + 13) % 26 + 'A' : c)));
    return turned.toString();
  }

  private static List<String> runs(String text, IntPredicate in, int shortest) {
    var runs = new ArrayList<String>();
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || !in.test(text.charAt(i))) {
        if (i - from >= shortest) {
          runs.add(text.substring(from, i));
        }
        from = i + 1;
      }
    }
    return runs;
  }

  private static void base64(String run, List<String> layers) {
    String plain = run.replace('-', '+').replace('_', '/');
    int length = plain.length() % 4 == 1 ? plain.length() - 1 : plain.length();
    add(Base64.getDecoder().decode(plain.substring(0, length)), layers);
  }

  private static void hexadecimal(String run, List<String> layers) {
    byte[] bytes = new byte[run.length() / 2];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] =
          (byte)
              (Character.digit(run.charAt(2 * i), 16) << 4
                  | Character.digit(run.charAt(2 * i + 1), 16));
    }
    add(bytes, layers);
  }

  private static void escapes(String text, List<String> layers) {
    var bytes = new java.io.ByteArrayOutputStream(text.length());
    int escapes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
      if (low >= 0) {
        bytes.write(high << 4 | low);
        escapes++;
        i += 2;
      } else {
        bytes.write(c == '+' ? ' ' : c < 128 ? c : '?');
      }
    }
    if (escapes >= ENOUGH_ESCAPES) {
      add(bytes.toByteArray(), layers);
    }
  }

  private static void add(byte[] bytes, List<String> layers) {
    int printable = 0;
    for (byte b : bytes) {
      printable += b >= ' ' || b == '\n' || b == '\t' || b == '\r' ? 1 : 0;
    }
    if (printable >= PRINTABLE * bytes.length) {
      layers.add(new String(bytes, StandardCharsets.UTF_8));
    }
  }
}
