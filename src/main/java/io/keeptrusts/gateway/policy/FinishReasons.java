package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.wire.JsonTape;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Why the choices of an answer ended, read from the frames that end them: {@code finish_reason} of
 * a chat, {@code incomplete_details.reason} of a response. One answer, one event loop.
 */
final class FinishReasons {
  private static final byte[] CHOICES = ascii("choices");
  private static final byte[] INDEX = ascii("index");
  private static final byte[] FINISH = ascii("finish_reason");
  private static final byte[] RESPONSE = ascii("response");
  private static final byte[] DETAILS = ascii("incomplete_details");
  private static final byte[] REASON = ascii("reason");

  private final JsonTape tape = new JsonTape();
  private final Map<Integer, String> byChoice = new HashMap<>();
  private byte[] json = new byte[0];

  private static byte[] ascii(String key) {
    return key.getBytes(StandardCharsets.US_ASCII);
  }

  void read(Frame frame) {
    json = frame.json();
    tape.scan(json, frame.from(), frame.to());
    int choices = tape.find(tape.root(), CHOICES);
    if (choices >= 0) {
      for (int choice = tape.first(choices); choice >= 0; choice = tape.next(choice)) {
        String reason = string(tape.find(choice, FINISH));
        if (!reason.isEmpty()) {
          byChoice.put(number(tape.find(choice, INDEX)), reason);
        }
      }
      return;
    }
    int response = tape.find(tape.root(), RESPONSE);
    int details = tape.find(response < 0 ? tape.root() : response, DETAILS);
    String reason = details < 0 ? "" : string(tape.find(details, REASON));
    if (!reason.isEmpty()) {
      byChoice.put(0, reason.equals("max_output_tokens") ? "length" : reason);
    }
  }

  String of(int choice) {
    return byChoice.getOrDefault(choice, "");
  }

  private String string(int node) {
    return node < 0 || tape.type(node) != JsonTape.Type.STRING
        ? ""
        : new String(
            json, tape.start(node), tape.end(node) - tape.start(node), StandardCharsets.UTF_8);
  }

  private int number(int node) {
    if (node < 0
        || tape.type(node) != JsonTape.Type.NUMBER
        || tape.end(node) - tape.start(node) > 6) {
      return 0;
    }
    String digits =
        new String(
            json, tape.start(node), tape.end(node) - tape.start(node), StandardCharsets.UTF_8);
    return digits.chars().allMatch(Character::isDigit) ? Integer.parseInt(digits) : 0;
  }
}
