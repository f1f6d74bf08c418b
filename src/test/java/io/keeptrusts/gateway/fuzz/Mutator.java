package io.keeptrusts.gateway.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes inputs as fuzzers do, the same way for the same seed. */
final class Mutator {
  private static final List<String> WORDS =
      List.of(
          "\"",
          "\\",
          "{",
          "}",
          "[",
          "]",
          ":",
          ",",
          "\n",
          "\r",
          "\n\n",
          "data: ",
          "event: ",
          "[DONE]",
          "null",
          "true",
          "-1",
          "1e999",
          "9223372036854775808",
          "0.5",
          "\\u0000",
          "\\ud800",
          "\u00ef\u00bb\u00bf",
          "\u00ed\u00a0\u0080",
          "\u00ff",
          "\0",
          "{}",
          "[]",
          "\"\"",
          "\"index\":-1",
          "\"index\":99999999999",
          "\"content\":",
          "\"type\":",
          "\"delta\":",
          "\"tool_calls\":[{}]",
          "&a ",
          "*a",
          "<<: ",
          "!!java.lang.Object ",
          "- ",
          "? ",
          "(",
          ")",
          "|",
          "*",
          "+",
          "{1,9}",
          "[^",
          "\\b",
          "(?:");

  private final Random random;
  private final List<byte[]> seeds;

  Mutator(long seed, List<byte[]> seeds) {
    this.random = new Random(seed);
    this.seeds = seeds;
  }

  byte[] next() {
    byte[] input = seeds.get(random.nextInt(seeds.size())).clone();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      input = change(input);
    }
    return input;
  }

  private byte[] change(byte[] input) {
    int at = random.nextInt(input.length + 1);
    int to = Math.min(input.length, at + 1 + random.nextInt(random.nextBoolean() ? 4 : 64));
    return switch (random.nextInt(6)) {
      case 0 -> splice(input, at, to, new byte[0]);
      case 1 -> splice(input, at, at, Arrays.copyOfRange(input, at, to));
      case 2 -> splice(input, at, Math.min(to, at + 1), new byte[] {(byte) random.nextInt(256)});
      case 3 -> {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        int from = random.nextInt(other.length + 1);
        int until = Math.min(other.length, from + random.nextInt(200));
        yield splice(input, at, at, Arrays.copyOfRange(other, from, until));
      }
      case 4 -> splice(input, at, to, word());
      default -> splice(input, at, at, word());
    };
  }

  private byte[] word() {
    return WORDS.get(random.nextInt(WORDS.size())).getBytes(ISO_8859_1);
  }

  private static byte[] splice(byte[] input, int from, int to, byte[] by) {
    byte[] out = new byte[input.length - (to - from) + by.length];
    System.arraycopy(input, 0, out, 0, from);
    System.arraycopy(by, 0, out, from, by.length);
    System.arraycopy(input, to, out, from + by.length, input.length - to);
    return out;
  }
}
