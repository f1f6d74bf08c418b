package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What Ollama says, in OpenAI's words: one per answer, the same for a line of a stream and for a
 * whole answer.
 */
final class OllamaTurn {
  private final Set<String> ids = new HashSet<>();
  private int calls;

  /**
   * One object of the answer; null if it is none.
   *
   * @throws ProviderFailure if it says that the provider failed
   */
  static @Nullable JsonNode read(byte[] json, int from, int to) {
    JsonNode said = ExactJson.read(json, from, to);
    if (said != null && said.hasNonNull("error")) {
      throw ProviderErrors.inStream(json, from, to);
    }
    return said instanceof ObjectNode object ? object : null;
  }

  /** One line of a stream. True if it was the last one. */
  boolean stream(JsonNode line, ChatWriter out) {
    JsonNode message = line.path("message");
    out.reasoning(0, message.path("thinking").asText(""));
    out.content(0, message.path("content").asText(""), logprobs(line));
    for (JsonNode call : message.path("tool_calls")) {
      int index = calls++;
      out.toolCall(0, index, id(call), call.path("function").path("name").asText(""));
      out.arguments(0, index, arguments(call));
    }
    if (!line.path("done").asBoolean(false)) {
      return false;
    }
    out.finish(0, finishReason(line));
    out.usage(
        line.path("prompt_eval_count").asLong(0), line.path("eval_count").asLong(0), null, null);
    return true;
  }

  /** An answer that is not streamed, as a {@code chat.completion}. */
  ObjectNode whole(JsonNode answer) {
    JsonNode said = answer.path("message");
    ObjectNode completion = ExactJson.object();
    completion.put("id", newId()).put("object", "chat.completion").put("created", created(answer));
    completion.put("model", answer.path("model").asText(""));
    ObjectNode choice = completion.putArray("choices").addObject().put("index", 0);
    ObjectNode message = choice.putObject("message").put("role", "assistant");
    String content = said.path("content").asText("");
    boolean tools = !said.path("tool_calls").isEmpty();
    message.put("content", content.isEmpty() && tools ? null : content);
    if (!said.path("thinking").asText("").isEmpty()) {
      message.set("reasoning_content", said.get("thinking"));
    }
    for (JsonNode call : said.path("tool_calls")) {
      calls++;
      ObjectNode copy =
          message.withArray("tool_calls").addObject().put("id", id(call)).put("type", "function");
      String name = call.path("function").path("name").asText("");
      copy.putObject("function").put("name", name).put("arguments", arguments(call));
    }
    ArrayNode tokens = logprobs(answer);
    if (tokens == null) {
      choice.putNull("logprobs");
    } else {
      choice.putObject("logprobs").set("content", tokens);
    }
    choice.put("finish_reason", finishReason(answer));
    long prompt = answer.path("prompt_eval_count").asLong(0);
    completion.set(
        "usage", ChatWriter.usageNode(prompt, answer.path("eval_count").asLong(0), null, null));
    return completion;
  }

  /** Tells the writer whose answer it is. */
  static void begin(JsonNode line, ChatWriter out) {
    out.start(newId(), line.path("model").asText(""), created(line));
  }

  private static String newId() {
    return "chatcmpl-" + UUID.randomUUID();
  }

  private static long created(JsonNode line) {
    try {
      return Instant.parse(line.path("created_at").asText("")).getEpochSecond();
    } catch (DateTimeParseException e) {
      return System.currentTimeMillis() / 1000;
    }
  }

  /** The reason is stop after tool calls too; older servers give none at all. */
  private String finishReason(JsonNode line) {
    return switch (line.path("done_reason").asText("")) {
      case "length" -> "length";
      default -> calls > 0 ? "tool_calls" : "stop"; // stop, load, unload
    };
  }

  /**
   * Servers before mid-2025 give no id; a client sends it back, so it is unique beyond this answer.
   */
  private String id(JsonNode call) {
    String id = call.path("id").asText("");
    while (id.isEmpty() || !ids.add(id)) {
      id = ToolCallRepair.newId();
    }
    return id;
  }

  private static String arguments(JsonNode call) {
    JsonNode arguments = call.path("function").path("arguments");
    if (arguments.isTextual()) {
      return arguments.textValue().isBlank() ? "{}" : arguments.textValue();
    }
    return arguments.isMissingNode() || arguments.isNull() ? "{}" : ExactJson.text(arguments);
  }

  /** Of the content alone: what stands beside other text has no place in OpenAI's shape. */
  private static @Nullable ArrayNode logprobs(JsonNode line) {
    boolean content = !line.path("message").path("content").asText("").isEmpty();
    boolean thinking = !line.path("message").path("thinking").asText("").isEmpty();
    boolean alone = content && !thinking;
    return alone && line.get("logprobs") instanceof ArrayNode tokens && !tokens.isEmpty()
        ? tokens
        : null;
  }
}
