package io.keeptrusts.gateway.policy.kind.injection;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * What a text says once its encoded parts are decoded: base64 (both alphabets, also wrapped),
 * hexadecimal, binary, URL and backslash escapes, HTML entities. Linear in the text; a layer is
 * never longer than what it came from.
 */
final class Layers {
  private static final int SHORTEST_BASE64 = 16;
  private static final int SHORTEST_HEX = 24;
  private static final int ENOUGH_ESCAPES = 3;
  private static final int ENOUGH_BYTES = 4;
  private static final double PRINTABLE = 0.9;
  private static final int LONGEST_ENTITY = 8;

  private static final Map<String, String> ENTITIES =
      Map.of(
          "lt", "<", "gt", ">", "amp", "&", "quot", "\"", "apos", "'", "nbsp", " ", "colon", ":");

  private Layers() {}

  /** One step of decoding. */
  static List<String> of(String text) {
    var layers = new ArrayList<String>();
    base64(text, layers);
    runs(text, c -> hexDigit(c) >= 0, SHORTEST_HEX).forEach(run -> hexadecimal(run, layers));
    binary(text, layers);
    escapes(text, layers);
    entities(text, layers);
    return layers;
  }

  /** Runs of the alphabet; a run that fills a line goes on in the next one. */
  private static void base64(String text, List<String> layers) {
    var run = new StringBuilder();
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ' ';
      if (inAlphabet(c)) {
        run.append(c == '-' ? '+' : c == '_' ? '/' : c);
      } else if (!(wraps(text, i) && run.length() >= SHORTEST_BASE64)) {
        if (run.length() >= SHORTEST_BASE64) {
          int length = run.length() % 4 == 1 ? run.length() - 1 : run.length();
          add(Base64.getDecoder().decode(run.substring(0, length)), layers);
        }
        run.setLength(0);
      }
    }
  }

  private static boolean inAlphabet(char c) {
    return c < 128 && Character.isLetterOrDigit(c) || c == '+' || c == '/' || c == '-' || c == '_';
  }

  /** A line end, with or without carriage return, between characters of the alphabet. */
  private static boolean wraps(String text, int i) {
    if (i >= text.length() || text.charAt(i) != '\n' && text.charAt(i) != '\r') {
      return false;
    }
    int next =
        text.charAt(i) == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n' ? 2 : 1;
    return i + next < text.length() && inAlphabet(text.charAt(i + next));
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

  private static void hexadecimal(String run, List<String> layers) {
    add(HexFormat.of().parseHex(run, 0, run.length() / 2 * 2), layers);
  }

  /** Groups of eight binary digits, with one sign between them or none. */
  private static void binary(String text, List<String> layers) {
    var bytes = new ByteArrayOutputStream();
    int digits = 0;
    int value = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : 'x';
      boolean digit = c == '0' || c == '1';
      value = digit ? (value << 1 | c - '0') & 0xFF : value;
      digits += digit ? 1 : 0;
      if (digits == 8) {
        bytes.write(value);
        digits = 0;
        value = 0;
      } else if (!digit && (digits > 0 || Character.isLetterOrDigit(c))) {
        if (bytes.size() >= ENOUGH_BYTES) {
          add(bytes.toByteArray(), layers);
        }
        bytes.reset();
        digits = 0;
        value = 0;
      }
    }
  }

  /**
   * Two hexadecimal digits after a percent sign, {@code \x} or {@code 0x}; four after a backslash
   * and u.
   */
  private static void escapes(String text, List<String> layers) {
    if (text.indexOf('%') < 0 && text.indexOf('\\') < 0 && !text.contains("0x")) {
      return;
    }
    var plain = new StringBuilder(text.length());
    var bytes = new ByteArrayOutputStream();
    int escapes = 0;
    for (int i = 0; i < text.length(); i++) {
      int digits = escape(text, i);
      if (digits > 0) {
        int from = i + (text.charAt(i) == '%' ? 1 : 2);
        int value = Integer.parseInt(text, from, from + digits, 16);
        if (digits == 2) {
          bytes.write(value);
        } else {
          flush(bytes, plain);
          plain.append((char) value);
        }
        escapes++;
        i = from + digits - 1;
      } else {
        flush(bytes, plain);
        plain.append(text.charAt(i) == '+' ? ' ' : text.charAt(i));
      }
    }
    flush(bytes, plain);
    if (escapes >= ENOUGH_ESCAPES) {
      layers.add(plain.toString());
    }
  }

  private static void flush(ByteArrayOutputStream bytes, StringBuilder plain) {
    if (bytes.size() > 0) {
      plain.append(bytes.toString(StandardCharsets.UTF_8));
      bytes.reset();
    }
  }

  /** How many hexadecimal digits the escape at {@code i} has, 0 if there is none. */
  private static int escape(String text, int i) {
    char c = text.charAt(i);
    char kind = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
    int from = c == '%' ? i + 1 : i + 2;
    int digits =
        c == '%' || (c == '\\' || c == '0') && kind == 'x' ? 2 : c == '\\' && kind == 'u' ? 4 : 0;
    for (int k = from; k < from + digits; k++) {
      if (k >= text.length() || hexDigit(text.charAt(k)) < 0) {
        return 0;
      }
    }
    return digits;
  }

  private static int hexDigit(int c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }

  private static void entities(String text, List<String> layers) {
    if (text.indexOf('&') < 0) {
      return;
    }
    var plain = new StringBuilder(text.length());
    int entities = 0;
    for (int i = 0; i < text.length(); i++) {
      String entity = text.charAt(i) == '&' ? entity(text, i + 1) : "";
      String meaning = entity.isEmpty() ? "" : meaning(entity);
      if (meaning.isEmpty()) {
        plain.append(text.charAt(i));
      } else {
        plain.append(meaning);
        entities++;
        i += entity.length() + 1;
      }
    }
    if (entities >= ENOUGH_ESCAPES) {
      layers.add(plain.toString());
    }
  }

  private static String entity(String text, int from) {
    int end = text.indexOf(';', from, Math.min(text.length(), from + LONGEST_ENTITY + 1));
    return end < 0 ? "" : text.substring(from, end);
  }

  private static String meaning(String entity) {
    if (!entity.startsWith("#")) {
      return ENTITIES.getOrDefault(entity, "");
    }
    boolean hex = entity.length() > 1 && (entity.charAt(1) | 0x20) == 'x';
    String digits = entity.substring(hex ? 2 : 1);
    int radix = hex ? 16 : 10;
    if (digits.isEmpty() || !digits.chars().allMatch(c -> Character.digit(c, radix) >= 0)) {
      return "";
    }
    int c = Integer.parseInt(digits, radix);
    return Character.isValidCodePoint(c) ? Character.toString(c) : "";
  }

  private static void add(byte[] bytes, List<String> layers) {
    int printable = 0;
    for (byte b : bytes) {
      printable += b < 0 || b >= ' ' && b != 127 || b == '\n' || b == '\t' || b == '\r' ? 1 : 0;
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (printable >= PRINTABLE * bytes.length
        && text.chars().filter(c -> c == '\uFFFD').count() <= (1 - PRINTABLE) * text.length()) {
      layers.add(text);
    }
  }
}
