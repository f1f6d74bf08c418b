package io.keeptrusts.gateway.provider.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.provider.Bodies;
import io.keeptrusts.gateway.provider.ChatWriter;
import io.keeptrusts.gateway.provider.Protocol;
import io.keeptrusts.gateway.provider.ProviderFailure;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.Call;
import org.jspecify.annotations.Nullable;

/** An answer that is not streamed: one {@code GenerateContentResponse}, or an array of them. */
final class WholeReader implements Protocol.Reader {
  private final Protocol.Limits limits;
  private final Protocol.Sink sink;
  private final ChatWriter writer;
  private final Bytes body = new Bytes(4096);
  private @Nullable RefusedBody refusal;

  WholeReader(Protocol.Limits limits, Protocol.Sink sink) {
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
      refusal = new RefusedBody(status, headers);
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
    JsonNode root = Json.parse(body.array(), 0, body.length());
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
}
