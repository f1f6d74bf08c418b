package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Shape;

/** An answer of vectors in OpenAI's words: the whole body is one frame. */
public class EmbeddingsReader extends WholeReader {
  // Two thousand texts, OpenAI's most for one request, make more bytes of vectors than any text
  // has.
  private static final int TIMES = 8;
  private static final int MOST = 1 << 28;

  private final Protocol.Sink sink;
  private final EmbeddingsShape shape = new EmbeddingsShape();

  public EmbeddingsReader(Protocol.Limits limits, Protocol.Sink sink) {
    super(
        new Protocol.Limits(
            limits.maxEvent(), (int) Math.min(MOST, (long) TIMES * limits.maxAnswer())));
    this.sink = sink;
  }

  @Override
  public final Shape shape() {
    return shape;
  }

  @Override
  protected void answer(byte[] body, int length) {
    Frame frame = new Frame();
    frame.load(body, 0, length);
    shape.index(frame);
    frame.complete();
    frame.substance();
    sink.frame(frame);
    sink.done();
  }
}
