package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.Call;
import org.jspecify.annotations.Nullable;

/** An answer of Ollama that is not streamed: one JSON object. */
final class OllamaAnswer implements Protocol.Reader {
  private final Protocol.Limits limits;
  private final Protocol.Sink sink;
  private final ChatWriter writer;
  private final Bytes body = new Bytes(4096);
  private @Nullable Refusal refusal;

  OllamaAnswer(Protocol.Limits limits, Protocol.Sink sink) {
    this.limits = limits;
    this.sink = sink;
    this.writer = new ChatWriter(sink);
  }

  @Override
  public Shape shape() {
    return writer.shape();
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
    JsonNode answer = OllamaTurn.read(body.array(), 0, body.length());
    if (answer == null
        || !answer.path("message").isObject()
        || !answer.path("done").asBoolean(false)) {
      throw ProviderFailure.broken(
          "The provider's answer holds no complete message; check the target's base_url.");
    }
    writer.whole(new OllamaTurn().whole(answer));
    sink.done();
  }
}
