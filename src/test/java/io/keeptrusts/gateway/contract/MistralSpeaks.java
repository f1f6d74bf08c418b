package io.keeptrusts.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.contract.Answer.Call;
import io.keeptrusts.gateway.contract.Answer.Can;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Mistral (wire-formats 7): thoughts are parts of the content, the finish chunk carries the last
 * text or all calls, and usage.
 */
final class MistralSpeaks extends OpenAiSpeaks {
  @Override
  public Set<Can> can() {
    return Set.of(Can.THINK, Can.COUNT_CACHED);
  }

  @Override
  ObjectNode thinking(String piece) {
    ObjectNode delta = Json.object();
    delta.set("content", list(part(piece)));
    return delta;
  }

  private static ObjectNode part(String thought) {
    ObjectNode part = Json.object().put("type", "thinking");
    part.set("thinking", list(Json.object().put("type", "text").put("text", thought)));
    return part;
  }

  @Override
  void call(Call call, int index, List<ObjectNode> chunks) {
    ObjectNode entry = Json.object().put("index", index);
    entry.setAll(whole(call));
    entry.remove("type");
    if (index == 0) {
      chunks.add(chunk(Json.object(), null));
    }
    ((ObjectNode) chunks.getLast().at("/choices/0/delta")).withArray("tool_calls").add(entry);
  }

  @Override
  boolean usageChunk() {
    return false;
  }

  @Override
  List<ObjectNode> adapt(List<ObjectNode> chunks, Answer answer) {
    List<ObjectNode> told = new ArrayList<>(chunks);
    told.forEach(chunk -> chunk.put("p", "abcdefghij"));
    if (told.size() > 2) {
      // what was said last and why it ends are one chunk
      ObjectNode finish = told.removeLast();
      ((ObjectNode) told.getLast().at("/choices/0"))
          .set("finish_reason", finish.at("/choices/0/finish_reason"));
    }
    told.getLast().set("usage", counted(answer.counts()));
    return told;
  }

  @Override
  ObjectNode message(ObjectNode message, Answer answer) {
    if (message.has("reasoning")) {
      ArrayNode content = list(part(message.remove("reasoning").asText()));
      if (message.path("content").isTextual()) {
        content.addObject().put("type", "text").set("text", message.get("content"));
      }
      message.set("content", content);
    }
    return message;
  }

  @Override
  ObjectNode error(int status, String message) {
    return status == 401
        ? Json.object().put("detail", message)
        : Json.object()
            .put("object", "error")
            .put("message", message)
            .put("type", "invalid_request_error")
            .putNull("param")
            .put("code", "3051")
            .put("raw_status_code", status);
  }

  @Override
  public String failure(String message) {
    ObjectNode chunk = chunk(Json.object().put("content", ""), "error");
    return "data: " + chunk + "\n\n";
  }

  @Override
  String requestIdHeader() {
    return "mistral-correlation-id";
  }

  @Override
  String thoughtOf(JsonNode message) {
    StringBuilder thought = new StringBuilder();
    for (JsonNode part : message.path("content")) {
      part.path("thinking").forEach(text -> thought.append(text.path("text").asText()));
    }
    return thought.toString();
  }

  @Override
  Set<String> members() {
    return Set.of("prefix", "role", "content", "tool_calls", "tool_call_id");
  }
}
