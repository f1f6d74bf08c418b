package io.keeptrusts.gateway.sdk;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.keeptrusts.gateway.testing.Recording;
import io.keeptrusts.gateway.testing.Sse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a recorded answer says, read from its own bytes as naively as can be: the yardstick for what
 * a client reads through the gateway.
 */
final class Recorded {
  /** A finish that no table names. */
  static final String ANY = "?";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** One tool call; arguments that were cut short stay text. */
  record Call(String name, JsonNode arguments) {
    static Call of(String name, String arguments) {
      String text = arguments.isBlank() || arguments.equals("null") ? "{}" : arguments;
      try {
        return new Call(name, JSON.readTree(text));
      } catch (JsonProcessingException e) {
        return new Call(name, TextNode.valueOf(text));
      }
    }
  }

  /** One choice, put together. */
  static final class Choice {
    final StringBuilder content = new StringBuilder();
    final Map<String, StringBuilder> arguments = new LinkedHashMap<>();
    final Map<String, String> names = new LinkedHashMap<>();
    String finish = "";

    /** Where content holds more than texts, such as code that was run. */
    boolean mixed;

    List<Call> calls() {
      List<Call> calls = new ArrayList<>();
      names.forEach(
          (key, name) ->
              calls.add(
                  Call.of(name, arguments.getOrDefault(key, new StringBuilder()).toString())));
      return calls;
    }

    private void call(String key, @Nullable String name, String more) {
      if (name != null && !name.isEmpty()) {
        names.putIfAbsent(key, name);
      }
      arguments.computeIfAbsent(key, k -> new StringBuilder()).append(more);
    }
  }

  final Map<Integer, Choice> choices = new TreeMap<>();

  /** Whether it could be asked for by way of a response: one choice, calls of functions. */
  boolean bridgeable = true;

  /** -1 where nothing was counted. */
  long completionTokens = -1;

  /** Whether it is an answer from its beginning to its end. */
  boolean whole;

  /** Whether a finish reason is all that it lacks. */
  boolean unfinished;

  /**
   * Whether the client's own helper loses its way in it, also without a gateway: a choice goes on
   * after its finish (Azure's asynchronous filter, OpenAI's moderation), or usage stands beside
   * each choice (vLLM, where asked for).
   */
  boolean odd;

  static Recorded of(Recording recording) {
    Recorded said = new Recorded();
    String body = new String(recording.body(), UTF_8);
    switch (recording.family()) {
      case "anthropic" -> said.anthropic(body, recording.stream());
      case "gemini" -> said.gemini(body);
      case "ollama" -> {
        if (isOllamas(recording)) {
          said.ollama(body);
        } else {
          said.openAi(body, recording.stream());
        }
      }
      default -> said.openAi(body, recording.stream());
    }
    return said;
  }

  /** Whether Ollama speaks in its own words; some rows name the wrong endpoint. */
  static boolean isOllamas(Recording recording) {
    String body = new String(recording.body(), UTF_8);
    return recording.endpoint().startsWith("/api")
        && !body.startsWith("data:")
        && !body.contains("\"choices\"");
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + text, e);
    }
  }

  private Choice choice(int index) {
    bridgeable &= index == 0;
    return choices.computeIfAbsent(index, key -> new Choice());
  }

  private void openAi(String body, boolean stream) {
    if (!stream) {
      openAiChunk(json(body), "message");
      whole = choices.values().stream().noneMatch(choice -> choice.finish.isEmpty());
      unfinished = !whole;
      return;
    }
    for (Sse.Event event : Sse.parse(body)) {
      if (event.data().strip().equals("[DONE]")) {
        whole = choices.values().stream().noneMatch(choice -> choice.finish.isEmpty());
        unfinished = !whole;
        return;
      }
      JsonNode chunk = json(event.data());
      if ("error".equals(event.type()) || chunk.path("error").isObject()) {
        return;
      }
      openAiChunk(chunk, "delta");
    }
  }

  private void openAiChunk(JsonNode chunk, String said) {
    boolean over =
        !choices.isEmpty()
            && choices.values().stream().noneMatch(choice -> choice.finish.isEmpty());
    odd |= over && chunk.path("choices").isEmpty() && !chunk.path("usage").isObject();
    for (JsonNode part : chunk.path("choices")) {
      Choice choice = choice(part.path("index").asInt());
      odd |= !choice.finish.isEmpty() && !part.has("message");
      JsonNode delta = part.path(said);
      JsonNode content = delta.path("content");
      choice.content.append(content.isTextual() ? content.textValue() : "");
      for (JsonNode piece : content) {
        choice.content.append(piece.path("text").asText("")); // thinking is a list of its own
      }
      int position = 0;
      for (JsonNode call : delta.path("tool_calls")) {
        JsonNode custom = call.path("custom");
        if (custom.isObject()) {
          bridgeable = false;
          choice.call(
              call.path("id").asText(),
              custom.path("name").asText(),
              custom.path("input").asText());
          continue;
        }
        JsonNode function = call.path("function");
        String arguments = function.path("arguments").asText("");
        String key = call.path("index").asText("-" + position++);
        boolean again = choice.names.containsKey(key) && function.path("name").asText("").isEmpty();
        if (!call.has("index") && !again && call.path("id").isTextual()) {
          key = call.path("id").textValue();
        }
        choice.call(key, function.path("name").asText(""), arguments);
      }
      choice.finish = part.path("finish_reason").asText(choice.finish);
    }
    JsonNode usage =
        chunk.path("usage").isObject() ? chunk.path("usage") : chunk.at("/x_groq/usage");
    completionTokens = usage.path("completion_tokens").asLong(completionTokens);
    odd |=
        said.equals("delta") && chunk.at("/choices/0/finish_reason").isNull() && usage.isObject();
  }

  private void anthropic(String body, boolean stream) {
    Choice choice = choice(0);
    if (!stream) {
      JsonNode message = json(body);
      for (JsonNode block : message.path("content")) {
        anthropicBlock(choice, block, Integer.toString(choice.names.size()));
      }
      anthropicEnd(choice, message.path("stop_reason"), message.path("usage"));
      whole = true;
      return;
    }
    for (Sse.Event event : Sse.parse(body)) {
      if (event.data().equals("[DONE]")) {
        continue;
      }
      JsonNode node = json(event.data());
      anthropicBlock(choice, node.path("content_block"), node.path("index").asText());
      choice.content.append(node.at("/delta/text").asText(""));
      if (node.at("/delta/type").asText().equals("input_json_delta")
          && choice.names.containsKey(node.path("index").asText())) {
        choice.call(node.path("index").asText(), null, node.at("/delta/partial_json").asText());
      }
      anthropicEnd(choice, node.at("/delta/stop_reason"), node.path("usage"));
      whole |= node.path("type").asText().equals("message_stop");
    }
  }

  private static void anthropicBlock(Choice choice, JsonNode block, String key) {
    choice.content.append(
        block.path("type").asText().equals("text") ? block.path("text").asText() : "");
    if (block.path("type").asText().equals("tool_use")) {
      String input = block.path("input").isEmpty() ? "" : block.path("input").toString();
      choice.call(key, block.path("name").asText(), input);
    }
  }

  private void anthropicEnd(Choice choice, JsonNode stop, JsonNode usage) {
    choice.finish =
        switch (stop.asText("")) {
          case "end_turn", "stop_sequence", "pause_turn" -> "stop";
          case "refusal" -> "content_filter";
          case "max_tokens" -> "length";
          case "tool_use" -> "tool_calls";
          default -> choice.finish;
        };
    completionTokens = usage.path("output_tokens").asLong(completionTokens);
  }

  private void gemini(String body) {
    List<JsonNode> chunks = new ArrayList<>();
    if (body.startsWith("data:")) {
      String events = body.contains("\n{\n  \"error\"") ? "" : body; // a bare error in the middle
      Sse.parse(events).forEach(event -> chunks.add(json(event.data())));
    } else {
      JsonNode root = json(body);
      (root.isArray() ? root : JSON.createArrayNode().add(root)).forEach(chunks::add);
    }
    for (JsonNode chunk : chunks) {
      JsonNode blocked = chunk.path("promptFeedback");
      if (blocked.has("blockReason") || blocked.has("blockReasonMessage")) {
        choice(0).finish = "content_filter";
        choice(0).mixed = true; // says why
      }
      for (JsonNode candidate : chunk.path("candidates")) {
        Choice choice = choice(candidate.path("index").asInt());
        for (JsonNode part : candidate.at("/content/parts")) {
          choice.content.append(
              part.path("thought").asBoolean() ? "" : part.path("text").asText(""));
          choice.mixed |= part.size() > 0 && !part.has("text") && !part.has("functionCall");
          JsonNode function = part.path("functionCall");
          if (function.has("name")) {
            String arguments = function.has("args") ? function.path("args").toString() : "";
            choice.mixed |=
                function.has("partialArgs") || function.path("willContinue").asBoolean();
            choice.call(
                Integer.toString(choice.names.size()), function.path("name").asText(), arguments);
          }
        }
        choice.finish = geminiFinish(candidate.path("finishReason").asText(""), choice);
      }
      long thoughts = chunk.at("/usageMetadata/thoughtsTokenCount").asLong(0);
      JsonNode counted = chunk.at("/usageMetadata/candidatesTokenCount");
      completionTokens = counted.isNumber() ? counted.asLong() + thoughts : completionTokens;
    }
    // What ends for other reasons and leaves nothing to show is a failure.
    whole =
        choices.values().stream()
            .anyMatch(
                choice ->
                    !choice.finish.isEmpty()
                        && !(choice.finish.equals("OTHER") && choice.content.isEmpty()));
  }

  private static String geminiFinish(String reason, Choice choice) {
    return switch (reason) {
      case "STOP", "1" -> choice.names.isEmpty() ? "stop" : "tool_calls";
      case "MAX_TOKENS" -> "length";
      case "OTHER" -> reason;
      case "" -> choice.finish;
      case "SAFETY", "RECITATION", "MODEL_ARMOR", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII" ->
          "content_filter";
      default -> ANY;
    };
  }

  private void ollama(String body) {
    Choice choice = choice(0);
    for (String line : body.startsWith("{\n") ? new String[] {body} : body.split("\n")) {
      if (line.isBlank()) {
        continue;
      }
      JsonNode said = json(line);
      choice.content.append(said.at("/message/content").asText(""));
      for (JsonNode call : said.at("/message/tool_calls")) {
        JsonNode function = call.path("function");
        choice.call(
            Integer.toString(choice.names.size()),
            function.path("name").asText(),
            function.path("arguments").toString());
      }
      if (said.path("done").asBoolean()) {
        boolean calls = !choice.names.isEmpty();
        choice.finish =
            said.path("done_reason").asText("stop").equals("length")
                ? "length"
                : calls ? "tool_calls" : "stop";
        completionTokens = said.path("eval_count").asLong(completionTokens);
        whole = true;
      }
    }
  }
}
