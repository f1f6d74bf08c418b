package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Collects the parts of an answer that is not streamed into one {@code chat.completion}. One per
 * answer.
 */
final class ChatCollector implements ChatParts {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final class Choice {
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final StringBuilder refusal = new StringBuilder();
    private final List<Call> calls = new ArrayList<>();
    private final ObjectNode extensions = JSON.createObjectNode();
    private @Nullable String finish;
  }

  private record Call(String id, String name, StringBuilder arguments) {}

  private final Map<Integer, Choice> choices = new TreeMap<>();
  private String id = "chatcmpl-unknown";
  private String model = "";
  private long created = System.currentTimeMillis() / 1000;
  private @Nullable ObjectNode counted;

  private Choice at(int choice) {
    return choices.computeIfAbsent(choice, index -> new Choice());
  }

  @Override
  public void start(String answerId, String ofModel, long createdSeconds) {
    id = answerId;
    model = ofModel;
    if (createdSeconds > 0) {
      created = createdSeconds;
    }
  }

  @Override
  public void content(int choice, String text) {
    at(choice).content.append(text);
  }

  @Override
  public void reasoning(int choice, String text) {
    at(choice).reasoning.append(text);
  }

  @Override
  public void refusal(int choice, String text) {
    at(choice).refusal.append(text);
  }

  @Override
  public void toolCall(int choice, int index, String callId, String name) {
    at(choice).calls.add(new Call(callId, name, new StringBuilder()));
  }

  @Override
  public void arguments(int choice, int index, String piece) {
    at(choice).calls.get(index).arguments.append(piece);
  }

  @Override
  public void extension(int choice, String key, JsonNode items) {
    ArrayNode known = at(choice).extensions.withArrayProperty(key);
    items.forEach(known::add);
  }

  @Override
  public void finish(int choice, String reason) {
    at(choice).finish = reason;
  }

  @Override
  public void usage(long prompt, long completion, @Nullable Long cached, @Nullable Long reasoning) {
    counted = ChatWriter.usageNode(prompt, completion, cached, reasoning);
  }

  /** The answer so far. */
  ObjectNode answer() {
    ObjectNode answer = JSON.createObjectNode();
    answer
        .put("id", id)
        .put("object", "chat.completion")
        .put("created", created)
        .put("model", model);
    ArrayNode list = answer.putArray("choices");
    choices.forEach(
        (index, choice) -> {
          ObjectNode node = list.addObject().put("index", index);
          node.set("message", message(choice));
          node.putNull("logprobs").put("finish_reason", choice.finish);
        });
    if (counted != null) {
      answer.set("usage", counted);
    }
    return answer;
  }

  private static ObjectNode message(Choice choice) {
    ObjectNode message = JSON.createObjectNode().put("role", "assistant");
    message.put(
        "content",
        choice.content.isEmpty() && !choice.calls.isEmpty() ? null : choice.content.toString());
    message.put("refusal", choice.refusal.isEmpty() ? null : choice.refusal.toString());
    if (!choice.reasoning.isEmpty()) {
      message.put("reasoning_content", choice.reasoning.toString());
    }
    message.setAll(choice.extensions);
    if (!choice.calls.isEmpty()) {
      ArrayNode calls = message.putArray("tool_calls");
      for (Call call : choice.calls) {
        ObjectNode node = calls.addObject().put("id", call.id).put("type", "function");
        node.putObject("function")
            .put("name", call.name)
            .put("arguments", call.arguments.toString());
      }
    }
    return message;
  }
}
