package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.wire.JsonTape;
import java.nio.charset.StandardCharsets;

/**
 * The member names that mean something in an answer. Looked up by bytes, without building a string.
 */
enum Keys {
  ACTION,
  ANNOTATIONS,
  ARGUMENTS,
  AUDIO,
  CHOICES,
  CODE,
  COMMANDS,
  CONTENT,
  CONTENT_PARTS,
  CREATED,
  CUSTOM,
  DELTA,
  DIFF,
  ERROR,
  EXECUTED_TOOLS,
  FINISH_REASON,
  FUNCTION,
  FUNCTION_CALL,
  ID,
  IMAGES,
  INDEX,
  INPUT,
  ITEM,
  LOGPROBS,
  MESSAGE,
  MODEL,
  NAME,
  NAMESPACE,
  OBFUSCATION,
  OBJECT,
  OPERATION,
  OUTPUT,
  P,
  PART,
  REASONING,
  REASONING_CONTENT,
  REASONING_DETAILS,
  REFUSAL,
  RESPONSE,
  RESULT,
  ROLE,
  SEQUENCE_NUMBER,
  SERVICE_TIER,
  SIGNATURE,
  STATUS,
  SUMMARY,
  SYSTEM_FINGERPRINT,
  TEXT,
  THINKING,
  THINKING_BLOCKS,
  TOKEN_IDS,
  TOOL_CALLS,
  TYPE,
  USAGE,
  /** Everything else. */
  OTHER;

  private static final int SLOTS = 256;
  private static final Keys[] TABLE = new Keys[SLOTS];

  static {
    for (Keys key : values()) {
      if (key != OTHER) {
        int slot = hash(key.bytes, 0, key.bytes.length);
        while (TABLE[slot] != null) {
          slot = (slot + 1) % SLOTS;
        }
        TABLE[slot] = key;
      }
    }
  }

  @SuppressWarnings("ImmutableEnumChecker") // never handed out
  private final byte[] bytes =
      name().toLowerCase(java.util.Locale.ROOT).getBytes(StandardCharsets.US_ASCII);

  /** The key of a member of an object. An escaped spelling is the same key. */
  static Keys of(JsonTape tape, byte[] json, int member) {
    int from = tape.keyStart(member);
    int to = tape.keyEnd(member);
    for (int i = from; i < to; i++) {
      if (json[i] == '\\') {
        return escaped(tape, member);
      }
    }
    for (int slot = hash(json, from, to); TABLE[slot] != null; slot = (slot + 1) % SLOTS) {
      Keys key = TABLE[slot];
      if (java.util.Arrays.equals(key.bytes, 0, key.bytes.length, json, from, to)) {
        return key;
      }
    }
    return OTHER;
  }

  private static Keys escaped(JsonTape tape, int member) {
    for (Keys key : values()) {
      if (key != OTHER && tape.keyIs(member, key.bytes)) {
        return key;
      }
    }
    return OTHER;
  }

  private static int hash(byte[] b, int from, int to) {
    int length = to - from;
    return length == 0
        ? 0
        : (b[from] * 31 + b[to - 1] * 7 + b[from + length / 2] * 13 + length * 3) & (SLOTS - 1);
  }
}
