package io.keeptrusts.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.wire.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Tells a chat completion that is not streamed as a response object. */
final class BridgeWhole implements Voice {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final BridgeResponse response;

  BridgeWhole(Prompt prompt) {
    response = new BridgeResponse(prompt);
  }

  @Override
  public void frame(Frame frame, Bytes out) {
    JsonNode chat;
    try {
      chat = MAPPER.readTree(frame.json(), frame.from(), frame.to() - frame.from());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    response.learn(chat);
    JsonNode message = chat.path("choices").path(0).path("message");
    reasoning(message);
    text(message, chat.path("choices").path(0).path("logprobs").path("content"));
    for (JsonNode image : message.path("images")) {
      String url = image.at("/image_url/url").asText("");
      add(new BridgeItem.Image(0, BridgeResponse.id("ig_"), url));
    }
    message.path("tool_calls").forEach(this::call);
    ObjectNode told = response.reported(response.object(response.status(), null));
    out.add(told.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void reasoning(JsonNode message) {
    String thought = BridgeThinking.text(message);
    ObjectNode kept = JSON.objectNode();
    BridgeThinking.keep(message, kept);
    for (JsonNode call : message.path("tool_calls")) {
      if (BridgeThinking.isIn(call)) {
        BridgeThinking.keepCall(call.path("id").asText(), call, kept);
      }
    }
    if (!thought.isEmpty() || !kept.isEmpty()) {
      add(new BridgeItem.Reasoning(0, BridgeResponse.id("rs_"), new StringBuilder(thought), kept));
    }
  }

  private void text(JsonNode message, JsonNode logprobs) {
    StringBuilder said = new StringBuilder(message.path("content").asText(""));
    StringBuilder refused = new StringBuilder(message.path("refusal").asText(""));
    if (said.isEmpty() && refused.isEmpty() && said(message)) {
      return;
    }
    ArrayNode annotations = JSON.arrayNode();
    message.path("annotations").forEach(each -> annotations.add(BridgeItem.annotation(each)));
    ArrayNode entries = JSON.arrayNode();
    logprobs.forEach(entries::add);
    add(new BridgeItem.Message(0, BridgeResponse.id("msg_"), said, refused, annotations, entries));
  }

  /** Whether something else than text was said. */
  private static boolean said(JsonNode message) {
    return !message.path("tool_calls").isEmpty() || !message.path("images").isEmpty();
  }

  private void call(JsonNode call) {
    JsonNode function = call.path("function");
    StringBuilder arguments = new StringBuilder(function.path("arguments").asText(""));
    add(
        new BridgeItem.Call(
            0,
            BridgeResponse.id("fc_"),
            call.path("id").asText(),
            function.path("name").asText(),
            arguments));
  }

  private void add(BridgeItem item) {
    response.add(item.whole(response.status()));
  }

  @Override
  public void end(Bytes out) {}

  @Override
  public void failed(GatewayError error, Shape shape, Bytes out) {
    throw new IllegalStateException("an answer that is not streamed has no head before its end");
  }
}
