package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.Call;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is not streamed: one JSON object, walked as one frame in which every channel ends.
 */
final class OpenAiAnswer implements Protocol.Reader {
  private final Protocol.Limits limits;
  private final Protocol.Sink sink;
  private final Shape shape;
  private final BooleanSupplier answered;
  private final ChatRepair repair;
  private final Bytes body = new Bytes(4096);
  private @Nullable Refusal refusal;

  /**
   * @param answered whether the shape has seen an answer
   */
  private OpenAiAnswer(
      Set<ChatRepair.Flaw> flaws,
      Protocol.Limits limits,
      Protocol.Sink sink,
      Shape shape,
      BooleanSupplier answered) {
    this.repair = new ChatRepair(flaws);
    this.limits = limits;
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
  public void head(int status, Call.Headers headers) {
    if (status != 200) {
      refusal = new Refusal(status, headers);
      return;
    }
    Bodies.refuseEncoded(headers);
  }

  @Override
  public void data(byte[] bytes, int from, int to) {
    if (refusal != null) {
      refusal.add(bytes, from, to);
      return;
    }
    if (body.length() + to - from > limits.maxAnswer()) {
      throw ProviderFailure.broken(
          "The provider's answer is larger than " + limits.maxAnswer() + " bytes.");
    }
    body.add(bytes, from, to);
  }

  @Override
  public void end() {
    if (refusal != null) {
      throw refusal.failure();
    }
    Frame frame = new Frame();
    byte[] json = repaired();
    frame.load(json, 0, json == body.array() ? body.length() : json.length);
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

  private byte[] repaired() {
    return repair.neededWhole(body.array(), 0, body.length())
            && ExactJson.read(body.array(), 0, body.length()) instanceof ObjectNode answer
        ? ExactJson.bytes(repair.whole(answer))
        : body.array();
  }
}
