package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Frame.Treatment;
import io.keeptrusts.gateway.wire.JsonTape;
import io.keeptrusts.gateway.wire.JsonTape.Type;
import io.keeptrusts.gateway.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/**
 * What holds of the JSON of every answer: each string is text unless its key is on the contract's
 * short list and its value looks like what that key promises (DESIGN 1). One per stream, used for
 * one frame at a time.
 */
class JsonFields {
  private final Set<Keys> seen = EnumSet.noneOf(Keys.class);
  final JsonTape tape;
  byte[] json = new byte[0];
  Frame frame = new Frame();

  JsonFields(JsonTape tape) {
    this.tape = tape;
  }

  final void begin(Frame next) {
    frame = next;
    json = next.json();
  }

  /** A tool's id or name: something a client must see. */
  final void called(int node) {
    if (tape.type(node) == Type.STRING && tape.end(node) > tape.start(node)) {
      frame.substance();
    }
  }

  final void worth(int node) {
    if (!tape.isNull(node)) {
      frame.worth();
    }
  }

  /**
   * A member outside the deltas, or a complete thing inside: its key and every string in it are
   * texts of their own.
   */
  final void member(int member) {
    worth(member);
    key(member, true);
    if (tape.type(member) == Type.STRING && isOpaqueKey(member)) {
      opaque(member);
    } else {
      texts(member);
    }
  }

  /** Every string below a value is a text of its own. */
  final void texts(int node) {
    switch (tape.type(node)) {
      case STRING -> {
        if (!DataUrls.isImage(json, tape.start(node), tape.end(node))) {
          frame.add(Treatment.WHOLE, null, tape.start(node), tape.end(node));
        }
      }
      case OBJECT -> {
        for (int member = tape.first(node); member >= 0; member = tape.next(member)) {
          key(member, true);
          if (tape.type(member) == Type.STRING && isOpaqueKey(member)) {
            opaque(member);
          } else {
            texts(member);
          }
        }
      }
      case ARRAY -> {
        for (int item = tape.first(node); item >= 0; item = tape.next(item)) {
          texts(item);
        }
      }
      case NUMBER, TRUE, FALSE, NULL -> {}
    }
  }

  /** An id, a model name, a signature, base64: not text as long as it looks like one of these. */
  final void opaque(int node) {
    if (tape.type(node) == Type.STRING && !looksOpaque(tape.start(node), tape.end(node))) {
      frame.add(Treatment.NAME, null, tape.start(node), tape.end(node));
    }
  }

  final void key(int member, boolean check) {
    if (check && !looksOpaque(tape.keyStart(member), tape.keyEnd(member))) {
      frame.add(Treatment.NAME, null, tape.keyStart(member), tape.keyEnd(member));
    }
  }

  final String key(int member) {
    return new String(
        json,
        tape.keyStart(member),
        tape.keyEnd(member) - tape.keyStart(member),
        StandardCharsets.UTF_8);
  }

  /**
   * Refuses an object with a member that stands twice: a client takes the last one, so what it puts
   * together would not be what was checked.
   */
  final void once(int object) {
    seen.clear();
    Set<String> others = Set.of();
    for (int member = tape.first(object); member >= 0; member = tape.next(member)) {
      Keys key = Keys.of(tape, json, member);
      boolean first;
      if (key == Keys.OTHER) {
        others = others.isEmpty() ? new HashSet<>() : others;
        first = others.add(name(member));
      } else {
        first = seen.add(key);
      }
      if (!first) {
        throw ProviderFailure.broken("The provider sent an event in which a member stands twice.");
      }
    }
  }

  /** The decoded name of a member. */
  private String name(int member) {
    return decoded(tape.keyStart(member), tape.keyEnd(member));
  }

  /** The decoded value of a string; empty for anything else. */
  final String text(int node) {
    return tape.type(node) == Type.STRING ? decoded(tape.start(node), tape.end(node)) : "";
  }

  private String decoded(int from, int to) {
    char[] chars = new char[to - from];
    return new String(chars, 0, JsonText.decode(json, from, to, chars, 0));
  }

  final boolean isOpaqueKey(int member) {
    int from = tape.keyStart(member);
    int to = tape.keyEnd(member);
    return switch (Keys.of(tape, json, member)) {
      case ID,
          TYPE,
          MODEL,
          OBJECT,
          ROLE,
          OBFUSCATION,
          P,
          SYSTEM_FINGERPRINT,
          FINISH_REASON,
          SERVICE_TIER,
          STATUS,
          SIGNATURE ->
          true;
      case OTHER -> endsWith(from, to, "_id") || OpaqueKeys.contains(json, from, to);
      default -> false;
    };
  }

  private boolean endsWith(int from, int to, String tail) {
    int start = to - tail.length();
    if (start < from) {
      return false;
    }
    for (int i = 0; i < tail.length(); i++) {
      if (json[start + i] != tail.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * One word of printable ASCII without {@code @}, and not a mere number: no text a person could
   * read lies in it.
   */
  final boolean looksOpaque(int from, int to) {
    boolean letter = to - from < 9;
    for (int i = from; i < to; i++) {
      byte b = json[i];
      if (b <= ' ' || b == '@' || b == '\\' || b == 0x7f) {
        return false;
      }
      letter |= (b | 0x20) >= 'a' && (b | 0x20) <= 'z';
    }
    return letter;
  }

  final int number(int node, int otherwise, int most) {
    if (node < 0 || tape.type(node) != Type.NUMBER || tape.end(node) - tape.start(node) > 6) {
      return Math.min(otherwise, most);
    }
    int value = 0;
    for (int i = tape.start(node); i < tape.end(node); i++) {
      if (json[i] < '0' || json[i] > '9') {
        return Math.min(otherwise, most);
      }
      value = value * 10 + json[i] - '0';
    }
    return Math.min(value, most);
  }

  /** A count of tokens, -1 if there is none. */
  final long count(int node) {
    if (node < 0 || tape.type(node) != Type.NUMBER || tape.end(node) - tape.start(node) > 18) {
      return -1;
    }
    long value = 0;
    for (int i = tape.start(node); i < tape.end(node); i++) {
      if (json[i] < '0' || json[i] > '9') {
        return -1;
      }
      value = value * 10 + json[i] - '0';
    }
    return value;
  }
}
