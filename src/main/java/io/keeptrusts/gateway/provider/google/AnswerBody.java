package io.keeptrusts.gateway.provider.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.provider.ChatWriter;
import io.keeptrusts.gateway.provider.Protocol;
import io.keeptrusts.gateway.provider.ProviderFailure;
import io.keeptrusts.gateway.provider.WholeReader;
import io.keeptrusts.gateway.wire.Call;

/** An answer that is not streamed: one {@code GenerateContentResponse}, or an array of them. */
final class AnswerBody extends WholeReader {
  private final Protocol.Limits limits;
  private final Protocol.Sink sink;
  private final ChatWriter writer;

  AnswerBody(Protocol.Limits limits, Protocol.Sink sink) {
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
    JsonNode root = Json.parse(body, 0, length);
    if (root == null) {
      throw ProviderFailure.broken(
          "The provider sent an answer that is not JSON; check the target's base_url.");
    }
    ToldWhole told = new ToldWhole();
    Answer answer = new Answer(told, limits.maxAnswer());
    if (root instanceof ArrayNode several) {
      several.forEach(answer::chunk);
    } else {
      answer.chunk(root);
    }
    answer.end(false);
    writer.whole(told.answer());
    sink.done();
  }

  @Override
  protected ProviderFailure refused(int status, Call.Headers headers, byte[] body, int length) {
    return Errors.http(status, headers, body, length);
  }
}
