package io.keeptrusts.gateway.wire;

import java.util.Arrays;

/**
 * The structure of one JSON value (RFC 8259, UTF-8) as a tape of ints over the caller's bytes: one
 * pass, no tree, no allocation once the tape has grown to its working size. A reader walks objects
 * and arrays by node numbers and gets byte ranges, so that a string can be replaced in place and
 * everything else stays as it came.
 *
 * <p>Strict about grammar, escapes and control characters; does not look at the validity of UTF-8,
 * nor refuse duplicate keys: both members are visible, and {@link #find} takes the last one, as
 * common parsers do. A range is at most 512 MiB, nesting at most {@value #MAX_DEPTH}. The tape
 * takes at most 8 bytes for each byte of the largest input and keeps that memory.
 *
 * <p>Nodes and ranges are valid until the next {@link #scan}, and as long as the bytes are left
 * alone. Not thread-safe.
 */
public final class JsonTape {
  public static final int MAX_DEPTH = 64;

  /** What a node is. */
  public enum Type {
    OBJECT,
    ARRAY,
    STRING,
    NUMBER,
    TRUE,
    FALSE,
    NULL
  }

  // A scalar is two ints: start << 2 | MEMBER | LAST, then end << 1 | ESCAPED; start is that of the
  // raw token, so that
  // its first byte tells the type. A container has a third: the tape index after its subtree. A
  // member's key is a
  // string node in front of its value.
  static final int LAST = 1;
  static final int MEMBER = 2;
  static final int ESCAPED = 1;
  static final int SCALAR = 2;
  static final int CONTAINER = 3;

  private final JsonScan scan = new JsonScan();
  private byte[] json = new byte[0];
  private int[] tape = new int[256];

  /**
   * Scans {@code json[from, to)}, which is kept by reference.
   *
   * @throws JsonError if it is not exactly one JSON value; the tape must not be read then
   */
  public void scan(byte[] json, int from, int to) {
    this.json = json;
    tape = scan.run(json, from, to, tape);
  }

  public int root() {
    return 0;
  }

  public Type type(int node) {
    return switch (json[tape[node] >>> 2]) {
      case '{' -> Type.OBJECT;
      case '[' -> Type.ARRAY;
      case '"' -> Type.STRING;
      case 't' -> Type.TRUE;
      case 'f' -> Type.FALSE;
      case 'n' -> Type.NULL;
      default -> Type.NUMBER;
    };
  }

  /** First byte: of a string's content, of a container its bracket. */
  public int start(int node) {
    int start = tape[node] >>> 2;
    return json[start] == '"' ? start + 1 : start;
  }

  /** After the last byte: of a string's content, of a container its bracket. */
  public int end(int node) {
    return tape[node + 1] >>> 1;
  }

  /** Whether a string contains a backslash, so that its bytes are not its text. */
  public boolean escaped(int node) {
    return (tape[node + 1] & ESCAPED) != 0;
  }

  /**
   * The first value of an array or of an object's members; -1 if there is none (also for a scalar).
   */
  public int first(int container) {
    int open = json[tape[container] >>> 2];
    if (open != '{' && open != '[' || tape[container + 2] == container + CONTAINER) {
      return -1;
    }
    return container + CONTAINER + (open == '{' ? SCALAR : 0);
  }

  /** The next value of the same array or object, or -1. */
  public int next(int node) {
    int head = tape[node];
    if ((head & LAST) != 0) {
      return -1;
    }
    int open = json[head >>> 2];
    int after = open == '{' || open == '[' ? tape[node + 2] : node + SCALAR;
    return (head & MEMBER) != 0 ? after + SCALAR : after;
  }

  /** First byte of the key of a member's value, after the quote. */
  public int keyStart(int node) {
    return start(node - SCALAR);
  }

  /** After the last byte of the key of a member's value, at the quote. */
  public int keyEnd(int node) {
    return end(node - SCALAR);
  }

  /**
   * Whether the key of a member's value is this one, however it is spelled: {@code "\u0063ontent"}
   * is "content".
   */
  public boolean keyIs(int node, byte[] asciiKey) {
    int key = node - SCALAR;
    return escaped(key)
        ? JsonText.spells(json, start(key), end(key), asciiKey)
        : Arrays.equals(json, start(key), end(key), asciiKey, 0, asciiKey.length);
  }

  /**
   * The value of the object's last member with that key; -1 if there is none, or the node is no
   * object.
   */
  public int find(int object, byte[] asciiKey) {
    int found = -1;
    if (json[tape[object] >>> 2] == '{') {
      for (int node = first(object); node >= 0; node = next(node)) {
        if (keyIs(node, asciiKey)) {
          found = node;
        }
      }
    }
    return found;
  }

  public boolean isNull(int node) {
    return json[tape[node] >>> 2] == 'n';
  }
}
