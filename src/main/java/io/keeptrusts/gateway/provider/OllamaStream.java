package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.wire.Call;
import io.keeptrusts.gateway.wire.LineDecoder;

/** A streamed answer of Ollama: one JSON object a line, the last one says {@code "done":true}. */
final class OllamaStream extends AnswerReader {
  private final Protocol.Limits limits;
  private final Protocol.Sink sink;
  private final ChatWriter writer;
  private final LineDecoder decoder;
  private final OllamaTurn turn = new OllamaTurn();
  private boolean begun;
  private boolean done;

  OllamaStream(Protocol.Limits limits, Protocol.Sink sink) {
    this.limits = limits;
    this.sink = sink;
    this.writer = new ChatWriter(sink);
    this.decoder = new LineDecoder(limits.maxEvent());
  }

  @Override
  public Shape shape() {
    return writer.shape();
  }

  @Override
  protected void begin(Call.Headers headers) {
    String type = headers.get("content-type");
    // Proxies drop or rename the type; a page or a stream of events is surely something else.
    if (type != null && (type.startsWith("text/html") || type.startsWith("text/event-stream"))) {
      throw ProviderFailure.broken(
          "The provider answered a stream with "
              + Bodies.mediaType(type)
              + "; check the target's base_url.");
    }
  }

  @Override
  protected void take(byte[] bytes, int from, int to) {
    if (done) {
      return;
    }
    try {
      decoder.feed(bytes, from, to, this::line);
    } catch (LineDecoder.TooLarge e) {
      throw ProviderFailure.broken(
          "The provider sent a line larger than gateway.sse.max-event ("
              + limits.maxEvent()
              + " bytes).");
    }
  }

  @Override
  protected void finish() {
    if (!done) {
      decoder.end(this::lastLine);
    }
    if (!done) {
      throw cut();
    }
  }

  private void line(byte[] b, int from, int to) {
    if (!done && !read(b, from, to)) {
      throw ProviderFailure.broken(
          "The provider sent a line that is not a JSON object; check the target's base_url.");
    }
  }

  private void lastLine(byte[] b, int from, int to) {
    if (!read(b, from, to)) {
      throw cut();
    }
  }

  private static ProviderFailure cut() {
    return ProviderFailure.connection(
        "The provider closed the stream before the answer was complete.");
  }

  private boolean read(byte[] b, int from, int to) {
    JsonNode line = OllamaTurn.read(b, from, to);
    if (line == null) {
      return false;
    }
    if (!begun) {
      begun = true;
      OllamaTurn.begin(line, writer);
    }
    if (turn.stream(line, writer)) {
      done = true;
      sink.done();
    }
    return true;
  }
}
