package io.keeptrusts.gateway.dialect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.Frame.Field;
import io.keeptrusts.gateway.exchange.Frame.Treatment;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.SseFrames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A stream of the Responses API: one named event per frame, numbered from 0 without a gap, whatever
 * was dropped or put in on the way. There is no {@code [DONE]}.
 */
final class ResponsesVoice implements Voice {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final byte[] CREATED = "response.created".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};

  /** The event that said whose answer this is, as it was delivered. */
  private byte[] created = NOTHING;

  private long sequence;

  @Override
  public void frame(Frame frame, Bytes out) {
    byte[] json = frame.json();
    Field type = find(frame, Treatment.EVENT);
    if (type != null) {
      SseFrames.event(out, json, type.from(), type.to());
      if (Arrays.equals(json, type.from(), type.to(), CREATED, 0, CREATED.length)) {
        created = Arrays.copyOfRange(json, frame.from(), frame.to());
      }
    }
    Field number = find(frame, Treatment.NUMBER);
    SseFrames.open(out);
    if (number == null) {
      out.add(json, frame.from(), frame.to());
    } else {
      out.add(json, frame.from(), number.from())
          .ascii(Long.toString(sequence))
          .add(json, number.to(), frame.to());
    }
    SseFrames.close(out);
    sequence++;
  }

  private static @Nullable Field find(Frame frame, Treatment treatment) {
    for (int i = 0; i < frame.size(); i++) {
      if (frame.field(i).treatment() == treatment) {
        return frame.field(i);
      }
    }
    return null;
  }

  @Override
  public void end(Bytes out) {
    // The terminal event was the end.
  }

  @Override
  public void failed(GatewayError error, Shape shape, Bytes out) {
    if (error.type() != Type.POLICY_VIOLATION) {
      ObjectNode event = event("error");
      // Flat as the specification has it, nested as OpenAI sends it: clients look for either.
      event.setAll(said(error).put("type", "error"));
      event.set("error", said(error));
      add(event, out);
    }
    ObjectNode response = response();
    response.put("status", "failed");
    response.set("error", said(error));
    response.set("output", JSON.arrayNode());
    add(event("response.failed").set("response", response), out);
  }

  private static ObjectNode said(GatewayError error) {
    return JSON.objectNode()
        .put("code", error.code())
        .put("message", error.message())
        .put("param", error.param())
        .put("type", error.type().wire())
        .put("policy", error.policy());
  }

  private ObjectNode event(String type) {
    return JSON.objectNode().put("type", type).put("sequence_number", sequence++);
  }

  private static void add(ObjectNode event, Bytes out) {
    byte[] json = event.toString().getBytes(StandardCharsets.UTF_8);
    SseFrames.data(out, event.get("type").textValue(), json, 0, json.length);
  }

  /**
   * The response as it was announced; without an announcement, what strict clients want to find.
   */
  private ObjectNode response() {
    try {
      if (created.length > 0
          && MAPPER.readTree(created).path("response") instanceof ObjectNode announced) {
        return announced;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ObjectNode response = JSON.objectNode().put("id", "resp_unknown").put("object", "response");
    response.put("created_at", System.currentTimeMillis() / 1000).put("model", "");
    response.putNull("incomplete_details").putNull("instructions").putObject("metadata");
    response
        .put("parallel_tool_calls", true)
        .putNull("temperature")
        .put("tool_choice", "auto")
        .putArray("tools");
    return response.putNull("top_p").putNull("usage");
  }
}
