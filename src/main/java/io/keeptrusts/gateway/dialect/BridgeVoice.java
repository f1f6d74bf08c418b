package io.keeptrusts.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Shape;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.SseFrames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells a chat stream as events of the Responses API (wire-formats 3 and 15). It comes after the
 * policies: all text it repeats in {@code .done} events and in the terminal response is what was
 * delivered.
 */
final class BridgeVoice implements Voice {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final BridgeResponse response;
  private final Map<Integer, BridgeItem.Call> calls = new HashMap<>();
  private BridgeItem.@Nullable Reasoning reasoning;
  private BridgeItem.@Nullable Message message;
  private boolean textOpen;
  private boolean refusalOpen;
  private int refusalIndex;
  private boolean begun;
  private final List<BridgeItem> items = new ArrayList<>();
  private long sequence;
  private Bytes out = new Bytes(0);

  BridgeVoice(Prompt prompt) {
    response = new BridgeResponse(prompt);
  }

  @Override
  public void frame(Frame frame, Bytes to) {
    out = to;
    JsonNode chunk;
    try {
      chunk = MAPPER.readTree(frame.json(), frame.from(), frame.to() - frame.from());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    begin();
    response.learn(chunk);
    JsonNode choice = first(chunk.path("choices"));
    JsonNode delta = choice.path("delta");
    String thought = BridgeThinking.text(delta);
    if (!thought.isEmpty()) {
      think(thought);
    }
    // Behind a message that came without a thought no reasoning can stand: it belongs to what
    // follows.
    if (BridgeThinking.isIn(delta) && (reasoning != null || message == null)) {
      BridgeThinking.keep(delta, reasoning().kept());
    }
    if (!delta.path("content").asText("").isEmpty()) {
      say(delta.path("content").asText(), choice.path("logprobs").path("content"));
    }
    delta.path("annotations").forEach(this::annotate);
    if (!delta.path("refusal").asText("").isEmpty()) {
      refuse(delta.path("refusal").asText());
    }
    for (JsonNode image : delta.path("images")) {
      String url = image.at("/image_url/url").asText("");
      added(new BridgeItem.Image(items.size(), BridgeResponse.id("ig_"), url));
    }
    delta.path("tool_calls").forEach(this::call);
  }

  /** A response has one answer: what else a provider offers is not told. */
  private static JsonNode first(JsonNode choices) {
    for (JsonNode choice : choices) {
      if (choice.path("index").asInt(0) == 0) {
        return choice;
      }
    }
    return JSON.objectNode();
  }

  private void begin() {
    if (!begun) {
      begun = true;
      emit(
          "response.created",
          JSON.objectNode().set("response", response.object("in_progress", null)));
      emit(
          "response.in_progress",
          JSON.objectNode().set("response", response.object("in_progress", null)));
    }
  }

  private BridgeItem.Reasoning reasoning() {
    BridgeItem.Reasoning item = reasoning;
    if (item == null) {
      item =
          new BridgeItem.Reasoning(
              items.size(), BridgeResponse.id("rs_"), new StringBuilder(), JSON.objectNode());
      reasoning = item;
      added(item);
    }
    return item;
  }

  private void think(String text) {
    BridgeItem.Reasoning item = reasoning();
    if (item.text().isEmpty()) {
      emit(
          "response.reasoning_summary_part.added",
          in(item, "summary_index").set("part", item.part()));
    }
    item.text().append(text);
    emit("response.reasoning_summary_text.delta", in(item, "summary_index").put("delta", text));
  }

  private BridgeItem.Message message() {
    BridgeItem.Message item = message;
    if (item == null) {
      item =
          new BridgeItem.Message(
              items.size(),
              BridgeResponse.id("msg_"),
              new StringBuilder(),
              new StringBuilder(),
              JSON.arrayNode(),
              JSON.arrayNode());
      message = item;
      added(item);
    }
    return item;
  }

  private void say(String text, JsonNode logprobs) {
    BridgeItem.Message item = message();
    if (!textOpen) {
      textOpen = true;
      emit("response.content_part.added", in(item, "content_index").set("part", item.textPart()));
    }
    item.text().append(text);
    ObjectNode event = in(item, "content_index").put("delta", text);
    event.putArray("logprobs");
    logprobs.forEach(
        entry -> {
          item.logprobs().add(entry);
          event.withArray("logprobs").add(entry);
        });
    emit("response.output_text.delta", event);
  }

  private void annotate(JsonNode annotation) {
    BridgeItem.Message item = message();
    if (!textOpen) {
      textOpen = true;
      emit("response.content_part.added", in(item, "content_index").set("part", item.textPart()));
    }
    JsonNode flat = BridgeItem.annotation(annotation);
    ObjectNode event = in(item, "content_index").put("annotation_index", item.annotations().size());
    item.annotations().add(flat);
    emit("response.output_text.annotation.added", event.set("annotation", flat));
  }

  private void refuse(String text) {
    BridgeItem.Message item = message();
    if (!refusalOpen) {
      refusalOpen = true;
      refusalIndex = textOpen ? 1 : 0;
      emit("response.content_part.added", refusal(item).set("part", item.refusalPart()));
    }
    item.refusal().append(text);
    emit("response.refusal.delta", refusal(item).put("delta", text));
  }

  /** A refusal stands behind the text, if one came before it. */
  private ObjectNode refusal(BridgeItem.Message item) {
    return in(item, "content_index").put("content_index", refusalIndex);
  }

  private void call(JsonNode delta) {
    int index = delta.path("index").asInt(0);
    BridgeItem.Call item = calls.get(index);
    JsonNode function = delta.path("function");
    if (item == null) {
      String callId = delta.path("id").asText(BridgeResponse.id("call_"));
      String name = function.path("name").asText("");
      if (BridgeThinking.isIn(delta)) {
        BridgeThinking.keepCall(callId, delta, reasoning().kept());
      }
      item =
          new BridgeItem.Call(
              items.size(), BridgeResponse.id("fc_"), callId, name, new StringBuilder());
      calls.put(index, item);
      added(item);
    }
    argue(item, function.path("arguments").asText(""));
  }

  private void argue(BridgeItem.Call item, String piece) {
    if (!piece.isEmpty()) {
      item.arguments().append(piece);
      emit("response.function_call_arguments.delta", at(item).put("delta", piece));
    }
  }

  /**
   * Items stay open to the end: the policies may hold the last words of one until its choice ends,
   * when others have begun.
   */
  private void closeAll() {
    for (BridgeItem item : items) {
      switch (item) {
        case BridgeItem.Reasoning thought -> close(thought);
        case BridgeItem.Message said -> close(said);
        case BridgeItem.Image _ -> {}
        case BridgeItem.Call call -> close(call);
      }
      ObjectNode whole = item.whole(response.status());
      response.add(whole);
      ObjectNode event = JSON.objectNode().put("output_index", item.index());
      emit("response.output_item.done", event.set("item", whole));
    }
  }

  private void close(BridgeItem.Reasoning item) {
    if (!item.text().isEmpty()) {
      ObjectNode text = in(item, "summary_index").put("text", item.text().toString());
      emit("response.reasoning_summary_text.done", text);
      emit(
          "response.reasoning_summary_part.done",
          in(item, "summary_index").set("part", item.part()));
    }
  }

  private void close(BridgeItem.Call item) {
    if (item.arguments().isEmpty()) {
      argue(item, item.said(response.status()));
    }
    emit(
        "response.function_call_arguments.done",
        at(item).put("arguments", item.arguments().toString()).put("name", item.name()));
  }

  private void close(BridgeItem.Message item) {
    if (textOpen) {
      ObjectNode event = in(item, "content_index").put("text", item.text().toString());
      emit("response.output_text.done", event.set("logprobs", item.logprobs()));
      emit("response.content_part.done", in(item, "content_index").set("part", item.textPart()));
    }
    if (refusalOpen) {
      emit("response.refusal.done", refusal(item).put("refusal", item.refusal().toString()));
      emit("response.content_part.done", refusal(item).set("part", item.refusalPart()));
    }
  }

  @Override
  public void end(Bytes to) {
    out = to;
    begin();
    closeAll();
    String status = response.status();
    ObjectNode last = JSON.objectNode().set("response", response.object(status, null));
    emit("response." + status, response.reported(last));
  }

  @Override
  public void failed(GatewayError error, Shape shape, Bytes to) {
    out = to;
    begin();
    if (error.type() != Type.POLICY_VIOLATION) {
      ObjectNode event = JSON.objectNode();
      event
          .putObject("error")
          .put("type", error.type().wire())
          .put("code", error.code())
          .put("message", error.message())
          .putNull("param");
      emit("error", event);
    }
    emit("response.failed", JSON.objectNode().set("response", response.object("failed", error)));
  }

  private void added(BridgeItem item) {
    items.add(item);
    ObjectNode event = JSON.objectNode().put("output_index", item.index());
    emit("response.output_item.added", event.set("item", item.whole("in_progress")));
  }

  private static ObjectNode at(BridgeItem item) {
    return JSON.objectNode().put("item_id", item.id()).put("output_index", item.index());
  }

  private static ObjectNode in(BridgeItem item, String partIndex) {
    return at(item).put(partIndex, 0);
  }

  private void emit(String type, ObjectNode fields) {
    ObjectNode event = JSON.objectNode().put("type", type);
    event.setAll(fields);
    event.put("sequence_number", sequence++);
    byte[] json = event.toString().getBytes(StandardCharsets.UTF_8);
    SseFrames.data(out, type, json, 0, json.length);
  }
}
