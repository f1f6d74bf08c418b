package io.keeptrusts.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Frame.Field;
import io.keeptrusts.gateway.exchange.Usage;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.JsonTape;
import io.keeptrusts.gateway.wire.JsonTape.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the chunks of several answers one stream: {@code id}, {@code model} and {@code created} are
 * those of the first chunk, usage is what all have counted. Every other byte stays. One stream, one
 * event loop.
 */
final class Seam {
  private static final List<String> ENVELOPE = List.of("id", "model", "created");
  private static final byte[] USAGE = "usage".getBytes(US_ASCII);

  private record Edit(int from, int to, byte[] by) {}

  private final JsonTape tape = new JsonTape();
  private final Map<String, byte[]> first = new LinkedHashMap<>();
  private @Nullable Usage spent;
  private boolean closed;

  /** From now on chunks are another answer's. */
  void close(@Nullable Usage counted) {
    closed = true;
    spent = counted;
  }

  Frame envelope(Frame frame) {
    if (!closed && !first.isEmpty()) {
      return frame;
    }
    tape.scan(frame.json(), frame.from(), frame.to());
    if (!closed) {
      remember(frame);
      return frame;
    }
    List<Edit> edits = new ArrayList<>();
    first.forEach((key, value) -> edit(find(tape.root(), key), value, edits));
    int usage = tape.find(tape.root(), USAGE);
    if (spent != null && usage >= 0 && tape.type(usage) == Type.OBJECT) {
      add(frame, usage, "prompt_tokens", spent.promptTokens(), edits);
      add(frame, usage, "completion_tokens", spent.completionTokens(), edits);
      add(frame, usage, "total_tokens", spent.totalTokens(), edits);
    }
    edits.sort(Comparator.comparingInt(Edit::from));
    return edits.isEmpty() ? frame : apply(edits, frame);
  }

  private void remember(Frame frame) {
    for (String key : ENVELOPE) {
      int node = find(tape.root(), key);
      if (node >= 0) {
        first.put(key, Arrays.copyOfRange(frame.json(), from(node), to(node)));
      }
    }
  }

  private void edit(int node, byte[] by, List<Edit> edits) {
    if (node >= 0) {
      edits.add(new Edit(from(node), to(node), by));
    }
  }

  private void add(Frame frame, int usage, String key, long more, List<Edit> edits) {
    int node = find(usage, key);
    if (more > 0 && node >= 0 && tape.type(node) == Type.NUMBER) {
      String number = new String(frame.json(), from(node), to(node) - from(node), US_ASCII);
      if (number.length() < 18 && number.chars().allMatch(c -> c >= '0' && c <= '9')) {
        edit(node, Long.toString(Long.parseLong(number) + more).getBytes(US_ASCII), edits);
      }
    }
  }

  private int find(int object, String key) {
    return tape.find(object, key.getBytes(US_ASCII));
  }

  private int from(int node) {
    return tape.start(node) - (tape.type(node) == Type.STRING ? 1 : 0);
  }

  private int to(int node) {
    return tape.end(node) + (tape.type(node) == Type.STRING ? 1 : 0);
  }

  private static Frame apply(List<Edit> edits, Frame frame) {
    Bytes json = new Bytes(frame.to() - frame.from() + 64);
    int at = frame.from();
    for (Edit edit : edits) {
      json.add(frame.json(), at, edit.from).add(edit.by);
      at = edit.to;
    }
    json.add(frame.json(), at, frame.to());
    Frame sewn = new Frame();
    sewn.like(frame, json.array(), json.length());
    for (int i = 0; i < frame.size(); i++) {
      Field field = frame.field(i);
      int shift = -frame.from();
      boolean kept = true;
      for (Edit edit : edits) {
        if (edit.to <= field.from()) {
          shift += edit.by.length - (edit.to - edit.from);
        } else {
          kept &= edit.from >= field.to();
        }
      }
      if (kept) {
        sewn.add(field.treatment(), field.channel(), field.from() + shift, field.to() + shift);
      }
    }
    return sewn;
  }
}
