package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.wire.Call;
import io.keeptrusts.gateway.wire.SseDecoder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A streamed response: it ends with its terminal event and with nothing else. Some servers send a
 * {@code [DONE]} after it.
 */
final class ResponsesStream extends AnswerReader implements SseDecoder.Handler {
  private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

  private final Protocol.Limits limits;
  private final Protocol.Sink sink;
  private final ResponsesShape shape = new ResponsesShape();
  private final SseDecoder decoder;
  private final Frame frame = new Frame();
  private boolean done;

  ResponsesStream(Protocol.Limits limits, Protocol.Sink sink) {
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
    if (!done) {
      decoder.end(this);
    }
    if (!done) {
      throw ProviderFailure.connection(
          "The provider closed the stream before the answer was complete.");
    }
  }

  @Override
  public void event(@Nullable String type, byte[] data, int from, int to) {
    if (done || Arrays.equals(data, from, to, DONE, 0, DONE.length)) {
      return;
    }
    frame.load(data, from, to);
    shape.index(frame);
    sink.frame(frame);
    if (shape.finished()) {
      done = true;
      sink.done();
    }
  }

  @Override
  public void stray(byte[] b, int from, int to) {
    throw ProviderErrors.inStream(b, from, to);
  }
}
