package io.keeptrusts.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.PromptTexts;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.provider.Protocol;
import io.keeptrusts.gateway.provider.Target;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.SseFrames;
import java.util.BitSet;

/**
 * How clients speak OpenAI's chat completions: the request they send and the frames they read.
 * Stateless.
 */
public final class Chat implements Dialect {
  @Override
  public Prompt read(byte[] body) {
    ObjectNode root = RequestBody.parse(body);
    String model = RequestBody.string(root, "model");
    JsonNode messages = root.get("messages");
    if (messages == null) {
      throw GatewayError.invalid("messages is missing: give a list of messages.", "messages")
          .exception();
    }
    if (!messages.isArray() || messages.isEmpty()) {
      throw GatewayError.invalid("messages must be a list with at least one message.", "messages")
          .exception();
    }
    for (int i = 0; i < messages.size(); i++) {
      String at = "messages[" + i + "]";
      JsonNode message = messages.get(i);
      if (!message.isObject()) {
        throw GatewayError.invalid(at + " must be an object with a role.", at).exception();
      }
      if (!message.path("role").isTextual()) {
        throw GatewayError.invalid(at + ".role must be a string such as \"user\".", at + ".role")
            .exception();
      }
    }
    boolean stream = RequestBody.flag(root, "stream");
    JsonNode options = root.path("stream_options");
    if (!options.isMissingNode() && !options.isNull() && !options.isObject()) {
      throw GatewayError.invalid("stream_options must be an object.", "stream_options").exception();
    }
    boolean usage =
        stream && options.isObject() && RequestBody.flag((ObjectNode) options, "include_usage");
    return new Prompt(model, stream, usage, root, PromptTexts.segments(root));
  }

  @Override
  public void refuseUncheckable(Prompt prompt) {
    RequestBody.refuseSound(prompt.body());
  }

  @Override
  public Plan plan(Target target, Prompt prompt) {
    return own(target.vendor().protocol(), prompt);
  }

  @Override
  public Plan own(Protocol chat, Prompt prompt) {
    return new Plan(chat, prompt, prompt.stream() ? new Chunks() : new WholeVoice());
  }

  /** A stream: one event per frame, closed by {@code [DONE]}. */
  private static final class Chunks implements Voice {
    private final BitSet open = new BitSet();

    @Override
    public void frame(Frame frame, Bytes out) {
      open.or(frame.choices());
      open.andNot(frame.finished());
      SseFrames.data(out, frame.json(), frame.from(), frame.to());
    }

    @Override
    public void end(Bytes out) {
      SseFrames.done(out);
    }

    @Override
    public void failed(GatewayError error, Shape shape, Bytes out) {
      // A failed provider gets no finish chunk: a made-up one would hide that the answer was cut.
      if (error.type() == Type.POLICY_VIOLATION && !open.isEmpty()) {
        byte[] finish = shape.finish(open, "content_filter");
        SseFrames.data(out, finish, 0, finish.length);
      }
      byte[] json = ErrorBody.json(error);
      SseFrames.data(out, json, 0, json.length);
      SseFrames.done(out);
    }
  }
}
