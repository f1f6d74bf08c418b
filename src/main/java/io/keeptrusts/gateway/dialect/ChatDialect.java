package io.keeptrusts.gateway.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.PromptTexts;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.SseFrames;
import java.io.IOException;
import java.util.Map;

/** How clients speak OpenAI's chat completions: the request they send and the frames they read. Stateless. */
public final class ChatDialect {
  private static final int MAX_DEPTH = 64;
  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxStringLength(Integer.MAX_VALUE).build())
                  .build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private ChatDialect() {}

  /**
   * Reads a request body. Only what the gateway itself needs is checked; the rest is the provider's business.
   *
   * @throws GatewayException 422 that says which field is wrong
   */
  public static Prompt read(byte[] body) {
    ObjectNode root = parse(body);
    String model = string(root, "model");
    JsonNode messages = root.get("messages");
    if (messages == null) {
      throw GatewayError.invalid("messages is missing: give a list of messages.", "messages").exception();
    }
    if (!messages.isArray() || messages.isEmpty()) {
      throw GatewayError.invalid("messages must be a list with at least one message.", "messages").exception();
    }
    for (int i = 0; i < messages.size(); i++) {
      String at = "messages[" + i + "]";
      JsonNode message = messages.get(i);
      if (!message.isObject()) {
        throw GatewayError.invalid(at + " must be an object with a role.", at).exception();
      }
      if (!message.path("role").isTextual()) {
        throw GatewayError.invalid(at + ".role must be a string such as \"user\".", at + ".role").exception();
      }
    }
    boolean stream = flag(root, "stream");
    JsonNode options = root.path("stream_options");
    if (!options.isMissingNode() && !options.isNull() && !options.isObject()) {
      throw GatewayError.invalid("stream_options must be an object.", "stream_options").exception();
    }
    boolean usage = stream && options.isObject() && flag((ObjectNode) options, "include_usage");
    return new Prompt(model, stream, usage, root, PromptTexts.segments(root));
  }

  private static ObjectNode parse(byte[] body) {
    if (body.length == 0) {
      throw GatewayError.invalid("The body is empty: send a JSON object.", null).exception();
    }
    try {
      if (JSON.readTree(body) instanceof ObjectNode object) {
        return object;
      }
      throw GatewayError.invalid("The body must be a JSON object.", null).exception();
    } catch (JsonProcessingException e) {
      // Jackson's own message would quote the body.
      long offset = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
      throw GatewayError.invalid("The body is not valid JSON" + (offset < 0 ? "." : " (at byte " + offset + ")."), null)
          .exception();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String string(ObjectNode object, String key) {
    JsonNode value = object.get(key);
    if (value == null) {
      throw GatewayError.invalid(key + " is missing.", key).exception();
    }
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw GatewayError.invalid(key + " must be a non-empty string.", key).exception();
    }
    return value.textValue();
  }

  private static boolean flag(ObjectNode object, String key) {
    JsonNode value = object.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw GatewayError.invalid(key + " must be true or false.", key).exception();
    }
    return value.booleanValue();
  }

  /** Refuses what cannot be checked on its way out. */
  public static void refuseUncheckable(Prompt prompt) {
    for (JsonNode modality : prompt.body().path("modalities")) {
      if ("audio".equals(modality.asText())) {
        throw GatewayError.invalid(
                "modalities must not hold audio: output policies are on, and they cannot check sound.", "modalities")
            .exception();
      }
    }
  }

  /** Headers of an answer. */
  public static void headers(boolean stream, Map<String, String> headers) {
    if (stream) {
      headers.put("Content-Type", "text/event-stream; charset=utf-8");
      headers.put("Cache-Control", "no-cache");
      headers.put("X-Accel-Buffering", "no");
    } else {
      headers.put("Content-Type", "application/json");
    }
  }

  /** Adds a frame as it goes on the wire. */
  public static void frame(Frame frame, boolean stream, Bytes out) {
    if (stream) {
      SseFrames.data(out, frame.json(), frame.from(), frame.to());
    } else {
      out.add(frame.json(), frame.from(), frame.to());
    }
  }

  /** Bytes that {@link #frame} puts before the JSON. */
  public static int prefix(boolean stream) {
    return stream ? "data: ".length() : 0;
  }

  /** Adds the regular end of a stream. */
  public static void end(Bytes out) {
    SseFrames.done(out);
  }

  /** Adds the end of a stream that failed or was blocked. */
  public static void failed(GatewayError error, Bytes out) {
    byte[] json = ErrorBody.json(error);
    SseFrames.data(out, json, 0, json.length);
    SseFrames.done(out);
  }

  /** Adds a sign of life. */
  public static void heartbeat(Bytes out) {
    SseFrames.keepAlive(out);
  }
}
