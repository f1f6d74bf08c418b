package io.keeptrusts.gateway.provider.google;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ids of an answer's tool calls: Gemini's own where it gives one, else one that no other call of
 * any answer has.
 */
final class CallIds {
  private final String answer;
  private final Set<String> given = new HashSet<>();
  private int made;

  /**
   * @param answer what no other answer is called
   */
  CallIds(String answer) {
    this.answer = answer;
  }

  String next(@Nullable String own) {
    if (own != null && given.add(own)) {
      return own;
    }
    String id;
    do {
      id = "call_" + answer + "_" + made++;
    } while (!given.add(id));
    return id;
  }
}
