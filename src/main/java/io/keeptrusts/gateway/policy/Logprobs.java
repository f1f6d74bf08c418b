package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.policy.text.TextCheck;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.JsonTape;
import io.keeptrusts.gateway.wire.JsonTape.Type;
import io.keeptrusts.gateway.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The logprobs of one channel. An entry leaves with the frame that releases its token's last
 * character; it is dropped, with its alternatives, if any of its characters was masked or if an
 * alternative is itself something to mask. Entries that do not spell the text beside them are
 * dropped: no one could tell what they hold.
 */
final class Logprobs {
  private static final byte[] TOKEN = ascii("token");
  private static final byte[] BYTES = ascii("bytes");
  private static final byte[] LOGPROB = ascii("logprob");
  private static final byte[] TOP = ascii("top_logprobs");

  private record Entry(byte[] json, long from, long to) {}

  private final TextCheck text;
  private final Queue<Entry> waiting = new ArrayDeque<>();
  private final StringBuilder piece = new StringBuilder();
  private @Nullable JsonTape tape;
  private long position;

  Logprobs(TextCheck text) {
    this.text = text;
  }

  /**
   * The text that the entries of this frame must spell; {@code at} is where it stands in the
   * channel.
   */
  void expect(long at, char[] chars, int length) {
    if (at != position + piece.length()) {
      piece.setLength(0);
    }
    if (piece.isEmpty()) {
      position = at;
    }
    piece.append(chars, 0, length);
  }

  /**
   * Takes the entries of a frame, after its text was fed.
   *
   * @return true if exactly they may leave with this frame; else see {@link #array}
   */
  boolean take(byte[] json, int from, int to, WholeText whole, Happenings happenings) {
    boolean before = waiting.isEmpty();
    boolean array = json[from] == '[';
    boolean clean = !array || add(json, from, to, whole, happenings);
    piece.setLength(0);
    if (waiting.isEmpty()) {
      return before && clean;
    }
    return before
        && clean
        && waiting.stream().allMatch(entry -> entry.to <= text.decided() && !masked(entry))
        && clear();
  }

  private boolean clear() {
    waiting.clear();
    return true;
  }

  /** The entries that may leave now, as a JSON array. */
  byte[] array() {
    byte[] inner = release();
    Bytes out = new Bytes(inner == null ? 2 : inner.length + 2);
    out.add((byte) '[');
    if (inner != null) {
      out.add(inner);
    }
    return out.add((byte) ']').toByteArray();
  }

  /** The entries that may leave now, joined by commas; null if there are none. */
  byte @Nullable [] release() {
    Bytes out = new Bytes(256);
    while (!waiting.isEmpty() && waiting.element().to <= text.decided()) {
      Entry entry = waiting.remove();
      if (!masked(entry)) {
        if (!out.isEmpty()) {
          out.add((byte) ',');
        }
        out.add(entry.json);
      }
    }
    return out.isEmpty() ? null : out.toByteArray();
  }

  private boolean masked(Entry entry) {
    return text.masked(entry.from, entry.to);
  }

  /**
   * @return false if anything was dropped at once
   */
  private boolean add(byte[] json, int from, int to, WholeText whole, Happenings happenings) {
    if (tape == null) {
      tape = new JsonTape();
    }
    tape.scan(json, from, to);
    byte[] expected = piece.toString().getBytes(StandardCharsets.UTF_8);
    Bytes spelled = new Bytes(expected.length + 16);
    boolean clean = true;
    Queue<Entry> entries = new ArrayDeque<>();
    for (int node = tape.first(tape.root()); node >= 0; node = tape.next(node)) {
      int start = spelled.length();
      if (!spell(tape, json, node, spelled)) {
        return false;
      }
      if (isClean(tape, json, node, whole, happenings)) {
        long begin = position + units(spelled.array(), start, false);
        long end = position + units(spelled.array(), spelled.length(), true);
        entries.add(
            new Entry(Arrays.copyOfRange(json, tape.start(node), tape.end(node)), begin, end));
      } else {
        clean = false;
      }
    }
    if (!Arrays.equals(spelled.array(), 0, spelled.length(), expected, 0, expected.length)) {
      return false;
    }
    waiting.addAll(entries);
    return clean;
  }

  /**
   * UTF-16 units of the first {@code length} bytes; a character that is cut counts as whole or not
   * at all.
   */
  private static int units(byte[] utf8, int length, boolean whole) {
    int end = length;
    while (!whole && end > 0 && end < utf8.length && (utf8[end] & 0xc0) == 0x80) {
      end--;
    }
    int units = 0;
    for (int i = 0; i < end; i++) {
      int b = utf8[i] & 0xff;
      if (b < 0x80 || b >= 0xc0) {
        units += b >= 0xf0 ? 2 : 1;
      }
    }
    return units;
  }

  /**
   * Adds the bytes of a token; false if nobody could tell them, or if they are not what the token
   * reads.
   */
  private static boolean spell(JsonTape tape, byte[] json, int entry, Bytes out) {
    int token = tape.type(entry) == Type.OBJECT ? tape.find(entry, TOKEN) : -1;
    if (token < 0 || tape.type(token) != Type.STRING) {
      return false;
    }
    String read = text(tape, json, token);
    int bytes = tape.find(entry, BYTES);
    if (bytes < 0 || tape.isNull(bytes)) {
      out.add(read.getBytes(StandardCharsets.UTF_8));
      return true;
    }
    int from = out.length();
    if (tape.type(bytes) != Type.ARRAY) {
      return false;
    }
    for (int b = tape.first(bytes); b >= 0; b = tape.next(b)) {
      int value = 0;
      for (int i = tape.start(b); i < tape.end(b) && value < 256; i++) {
        value = json[i] >= '0' && json[i] <= '9' ? value * 10 + json[i] - '0' : 256;
      }
      if (value > 255) {
        return false;
      }
      out.add((byte) value);
    }
    return reads(read, Arrays.copyOfRange(out.array(), from, out.length()));
  }

  /** A part of a character reads U+FFFD, or {@code \\xf0\\x9f} as OpenAI writes it. */
  private static boolean reads(String token, byte[] bytes) {
    if (token.equals(new String(bytes, StandardCharsets.UTF_8))) {
      return true;
    }
    StringBuilder escaped = new StringBuilder();
    for (byte b : bytes) {
      escaped.append(b >= 0 ? String.valueOf((char) b) : "\\x" + Integer.toHexString(b & 0xff));
    }
    return token.contentEquals(escaped);
  }

  private static String text(JsonTape tape, byte[] json, int string) {
    char[] chars = new char[tape.end(string) - tape.start(string)];
    return new String(
        chars, 0, JsonText.decode(json, tape.start(string), tape.end(string), chars, 0));
  }

  /** Nothing but the documented members, and no alternative that is something to mask by itself. */
  private static boolean isClean(
      JsonTape tape, byte[] json, int entry, WholeText whole, Happenings happenings) {
    int tops = tape.find(entry, TOP);
    if (!isDocumented(tape, entry)
        || (tops >= 0 && tape.type(tops) != Type.ARRAY && !tape.isNull(tops))) {
      return false;
    }
    boolean any = tops >= 0 && tape.type(tops) == Type.ARRAY;
    for (int other = any ? tape.first(tops) : -1; other >= 0; other = tape.next(other)) {
      if (!spell(tape, json, other, new Bytes(32))
          || !isDocumented(tape, other)
          || tape.find(other, TOP) >= 0) {
        return false;
      }
      char[] chars = text(tape, json, tape.find(other, TOKEN)).toCharArray();
      if (whole.apply(chars, chars.length, happenings) != null || whole.hit() != null) {
        return false;
      }
    }
    return true;
  }

  /** Each member at most once, none but those that the format has, and of the type that it has. */
  private static boolean isDocumented(JsonTape tape, int entry) {
    int seen = 0;
    for (int member = tape.first(entry); member >= 0; member = tape.next(member)) {
      int bit =
          tape.keyIs(member, TOKEN)
              ? 1
              : tape.keyIs(member, BYTES) ? 2 : tape.keyIs(member, TOP) ? 4 : 8;
      boolean number = tape.type(member) == Type.NUMBER || tape.isNull(member);
      if ((seen & bit) != 0 || (bit == 8 && !(tape.keyIs(member, LOGPROB) && number))) {
        return false;
      }
      seen |= bit;
    }
    return true;
  }

  private static byte[] ascii(String key) {
    return key.getBytes(StandardCharsets.US_ASCII);
  }
}
