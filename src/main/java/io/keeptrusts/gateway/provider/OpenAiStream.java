package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.wire.Call;
import io.keeptrusts.gateway.wire.SseDecoder;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A streamed chat completion: server-sent events, closed by {@code [DONE]} or by the end of the
 * connection.
 */
final class OpenAiStream extends AnswerReader implements SseDecoder.Handler {
  private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

  private final Protocol.Limits limits;
  private final Protocol.Sink sink;
  private final ChatShape shape = new ChatShape();
  private final SseDecoder decoder;
  private final Frame frame = new Frame();
  private final ChatRepair repair;
  private final Likeness last = new Likeness();
  private boolean done;

  OpenAiStream(Set<ChatRepair.Flaw> flaws, Protocol.Limits limits, Protocol.Sink sink) {
    this.repair = new ChatRepair(flaws);
    this.limits = limits;
    this.sink = sink;
    this.decoder = new SseDecoder(limits.maxEvent());
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  protected void begin(Call.Headers headers) {
    Bodies.refuseWhole(headers);
  }

  @Override
  protected void take(byte[] bytes, int from, int to) {
    if (done) {
      return;
    }
    try {
      decoder.feed(bytes, from, to, this);
    } catch (SseDecoder.TooLarge e) {
      throw ProviderFailure.broken(
          "The provider sent an event larger than gateway.sse.max-event ("
              + limits.maxEvent()
              + " bytes).");
    }
  }

  @Override
  protected void finish() {
    if (done) {
      return;
    }
    decoder.end(this);
    if (done) {
      return;
    }
    if (!shape.finished()) {
      throw ProviderFailure.connection(
          "The provider closed the stream before the answer was complete.");
    }
    complete();
  }

  private void complete() {
    repair.end().forEach(this::frame);
    done = true;
    sink.done();
  }

  private void frame(ObjectNode chunk) {
    byte[] bytes = ExactJson.bytes(chunk);
    frame(bytes, 0, bytes.length);
  }

  private void frame(byte[] json, int from, int to) {
    frame.load(json, from, to);
    shape.index(frame);
    sink.frame(frame);
  }

  @Override
  public void event(@Nullable String type, byte[] data, int from, int to) {
    if (done) {
      return;
    }
    if (isDone(data, from, to)) {
      complete();
      return;
    }
    if ("error".equals(type)) {
      throw ProviderErrors.inStream(data, from, to);
    }
    if (last.has(data, from, to) && !repair.waits()) {
      frame.again(data, from, to);
      sink.frame(frame);
    } else if (repair.needed(data, from, to)) {
      last.forget();
      repair.stream(data, from, to).forEach(this::frame);
    } else {
      frame(data, from, to);
      last.of(frame);
    }
  }

  /** Some servers put a space or a tab after it. */
  private static boolean isDone(byte[] data, int from, int to) {
    int end = to;
    while (end > from && (data[end - 1] == ' ' || data[end - 1] == '\t')) {
      end--;
    }
    return Arrays.equals(data, from, end, DONE, 0, DONE.length);
  }

  @Override
  public void stray(byte[] b, int from, int to) {
    throw ProviderErrors.inStream(b, from, to);
  }
}
