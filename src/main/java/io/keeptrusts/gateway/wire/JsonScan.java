package io.keeptrusts.gateway.wire;

import static io.keeptrusts.gateway.wire.JsonTape.CONTAINER;
import static io.keeptrusts.gateway.wire.JsonTape.ESCAPED;
import static io.keeptrusts.gateway.wire.JsonTape.LAST;
import static io.keeptrusts.gateway.wire.JsonTape.MAX_DEPTH;
import static io.keeptrusts.gateway.wire.JsonTape.MEMBER;

import java.util.Arrays;

/**
 * The pass that fills a {@link JsonTape}: a loop with a stack of open containers, so that depth
 * costs no Java stack.
 */
final class JsonScan {
  private static final int LIMIT = 1 << 29; // two flag bits share an int with an offset
  private static final int NONE = -1;

  private final int[] open = new int[MAX_DEPTH];
  private byte[] json = new byte[0];
  private int from;
  private int to;
  private int at;
  private int[] tape = new int[0];
  private int length;

  /** Returns the tape, grown if it was too short. */
  int[] run(byte[] json, int from, int to, int[] tape) {
    this.json = json;
    this.from = from;
    this.to = to;
    this.tape = tape;
    at = from;
    length = 0;
    if (to > LIMIT) {
      throw error("a value beyond 512 MiB");
    }
    value();
    if (at != to) {
      throw error("something after the value");
    }
    return this.tape;
  }

  private void value() {
    int depth = 0;
    int last =
        NONE; // the previous value of the innermost open container, to be marked if it is the last
    // one
    skipSpace();
    while (true) {
      int node = length;
      byte c = peek();
      boolean member = depth > 0 && json[tape[open[depth - 1]] >>> 2] == '{';
      if (member) {
        key(c);
        node = length;
        c = peek();
      }
      if (c == '{' || c == '[') {
        if (depth == MAX_DEPTH) {
          throw error("nesting too deep");
        }
        reserve();
        tape[node] = at++ << 2 | (member ? MEMBER : 0);
        length += CONTAINER;
        open[depth++] = node;
        last = NONE;
        skipSpace();
        if (peek() != c + 2) { // in ASCII a closing bracket is its opening one plus two
          continue;
        }
      } else {
        scalar(c, member ? MEMBER : 0);
        last = node;
        skipSpace();
      }
      // after a value: close what ends here, then either go on behind a comma or be done
      while (depth > 0 && at < to && json[at] == json[tape[open[depth - 1]] >>> 2] + 2) {
        if (last != NONE) {
          tape[last] |= LAST;
        }
        last = open[--depth];
        tape[last + 1] = ++at << 1;
        tape[last + 2] = length;
        skipSpace();
      }
      if (depth == 0) {
        tape[0] |= LAST;
        return;
      }
      if (peek() != ',') {
        throw error("expected a comma or the closing bracket");
      }
      at++;
      skipSpace();
    }
  }

  private void key(byte c) {
    if (c != '"') {
      throw error("expected a key");
    }
    scalar(c, 0);
    skipSpace();
    if (peek() != ':') {
      throw error("expected a colon");
    }
    at++;
    skipSpace();
  }

  private void scalar(byte c, int flags) {
    reserve();
    tape[length] = at << 2 | flags;
    switch (c) {
      case '"' -> tape[length + 1] = string();
      case 't' -> tape[length + 1] = literal("true");
      case 'f' -> tape[length + 1] = literal("false");
      case 'n' -> tape[length + 1] = literal("null");
      default -> tape[length + 1] = number();
    }
    length += JsonTape.SCALAR;
  }

  /** Leaves {@code at} behind the closing quote. */
  private int string() {
    int escaped = 0;
    int i = at + 1;
    while (true) {
      i = Words.stringStop(json, i, to);
      at = i;
      byte c = peek();
      if (c == '"') {
        at = i + 1;
        return i << 1 | escaped;
      }
      if (c != '\\') {
        throw error("a control character in a string");
      }
      escaped = ESCAPED;
      at++;
      switch (peek()) {
        case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> i += 2;
        case 'u' -> {
          if (at + 4 >= to || JsonText.hex4(json, at + 1) < 0) {
            throw error("a bad escape");
          }
          i += 6;
        }
        default -> throw error("a bad escape");
      }
    }
  }

  private int literal(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (peek() != word.charAt(i)) {
        throw error("an unknown word");
      }
      at++;
    }
    return at << 1;
  }

  private int number() {
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (at < to && json[at] == '.') {
      at++;
      digits();
    }
    if (at < to && (json[at] | 0x20) == 'e') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
    return at << 1;
  }

  private void digits() {
    byte c = peek();
    if (c < '0' || c > '9') {
      throw error("expected a value");
    }
    while (at < to && json[at] >= '0' && json[at] <= '9') {
      at++;
    }
  }

  private void skipSpace() {
    while (at < to
        && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
      at++;
    }
  }

  private byte peek() {
    if (at >= to) {
      throw error("an unexpected end");
    }
    return json[at];
  }

  private void reserve() {
    if (length + CONTAINER > tape.length) {
      tape = Arrays.copyOf(tape, 2 * tape.length);
    }
  }

  private JsonError error(String reason) {
    return new JsonError(reason, at - from);
  }
}
