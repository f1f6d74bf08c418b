package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.Call;
import org.jspecify.annotations.Nullable;

/** A chat completion that is not streamed: one JSON object, walked as one frame in which every channel ends. */
final class OpenAiAnswer implements Protocol.Reader {
  private final Protocol.Limits limits;
  private final Protocol.Sink sink;
  private final ChatShape shape = new ChatShape();
  private final Bytes body = new Bytes(4096);
  private @Nullable Refusal refusal;

  OpenAiAnswer(Protocol.Limits limits, Protocol.Sink sink) {
    this.limits = limits;
    this.sink = sink;
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
      throw ProviderFailure.broken("The provider's answer is larger than " + limits.maxAnswer() + " bytes.");
    }
    body.add(bytes, from, to);
  }

  @Override
  public void end() {
    if (refusal != null) {
      throw refusal.failure();
    }
    Frame frame = new Frame();
    frame.load(body.array(), 0, body.length());
    shape.index(frame);
    if (!shape.answered()) {
      throw ProviderFailure.broken("The provider's answer holds no choices; check the target's base_url.");
    }
    frame.complete();
    frame.worth();
    sink.frame(frame);
    sink.done();
  }
}
