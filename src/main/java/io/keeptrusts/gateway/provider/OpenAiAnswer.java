package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Shape;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * An answer that is not streamed: one JSON object, walked as one frame in which every channel ends.
 */
final class OpenAiAnswer extends WholeReader {
  private final Protocol.Sink sink;
  private final Shape shape;
  private final BooleanSupplier answered;
  private final ChatRepair repair;

  /**
   * @param answered whether the shape has seen an answer
   */
  private OpenAiAnswer(
      Set<ChatRepair.Flaw> flaws,
      Protocol.Limits limits,
      Protocol.Sink sink,
      Shape shape,
      BooleanSupplier answered) {
    super(limits);
    this.repair = new ChatRepair(flaws);
    this.sink = sink;
    this.shape = shape;
    this.answered = answered;
  }

  static OpenAiAnswer chat(Set<ChatRepair.Flaw> flaws, Protocol.Limits limits, Protocol.Sink sink) {
    ChatShape shape = new ChatShape();
    return new OpenAiAnswer(flaws, limits, sink, shape, shape::answered);
  }

  static OpenAiAnswer response(Protocol.Limits limits, Protocol.Sink sink) {
    ResponsesShape shape = new ResponsesShape();
    return new OpenAiAnswer(Set.of(), limits, sink, shape, shape::answered);
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  protected void answer(byte[] body, int length) {
    Frame frame = new Frame();
    byte[] json = repaired(body, length);
    frame.load(json, 0, json == body ? length : json.length);
    shape.index(frame);
    if (!answered.getAsBoolean()) {
      throw ProviderFailure.broken(
          "The provider's answer is no completion; check the target's base_url.");
    }
    frame.complete();
    frame.worth();
    sink.frame(frame);
    sink.done();
  }

  private byte[] repaired(byte[] body, int length) {
    return repair.neededWhole(body, 0, length)
            && ExactJson.read(body, 0, length) instanceof ObjectNode answer
        ? ExactJson.bytes(repair.whole(answer))
        : body;
  }
}
