package io.keeptrusts.gateway.laws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Logprobs that spell a text, as providers send them: some tokens hold a part of a character, some
 * have no bytes.
 */
final class Tokens {
  private final Random random;

  Tokens(Random random) {
    this.random = random;
  }

  /** The entries for one delta. */
  String entries(String text) {
    List<String> entries = new ArrayList<>();
    for (int at = 0; at < text.length(); ) {
      int to = Math.min(text.length(), at + 1 + random.nextInt(6));
      if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
        to++;
      }
      byte[] bytes = text.substring(at, to).getBytes(UTF_8);
      if (to - at == 2 && bytes.length == 4) { // an emoji in two tokens
        entries.add(entry("\\\\xf0\\\\x9f", Arrays.copyOfRange(bytes, 0, 2), true));
        entries.add(entry("\\\\x98\\\\x80", Arrays.copyOfRange(bytes, 2, 4), true));
      } else {
        entries.add(entry(Spelt.json(text.substring(at, to), random, 0), bytes, false));
      }
      at = to;
    }
    return "[" + String.join(",", entries) + "]";
  }

  private String entry(String token, byte[] bytes, boolean needsBytes) {
    String spelt =
        needsBytes || random.nextInt(4) > 0 ? ",\"bytes\":" + numbers(bytes) : ",\"bytes\":null";
    String itself = "{\"token\":\"" + token + "\",\"logprob\":-0.25" + spelt + "}";
    String top =
        random.nextBoolean()
            ? ""
            : itself
                + (random.nextBoolean()
                    ? ""
                    : ",{\"token\":\" or\",\"logprob\":-2.5,\"bytes\":[32,111,114]}");
    return itself.substring(0, itself.length() - 1) + ",\"top_logprobs\":[" + top + "]}";
  }

  private static String numbers(byte[] bytes) {
    int[] numbers = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      numbers[i] = bytes[i] & 0xff;
    }
    return Arrays.toString(numbers);
  }

  static String ids(int at, int length) {
    StringBuilder ids = new StringBuilder();
    for (int i = 0; i < length; i++) {
      ids.append(i == 0 ? "" : ",").append(Said.ID + at + i);
    }
    return ids.toString();
  }

  /** No provider cuts a pair where it spells tokens. */
  static void joinPairs(List<String> pieces) {
    for (int i = 0; i + 1 < pieces.size(); i++) {
      String piece = pieces.get(i);
      if (!piece.isEmpty() && Character.isHighSurrogate(piece.charAt(piece.length() - 1))) {
        String next = pieces.get(i + 1);
        pieces.set(i, piece + next.charAt(0));
        pieces.set(i + 1, next.substring(1));
      }
    }
  }
}
