package io.keeptrusts.gateway.provider.google;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.provider.Protocol;
import io.keeptrusts.gateway.provider.ProviderFailure;
import io.keeptrusts.gateway.testing.Splits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a reader made of an answer: every frame, how it ended, and the message that a strict client
 * puts together.
 */
final class Heard implements Protocol.Sink {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final Protocol.Limits LIMITS = new Protocol.Limits(16 << 20, 64 << 20);

  final List<JsonNode> frames = new ArrayList<>();
  boolean done;
  ProviderFailure failure;

  static Heard of(boolean stream, int status, byte[] body, int... cuts) {
    Heard heard = new Heard();
    Protocol.Reader reader = new GeminiProtocol().read(stream, LIMITS, heard);
    try {
      reader.head(status, name -> null);
      for (byte[] piece : Splits.of(body, cuts)) {
        // Lent for the call only: whoever keeps it sees rubbish.
        byte[] lent = piece.clone();
        reader.data(lent, 0, lent.length);
        java.util.Arrays.fill(lent, (byte) '#');
      }
      reader.end();
    } catch (ProviderFailure e) {
      heard.failure = e;
    }
    return heard;
  }

  static Heard stream(String body) {
    return of(true, 200, body.getBytes(StandardCharsets.UTF_8));
  }

  static Heard whole(String body) {
    return of(false, 200, body.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void frame(Frame frame) {
    try {
      frames.add(JSON.readTree(frame.json(), frame.from(), frame.to() - frame.from()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void done() {
    assertThat(done).as("done twice").isFalse();
    done = true;
  }

  /** All frames but the time. */
  String told() {
    StringBuilder all = new StringBuilder();
    for (JsonNode frame : frames) {
      ((ObjectNode) frame).put("created", 0);
      all.append(frame).append('\n');
    }
    return all.append(failure == null ? "done" : failure.error())
        .toString()
        .replaceAll("(chatcmpl-|call_)[0-9a-f]{32}", "$1made");
  }

  /** The finished completion; for a stream it is put together, strictly. */
  ObjectNode completion() {
    assertThat(failure).isNull();
    assertThat(done).isTrue();
    if (frames.size() == 1 && frames.getFirst().path("object").asText().equals("chat.completion")) {
      return plain(frames.getFirst().deepCopy());
    }
    Map<Integer, Choice> choices = new TreeMap<>();
    ObjectNode completion = JSON.createObjectNode();
    for (JsonNode frame : frames) {
      assertThat(frame.path("object").asText()).isEqualTo("chat.completion.chunk");
      assertThat(completion.has("usage")).as("usage is last").isFalse();
      for (String key : List.of("id", "model", "created")) {
        assertThat(completion.has(key) ? completion.get(key) : frame.get(key))
            .isEqualTo(frame.get(key));
        completion.set(key, frame.get(key));
      }
      frame
          .path("choices")
          .forEach(
              c -> choices.computeIfAbsent(c.path("index").asInt(), i -> new Choice()).take(c));
      if (frame.has("usage")) {
        assertThat(frame.path("choices").isEmpty()).isTrue();
        completion.set("usage", frame.get("usage"));
      }
    }
    ArrayNode list = completion.putArray("choices");
    choices.forEach((index, choice) -> list.add(choice.node(index)));
    return plain(completion);
  }

  JsonNode message() {
    return completion().path("choices").path(0).path("message");
  }

  String finish() {
    return completion().path("choices").path(0).path("finish_reason").asText();
  }

  /** Without what a stream and a whole answer say differently by their nature. */
  private static ObjectNode plain(ObjectNode completion) {
    completion.remove(List.of("object", "created"));
    for (JsonNode choice : completion.path("choices")) {
      for (JsonNode call : choice.path("message").path("tool_calls")) {
        assertArguments(call);
      }
    }
    try {
      return (ObjectNode)
          JSON.readTree(
              completion.toString().replaceAll("(chatcmpl-|call_)[0-9a-f]{32}", "$1made"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertArguments(JsonNode call) {
    try {
      assertThat(JSON.readTree(call.path("function").path("arguments").asText()).isObject())
          .isTrue();
      assertThat(call.path("id").asText()).isNotEmpty();
      assertThat(call.path("type").asText()).isEqualTo("function");
      assertThat(call.path("function").path("name").asText()).isNotEmpty();
    } catch (IOException e) {
      throw new AssertionError("arguments are not JSON: " + call, e);
    }
  }

  private static final class Choice {
    final ObjectNode message = JSON.createObjectNode();
    final ArrayNode calls = JSON.createArrayNode();
    final ArrayNode tokens = JSON.createArrayNode();
    final StringBuilder content = new StringBuilder();
    final StringBuilder reasoning = new StringBuilder();
    JsonNode finish;
    JsonNode nativeFinish;

    void take(JsonNode choice) {
      assertThat(finish).as("nothing after the finish").isNull();
      JsonNode delta = choice.path("delta");
      assertThat(delta.has("role")).as("one role, first").isEqualTo(!message.has("role"));
      delta
          .properties()
          .forEach(
              member -> {
                switch (member.getKey()) {
                  case "content" -> content.append(member.getValue().asText());
                  case "reasoning_content" -> reasoning.append(member.getValue().asText());
                  case "tool_calls" ->
                      member
                          .getValue()
                          .forEach(
                              call -> {
                                assertThat(call.path("index").asInt(-1))
                                    .as("dense")
                                    .isEqualTo(calls.size());
                                calls.add(((ObjectNode) call.deepCopy()).without("index"));
                              });
                  case "images", "annotations" ->
                      message.withArray(member.getKey()).addAll((ArrayNode) member.getValue());
                  default -> {
                    assertThat(message.has(member.getKey())).as(member.getKey()).isFalse();
                    message.set(member.getKey(), member.getValue());
                  }
                }
              });
      tokens.addAll(
          choice.path("logprobs").path("content") instanceof ArrayNode more
              ? more
              : JSON.createArrayNode());
      finish = choice.path("finish_reason").isNull() ? null : choice.path("finish_reason");
      nativeFinish = choice.get("native_finish_reason");
    }

    ObjectNode node(int index) {
      assertThat(finish).as("a finish").isNotNull();
      ObjectNode choice = JSON.createObjectNode().put("index", index);
      message
          .put("content", content.isEmpty() && !calls.isEmpty() ? null : content.toString())
          .putNull("refusal");
      if (!reasoning.isEmpty()) {
        message.put("reasoning_content", reasoning.toString());
      }
      if (!calls.isEmpty()) {
        message.set("tool_calls", calls);
      }
      choice.set("message", message);
      choice.set("finish_reason", finish);
      choice.set(
          "logprobs",
          tokens.isEmpty() ? choice.nullNode() : JSON.createObjectNode().set("content", tokens));
      if (nativeFinish != null) {
        choice.set("native_finish_reason", nativeFinish);
      }
      return choice;
    }
  }
}
