package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.wire.Bytes;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The token ids of one choice. They say which frame they came with, not which characters they are,
 * so those of a frame travel together: with the last character of the frame's texts, and not at all
 * if any of these was masked or dropped. Where a later stage looks at the texts again they may only
 * leave with the whole of them: it could not tell what those that come later stand for.
 */
final class TokenIds {
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  /** A text of a frame: where it stands in its channel. */
  record Span(ChannelCheck check, long from, long to) {

    /** Of an empty text the next character counts as well: an id may be the first half of it. */
    private long end() {
      return from < to ? to : check.ended() ? Math.min(to + 1, check.taken()) : to + 1;
    }

    private boolean decided() {
      return end() <= check.decided();
    }

    private boolean masked() {
      return check.masked(from, end());
    }
  }

  private record Ids(byte[] inner, List<Span> spans) {}

  private final boolean mayWait;
  private final Queue<Ids> waiting = new ArrayDeque<>();

  TokenIds(boolean mayWait) {
    this.mayWait = mayWait;
  }

  /**
   * Takes the ids of a frame, after all its texts were fed.
   *
   * @param spans the frame's texts in this choice
   * @param clean false if a text was dropped, or masked as a whole
   * @return what stands in the place of the ids, null if they may stay
   */
  byte @Nullable [] take(Frame frame, Frame.Field field, List<Span> spans, boolean clean) {
    boolean empty = waiting.isEmpty();
    byte[] json = frame.json();
    boolean array = json[field.from()] == '[';
    boolean decided = spans.stream().allMatch(Span::decided);
    if (empty && clean && decided && spans.stream().noneMatch(Span::masked) && array) {
      return null;
    }
    if (array && clean && mayWait) {
      waiting.add(
          new Ids(Arrays.copyOfRange(json, field.from() + 1, field.to() - 1), List.copyOf(spans)));
    }
    return release();
  }

  private byte[] release() {
    Bytes out = new Bytes(64);
    while (!waiting.isEmpty() && waiting.element().spans.stream().allMatch(Span::decided)) {
      Ids ids = waiting.remove();
      if (ids.inner.length > 0 && ids.spans.stream().noneMatch(Span::masked)) {
        out.add((byte) (out.isEmpty() ? '[' : ',')).add(ids.inner);
      }
    }
    return out.isEmpty() ? NULL : out.add((byte) ']').toByteArray();
  }
}
