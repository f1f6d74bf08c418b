package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Frame.Field;
import io.keeptrusts.gateway.wire.Bytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts other bytes in the place of some fields of a frame and keeps every other byte as it came.
 */
final class Splice {
  /** What stands in the place of a field. */
  private record Piece(byte[] bytes) {}

  private final Bytes bytes = new Bytes(512);
  private final Frame result = new Frame();
  private Frame frame = new Frame();
  private @Nullable Piece[] replacements = new Piece[8];
  private boolean changed;

  void begin(Frame next) {
    frame = next;
    if (replacements.length < next.size()) {
      replacements = new Piece[next.size() * 2];
    } else {
      Arrays.fill(replacements, 0, next.size(), null);
    }
    changed = false;
  }

  void replace(int field, byte[] by) {
    replacements[field] = new Piece(by);
    changed = true;
  }

  boolean changed() {
    return changed;
  }

  /** Whether any text is left in the frame. */
  boolean anyText() {
    for (int i = 0; i < frame.size(); i++) {
      Field field = frame.field(i);
      boolean text =
          switch (field.treatment()) {
            case STREAM, REPEAT, WHOLE -> true;
            case NAME, LOGPROBS, TOKEN_IDS, SEAL, EVENT, NUMBER, VECTOR -> false;
          };
      Piece by = replacements[i];
      if (text && (by == null ? field.to() > field.from() : by.bytes.length > 0)) {
        return true;
      }
    }
    return false;
  }

  /** The frame with its replacements; valid until the next one begins. */
  Frame finish() {
    bytes.reset();
    byte[] json = frame.json();
    int at = frame.from();
    int[] starts = new int[frame.size()];
    for (int i = 0; i < frame.size(); i++) {
      Field field = frame.field(i);
      bytes.add(json, at, field.from());
      starts[i] = bytes.length();
      Piece by = replacements[i];
      if (by == null) {
        bytes.add(json, field.from(), field.to());
      } else {
        bytes.add(by.bytes);
      }
      at = field.to();
    }
    bytes.add(json, at, frame.to());
    result.like(frame, bytes.array(), bytes.length());
    for (int i = 0; i < frame.size(); i++) {
      Field field = frame.field(i);
      Piece by = replacements[i];
      int length = by == null ? field.to() - field.from() : by.bytes.length;
      result.add(field.treatment(), field.channel(), starts[i], starts[i] + length);
    }
    return result;
  }
}
