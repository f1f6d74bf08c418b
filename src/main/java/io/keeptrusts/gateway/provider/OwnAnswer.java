package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Usage;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.Call;
import io.keeptrusts.gateway.wire.Endpoint;
import io.keeptrusts.gateway.wire.EventLoop;
import io.keeptrusts.gateway.wire.SseFrames;
import io.keeptrusts.gateway.wire.Transport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A text of the gateway's own, told as a provider would tell it, so that it takes a provider's way.
 * It is protocol and provider in one and asks nobody. Its finish reason is {@code stop}: it is
 * complete, and clients take {@code content_filter} for a fault. One answer, one event loop.
 */
public final class OwnAnswer implements Protocol, Transport {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Endpoint NOWHERE = new Endpoint("gateway.invalid", 80, false, "/");
  private static final Protocol CHAT = new OpenAiProtocol(OpenAiVariant.OPENAI);

  private final EventLoop loop;
  private final Prompt prompt;
  private final String id;
  private final String text;
  private final @Nullable Usage spent;

  /**
   * @param id unique part of the answer's id
   * @param spent what providers have counted for this exchange, told as the answer's usage
   */
  public OwnAnswer(EventLoop loop, Prompt prompt, String id, String text, @Nullable Usage spent) {
    this.loop = loop;
    this.prompt = prompt;
    this.id = id;
    this.text = text;
    this.spent = spent;
  }

  @Override
  public Outgoing request(Target target, Prompt asked) {
    return new Outgoing(NOWHERE, Map.of(), new byte[0], List.of());
  }

  @Override
  public Reader read(boolean stream, Limits limits, Sink sink) {
    return CHAT.read(stream, limits, sink);
  }

  @Override
  public Call post(Endpoint to, Map<String, String> headers, byte[] body, Call.Listener listener) {
    Saying saying = new Saying();
    loop.execute(() -> saying.to(listener));
    return saying;
  }

  private Bytes said() {
    Bytes out = new Bytes(512);
    if (prompt.stream()) {
      event(chunk(JSON.objectNode().put("role", "assistant").put("content", text), null), out);
      event(chunk(JSON.objectNode(), "stop"), out);
      if (spent != null) {
        ObjectNode last = envelope("chat.completion.chunk");
        last.putArray("choices");
        event(last.set("usage", usage()), out);
      }
      SseFrames.done(out);
    } else {
      ObjectNode whole = envelope("chat.completion");
      ObjectNode choice = whole.putArray("choices").addObject().put("index", 0);
      choice.putObject("message").put("role", "assistant").put("content", text).putNull("refusal");
      choice.putNull("logprobs").put("finish_reason", "stop");
      if (spent != null) {
        whole.set("usage", usage());
      }
      out.add(bytes(whole));
    }
    return out;
  }

  private ObjectNode chunk(ObjectNode delta, @Nullable String finish) {
    ObjectNode chunk = envelope("chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.put("finish_reason", finish);
    return chunk;
  }

  private ObjectNode envelope(String object) {
    return JSON.objectNode()
        .put("id", "chatcmpl-" + id)
        .put("object", object)
        .put("created", System.currentTimeMillis() / 1000)
        .put("model", prompt.model());
  }

  private JsonNode usage() {
    return spent == null
        ? JSON.nullNode()
        : ChatWriter.usageNode(spent.promptTokens(), spent.completionTokens(), null, null);
  }

  private static void event(JsonNode json, Bytes out) {
    byte[] bytes = bytes(json);
    SseFrames.data(out, bytes, 0, bytes.length);
  }

  private static byte[] bytes(JsonNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** All is said in one read; there is nothing to pause. */
  private final class Saying implements Call {
    private boolean over;

    void to(Listener listener) {
      String type = prompt.stream() ? "text/event-stream" : "application/json";
      step(() -> listener.head(200, name -> name.equalsIgnoreCase("content-type") ? type : null));
      Bytes said = said();
      step(() -> listener.data(said.array(), 0, said.length()));
      step(listener::end);
    }

    private void step(Runnable next) {
      if (!over) {
        next.run();
      }
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void reset() {
      over = true;
    }
  }
}
