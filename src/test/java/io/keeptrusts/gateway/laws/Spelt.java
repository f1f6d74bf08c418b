package io.keeptrusts.gateway.laws;

import java.util.HexFormat;
import java.util.Random;

/** Text as the content of a JSON string. */
final class Spelt {
  private Spelt() {}

  /**
   * @param escapes 0: only where a must; 1: all but ASCII; 2: now and then anything; more: as 0
   */
  static String json(String text, Random random, int escapes) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean lone =
          Character.isHighSurrogate(c)
                  && (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1)))
              || Character.isLowSurrogate(c)
                  && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
      boolean pair = Character.isSurrogate(c) && !lone;
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c == '\n') {
        out.append("\\n");
      } else if (c == '\t') {
        out.append("\\t");
      } else if (c < ' '
          || lone
          || (escapes == 1 && c >= 0x7f)
          || (escapes == 2 && !pair && random.nextInt(8) == 0)) {
        out.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else if (c == '/' && escapes == 1) {
        out.append("\\/");
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
