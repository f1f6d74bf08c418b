package io.keeptrusts.gateway.provider.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.provider.AnswerReader;
import io.keeptrusts.gateway.provider.ChatWriter;
import io.keeptrusts.gateway.provider.Protocol;
import io.keeptrusts.gateway.provider.ProviderFailure;
import io.keeptrusts.gateway.wire.Call;
import io.keeptrusts.gateway.wire.SseDecoder;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer: server-sent events that no event closes, so its end is the end of the
 * connection, and a finish reason proves that nothing is missing. A body that begins like JSON is
 * read as JSON, whatever its header says.
 */
final class StreamReader extends AnswerReader implements SseDecoder.Handler {
  private final Protocol.Limits limits;
  private final Protocol.Sink sink;
  private final ChatWriter writer;
  private final Answer answer;
  private final SseDecoder events;
  private final Items items;
  private @Nullable Boolean json;
  private boolean ending;

  StreamReader(Protocol.Limits limits, Protocol.Sink sink) {
    this.limits = limits;
    this.sink = sink;
    this.writer = new ChatWriter(sink);
    this.answer = new Answer(new ToldInChunks(writer), limits.maxEvent());
    this.events = new SseDecoder(limits.maxEvent());
    this.items = new Items(limits.maxEvent());
  }

  @Override
  public Shape shape() {
    return writer.shape();
  }

  @Override
  protected void begin(Call.Headers headers) {
    String type = headers.get("content-type");
    if (type != null && type.startsWith("text/html")) {
      throw ProviderFailure.broken(
          "The provider answered a stream with text/html; check the target's base_url.");
    }
  }

  @Override
  protected void take(byte[] bytes, int from, int to) {
    for (int i = from; json == null && i < to; i++) {
      byte c = bytes[i];
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
        json = c == '{' || c == '[';
      }
    }
    if (json == null) {
      return;
    }
    if (json) {
      items.feed(bytes, from, to, this::item);
      return;
    }
    try {
      events.feed(bytes, from, to, this);
    } catch (SseDecoder.TooLarge e) {
      throw ProviderFailure.broken(
          "The provider sent an event larger than gateway.sse.max-event ("
              + limits.maxEvent()
              + " bytes).");
    }
  }

  @Override
  protected void finish() {
    ending = true;
    events.end(this);
    if (!items.complete()) {
      throw cut();
    }
    answer.end(true);
    sink.done();
  }

  @Override
  public void event(@Nullable String type, byte[] data, int from, int to) {
    // Proxies that speak OpenAI elsewhere close with [DONE]; the end of the connection still
    // decides.
    boolean mark = to - from == 6 && data[from] == '[' && data[from + 1] == 'D';
    if (to > from && !mark) {
      item(data, from, to);
    } else if (ending && !mark) {
      throw cut();
    }
  }

  private void item(byte[] b, int from, int to) {
    JsonNode chunk = Json.parse(b, from, to);
    if (chunk == null) {
      throw ending
          ? cut()
          : ProviderFailure.broken(
              "The provider sent an event that is not JSON; check the target's base_url.");
    }
    if (chunk instanceof ArrayNode several) {
      several.forEach(answer::chunk);
    } else {
      answer.chunk(chunk);
    }
  }

  /** A bare JSON error in the middle of the events. */
  @Override
  public void stray(byte[] b, int from, int to) {
    JsonNode said = Json.parse(b, from, to);
    throw said == null ? cut() : Errors.inStream(said);
  }

  @Override
  protected ProviderFailure refused(int status, Call.Headers headers, byte[] body, int length) {
    return Errors.http(status, headers, body, length);
  }

  private static ProviderFailure cut() {
    return ProviderFailure.connection(
        "The provider closed the stream before the answer was complete.");
  }
}
