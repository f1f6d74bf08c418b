package io.keeptrusts.gateway.provider.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.provider.ChatWriter;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tells an answer as one {@code chat.completion}. */
final class ToldWhole implements Told {
  private final ObjectNode answer = Json.object();
  private final TreeMap<Integer, Choice> choices = new TreeMap<>();
  private @Nullable ObjectNode usage;

  /** A choice as it grows. */
  private static final class Choice {
    final StringBuilder content = new StringBuilder();
    final StringBuilder reasoning = new StringBuilder();
    final ArrayNode tokens = Json.array();
    final ArrayNode calls = Json.array();
    final ObjectNode extensions = Json.object();
    String finish = "stop";
    @Nullable String nativeFinish;

    ObjectNode node(int index) {
      ObjectNode choice = Json.object().put("index", index);
      ObjectNode message = choice.putObject("message").put("role", "assistant");
      message.put("content", content.isEmpty() && !calls.isEmpty() ? null : content.toString());
      message.putNull("refusal");
      if (!reasoning.isEmpty()) {
        message.put("reasoning_content", reasoning.toString());
      }
      if (!calls.isEmpty()) {
        message.set("tool_calls", calls);
      }
      message.setAll(extensions);
      if (tokens.isEmpty()) {
        choice.putNull("logprobs");
      } else {
        choice.putObject("logprobs").set("content", tokens);
      }
      choice.put("finish_reason", finish);
      if (nativeFinish != null) {
        choice.put("native_finish_reason", nativeFinish);
      }
      return choice;
    }
  }

  private Choice choice(int index) {
    return choices.computeIfAbsent(index, i -> new Choice());
  }

  /** The completion, when everything was told. */
  ObjectNode answer() {
    ArrayNode list = answer.putArray("choices");
    choices.forEach((index, choice) -> list.add(choice.node(index)));
    if (usage != null) {
      answer.set("usage", usage);
    }
    return answer;
  }

  @Override
  public void start(String id, String model, long createdSeconds) {
    answer.put("id", id).put("object", "chat.completion");
    answer
        .put("created", createdSeconds > 0 ? createdSeconds : System.currentTimeMillis() / 1000)
        .put("model", model);
  }

  @Override
  public void content(int choice, String text, @Nullable ArrayNode tokens) {
    choice(choice).content.append(text);
    if (tokens != null) {
      choice(choice).tokens.addAll(tokens);
    }
  }

  @Override
  public void reasoning(int choice, String text) {
    choice(choice).reasoning.append(text);
  }

  @Override
  public void toolCall(int choice, JsonNode call) {
    // Whole messages have no indices: the order says it.
    choice(choice).calls.add(((ObjectNode) call).without("index"));
  }

  @Override
  public void extension(int choice, String key, JsonNode value) {
    if (value instanceof ArrayNode list) {
      choice(choice).extensions.withArray(key).addAll(list);
    } else {
      choice(choice).extensions.set(key, value);
    }
  }

  @Override
  public void finish(int choice, String reason, @Nullable String nativeReason) {
    choice(choice).finish = reason;
    choice(choice).nativeFinish = nativeReason;
  }

  @Override
  public void usage(long prompt, long completion, long cached, long reasoning) {
    usage = ChatWriter.usageNode(prompt, completion, cached, reasoning);
  }
}
