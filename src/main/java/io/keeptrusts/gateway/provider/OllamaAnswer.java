package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.exchange.Shape;

/** An answer of Ollama that is not streamed: one JSON object. */
final class OllamaAnswer extends WholeReader {
  private final Protocol.Sink sink;
  private final ChatWriter writer;

  OllamaAnswer(Protocol.Limits limits, Protocol.Sink sink) {
    super(limits);
    this.sink = sink;
    this.writer = new ChatWriter(sink);
  }

  @Override
  public Shape shape() {
    return writer.shape();
  }

  @Override
  protected void answer(byte[] body, int length) {
    JsonNode answer = OllamaTurn.read(body, 0, length);
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
