package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.wire.Call;
import io.keeptrusts.gateway.wire.SseDecoder;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer of Anthropic's Messages: named events, closed by {@code message_stop} and by
 * nothing else.
 */
final class AnthropicStream extends AnswerReader implements SseDecoder.Handler {
  private final Protocol.Limits limits;
  private final Protocol.Sink sink;
  private final ChatWriter writer;
  private final AnthropicEvents events;
  private final SseDecoder decoder;
  private boolean done;

  AnthropicStream(Protocol.Limits limits, Protocol.Sink sink) {
    this.limits = limits;
    this.sink = sink;
    this.writer = new ChatWriter(sink);
    this.events = new AnthropicEvents(writer, limits.maxAnswer());
    this.decoder = new SseDecoder(limits.maxEvent());
  }

  @Override
  public Shape shape() {
    return writer.shape();
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
  public void event(@Nullable String name, byte[] data, int from, int to) {
    if (done) {
      return;
    }
    JsonNode event = ExactJson.read(data, from, to);
    if (event == null) {
      if ("error".equals(name)) {
        throw AnthropicErrors.of(data, from, to);
      }
      throw ProviderFailure.broken(
          "The provider sent an event that is not JSON; check the target's base_url.");
    }
    String type = event.path("type").asText(name == null ? "" : name);
    if (type.equals("error") || event.path("error").isObject()) {
      throw AnthropicErrors.of(data, from, to);
    }
    events.event(type, event);
    if (events.stopped()) {
      done = true;
      sink.done();
    }
  }

  @Override
  public void stray(byte[] b, int from, int to) {
    throw AnthropicErrors.of(b, from, to);
  }
}
