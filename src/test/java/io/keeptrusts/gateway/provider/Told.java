package io.keeptrusts.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a protocol's reader told of one answer: its frames, and how it ended. {@link #answer} puts
 * the frames of a stream together as strict clients do and checks on the way what they rely on
 * (wire-formats 17).
 *
 * @param frames as JSON, in order
 * @param done whether the reader told the regular end
 * @param failure what it threw
 */
record Told(List<JsonNode> frames, boolean done, @Nullable ProviderFailure failure) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Protocol.Limits LIMITS = new Protocol.Limits(16 << 20, 16 << 20);

  /** Reads a body, given in pieces, with status 200. */
  static Told of(Protocol protocol, boolean stream, List<byte[]> pieces) {
    return of(protocol, stream, 200, Map.of(), pieces);
  }

  static Told of(
      Protocol protocol,
      boolean stream,
      int status,
      Map<String, String> headers,
      List<byte[]> pieces) {
    List<JsonNode> frames = new ArrayList<>();
    boolean[] done = new boolean[1];
    Protocol.Sink sink =
        new Protocol.Sink() {
          @Override
          public void frame(Frame frame) {
            assertThat(done[0]).as("no frame after the end").isFalse();
            frames.add(parse(frame.json(), frame.from(), frame.to()));
          }

          @Override
          public void done() {
            assertThat(done[0]).as("one end").isFalse();
            done[0] = true;
          }
        };
    Protocol.Reader reader = protocol.read(stream, LIMITS, sink);
    try {
      reader.head(status, headers::get);
      for (byte[] piece : pieces) {
        // In the middle of a larger buffer, as sockets give it.
        byte[] buffer = new byte[piece.length + 2];
        System.arraycopy(piece, 0, buffer, 1, piece.length);
        reader.data(buffer, 1, piece.length + 1);
      }
      reader.end();
    } catch (ProviderFailure failure) {
      return new Told(frames, done[0], failure);
    }
    return new Told(frames, done[0], null);
  }

  static Told of(Protocol protocol, boolean stream, String body) {
    return of(protocol, stream, List.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonNode parse(byte[] json, int from, int to) {
    try {
      return JSON.readTree(json, from, to - from);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The frames without what differs from run to run. */
  List<String> comparable() {
    return frames.stream()
        .map(frame -> ((ObjectNode) frame.deepCopy()).put("created", 0).toString())
        .toList();
  }

  /** The whole answer, {@code chat.completion}: as it came, or put together. */
  ObjectNode answer() {
    assertThat(failure).isNull();
    assertThat(done).as("regular end").isTrue();
    if (frames.getFirst().path("object").asText().equals("chat.completion")) {
      assertThat(frames).hasSize(1);
      return ((ObjectNode) frames.getFirst().deepCopy()).put("created", 0);
    }
    return new Assembly().of(frames);
  }

  /** The one choice's message. */
  JsonNode message() {
    return answer().path("choices").path(0).path("message");
  }

  String finish() {
    return answer().path("choices").path(0).path("finish_reason").asText();
  }

  private static final class Assembly {
    private final ObjectNode answer = JSON.createObjectNode();
    private final ObjectNode message = JSON.createObjectNode();
    private final StringBuilder content = new StringBuilder();
    private final Map<String, StringBuilder> texts = new java.util.TreeMap<>();
    private final List<ObjectNode> calls = new ArrayList<>();
    private final Set<String> heads = new HashSet<>();
    private @Nullable String finish;
    private boolean begun;

    ObjectNode of(List<JsonNode> frames) {
      for (JsonNode frame : frames) {
        heads.add(
            frame.path("id")
                + "|"
                + frame.path("created")
                + "|"
                + frame.path("model")
                + "|"
                + frame.path("object"));
        assertThat(answer.has("usage")).as("usage is last").isFalse();
        if (frame.has("usage")) {
          assertThat(frame.path("choices")).isEmpty();
          answer.set("usage", frame.get("usage"));
        }
        frame.path("choices").forEach(this::choice);
      }
      assertThat(heads).as("one id, created and model").hasSize(1);
      assertThat(finish).as("a finish reason").isNotNull();
      return whole(frames.getFirst());
    }

    private void choice(JsonNode choice) {
      assertThat(choice.path("index").asInt(-1)).isZero();
      assertThat(finish).as("nothing after the finish chunk").isNull();
      JsonNode delta = choice.path("delta");
      assertThat(delta.has("role")).as("one role, first").isEqualTo(!begun);
      begun = true;
      for (Map.Entry<String, JsonNode> member : delta.properties()) {
        switch (member.getKey()) {
          case "role" -> assertThat(member.getValue().asText()).isEqualTo("assistant");
          case "content" -> content.append(member.getValue().textValue());
          case "tool_calls" -> member.getValue().forEach(this::call);
          default -> {
            if (member.getValue() instanceof ArrayNode items) {
              ArrayNode known = message.withArrayProperty(member.getKey());
              items.forEach(known::add);
            } else {
              texts
                  .computeIfAbsent(member.getKey(), key -> new StringBuilder())
                  .append(member.getValue().textValue());
            }
          }
        }
      }
      if (choice.hasNonNull("finish_reason")) {
        finish = choice.get("finish_reason").textValue();
      }
    }

    private void call(JsonNode piece) {
      int index = piece.path("index").asInt(-1);
      if (index == calls.size()) {
        assertThat(piece.path("id").asText()).as("a call begins with its id").isNotEmpty();
        assertThat(piece.path("type").asText()).isEqualTo("function");
        assertThat(piece.path("function").path("name").asText()).isNotEmpty();
        ObjectNode call = ((ObjectNode) piece.deepCopy());
        call.remove("index");
        calls.add(call);
        return;
      }
      assertThat(index).as("dense indices").isBetween(0, calls.size() - 1);
      assertThat(piece.has("id") || piece.has("type") || piece.path("function").has("name"))
          .as("said once")
          .isFalse();
      ObjectNode function = (ObjectNode) calls.get(index).get("function");
      function.put(
          "arguments",
          function.get("arguments").textValue()
              + piece.path("function").path("arguments").textValue());
    }

    private ObjectNode whole(JsonNode first) {
      message.put("role", "assistant");
      message.put("content", content.isEmpty() && !calls.isEmpty() ? null : content.toString());
      message.putNull("refusal");
      texts.forEach((key, text) -> message.put(key, text.toString()));
      if (!calls.isEmpty()) {
        calls.forEach(message.putArray("tool_calls")::add);
      }
      answer.put("object", "chat.completion").put("created", 0);
      answer.set("id", first.get("id"));
      answer.set("model", first.get("model"));
      ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
      choice.set("message", message);
      choice.putNull("logprobs").put("finish_reason", finish);
      return answer;
    }
  }

  /** The answer with the arguments of its calls as trees: they may be spaced in other ways. */
  static JsonNode meaning(ObjectNode answer) {
    for (JsonNode call : answer.path("choices").path(0).path("message").path("tool_calls")) {
      ((ObjectNode) call.path("function")).set("arguments", arguments(call));
    }
    return answer;
  }

  /**
   * Checks that what was called can be called: an id, a name, and arguments that are a JSON object.
   */
  static void complete(JsonNode answer) {
    JsonNode choice = answer.path("choices").path(0);
    for (JsonNode call : choice.path("message").path("tool_calls")) {
      assertThat(call.path("id").asText()).isNotEmpty();
      assertThat(call.path("function").path("name").asText()).isNotEmpty();
      if (!choice.path("finish_reason").asText().equals("length")) {
        assertThat(arguments(call).isObject()).isTrue();
      }
    }
  }

  private static JsonNode arguments(JsonNode call) {
    byte[] json = call.path("function").path("arguments").asText().getBytes(StandardCharsets.UTF_8);
    return parse(json, 0, json.length);
  }
}
