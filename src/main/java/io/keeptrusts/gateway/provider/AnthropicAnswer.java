package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.exchange.Shape;

/**
 * An answer of Anthropic's Messages that is not streamed: told through the same events as a stream,
 * then written whole.
 */
final class AnthropicAnswer extends WholeReader {
  private final Protocol.Limits limits;
  private final Protocol.Sink sink;
  private final ChatWriter writer;

  AnthropicAnswer(Protocol.Limits limits, Protocol.Sink sink) {
    super(limits);
    this.limits = limits;
    this.sink = sink;
    this.writer = new ChatWriter(sink);
  }

  @Override
  public Shape shape() {
    return writer.shape();
  }

  @Override
  protected void answer(byte[] body, int length) {
    JsonNode message = ExactJson.read(body, 0, length);
    if (message == null) {
      throw ProviderFailure.broken(
          "The provider's answer is not JSON; check the target's base_url.");
    }
    if (message.path("error").isObject()) {
      throw AnthropicErrors.of(body, 0, length);
    }
    if (!message.path("content").isArray()) {
      throw ProviderFailure.broken(
          "The provider's answer holds no content; check the target's base_url.");
    }
    ChatCollector collector = new ChatCollector();
    new AnthropicEvents(collector, limits.maxAnswer()).whole(message);
    writer.whole(collector.answer());
    sink.done();
  }
}
