package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.Call;
import org.jspecify.annotations.Nullable;

/**
 * An answer of Anthropic's Messages that is not streamed: told through the same events as a stream,
 * then written whole.
 */
final class AnthropicAnswer implements Protocol.Reader {
  private final Protocol.Limits limits;
  private final Protocol.Sink sink;
  private final ChatWriter writer;
  private final Bytes body = new Bytes(4096);
  private @Nullable Refusal refusal;

  AnthropicAnswer(Protocol.Limits limits, Protocol.Sink sink) {
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
    JsonNode message = ExactJson.read(body.array(), 0, body.length());
    if (message == null) {
      throw ProviderFailure.broken(
          "The provider's answer is not JSON; check the target's base_url.");
    }
    if (message.path("error").isObject()) {
      throw AnthropicErrors.of(body.array(), 0, body.length());
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
