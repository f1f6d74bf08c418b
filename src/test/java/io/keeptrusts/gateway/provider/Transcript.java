package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an OpenAI client makes of chat chunks or of a whole answer, and every law of wire-formats 17
 * that the chunks break.
 *
 * @param choices by index
 * @param usage the last word on it; null if none
 * @param broken laws, in words
 */
record Transcript(Map<Integer, Choice> choices, @Nullable JsonNode usage, List<String> broken) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** One choice, put together. */
  static final class Choice {
    final StringBuilder content = new StringBuilder();
    final StringBuilder reasoning = new StringBuilder();
    final StringBuilder refusal = new StringBuilder();
    final List<Tool> tools = new ArrayList<>();
    @Nullable String finish;
    int roles;

    /** Everything but ids, which a gateway may have to invent. */
    @Override
    public String toString() {
      return "content="
          + content
          + " reasoning="
          + reasoning
          + " refusal="
          + refusal
          + " tools="
          + tools
          + " finish="
          + finish;
    }
  }

  /** One tool call, put together. */
  static final class Tool {
    String id = "";
    String name = "";
    final StringBuilder arguments = new StringBuilder();

    @Override
    public String toString() {
      return name + arguments;
    }
  }

  Choice only() {
    if (choices.size() != 1) {
      throw new AssertionError("choices: " + choices.keySet());
    }
    return choices.get(0);
  }

  static Transcript of(List<JsonNode> frames) {
    Transcript transcript = new Transcript(new TreeMap<>(), null, new ArrayList<>());
    JsonNode usage = null;
    Set<String> envelopes = new HashSet<>();
    for (JsonNode frame : frames) {
      envelopes.add(frame.path("id") + " " + frame.path("model") + " " + frame.path("object"));
      for (JsonNode choice : frame.path("choices")) {
        if (choice.has("message")) {
          transcript.whole(choice);
        } else {
          transcript.chunk(choice);
        }
      }
      if (frame.path("usage").isObject()) {
        if (usage != null) {
          transcript.broken.add("usage twice");
        }
        if (!frame.path("choices").isEmpty() && frame.path("choices").get(0).has("delta")) {
          transcript.broken.add("usage beside a choice");
        }
        usage = frame.get("usage");
      }
    }
    if (envelopes.size() > 1) {
      transcript.broken.add("id, model or object differ");
    }
    transcript.close();
    return new Transcript(transcript.choices, usage, transcript.broken);
  }

  private void whole(JsonNode choice) {
    Choice into = choices.computeIfAbsent(choice.path("index").asInt(), index -> new Choice());
    into.roles++;
    JsonNode message = choice.get("message");
    texts(message, into);
    for (JsonNode call : message.path("tool_calls")) {
      Tool tool = new Tool();
      tool.id = call.path("id").asText();
      tool.name = call.path("function").path("name").asText();
      tool.arguments.append(call.path("function").path("arguments").asText());
      into.tools.add(tool);
    }
    into.finish = choice.path("finish_reason").asText();
  }

  private void chunk(JsonNode choice) {
    Choice into = choices.computeIfAbsent(choice.path("index").asInt(), index -> new Choice());
    JsonNode delta = choice.path("delta");
    if (!delta.isObject()) {
      broken.add("a choice without a delta");
    }
    if (into.finish != null && !delta.isEmpty()) {
      broken.add("a delta after the finish reason");
    }
    into.roles += delta.hasNonNull("role") ? 1 : 0;
    if (delta.path("content").isContainerNode()) {
      broken.add("content is no string");
    }
    texts(delta, into);
    for (JsonNode call : delta.path("tool_calls")) {
      tool(call, into);
    }
    if (choice.path("finish_reason").isTextual()) {
      if (into.finish != null) {
        broken.add("a second finish reason");
      }
      into.finish = choice.path("finish_reason").textValue();
    }
  }

  private static void texts(JsonNode from, Choice into) {
    into.content.append(text(from, "content"));
    into.refusal.append(text(from, "refusal"));
    String reasoning = text(from, "reasoning_content");
    into.reasoning.append(reasoning.isEmpty() ? text(from, "reasoning") : reasoning);
  }

  private static String text(JsonNode from, String key) {
    return from.path(key).isTextual() ? from.path(key).textValue() : "";
  }

  private void tool(JsonNode call, Choice into) {
    int index = call.path("index").asInt(-1);
    if (index < 0 || index > into.tools.size()) {
      broken.add("a tool index that is missing or not dense");
      return;
    }
    boolean begins = index == into.tools.size();
    if (begins) {
      into.tools.add(new Tool());
    }
    Tool tool = into.tools.get(index);
    if (begins != call.hasNonNull("id")
        || begins != call.hasNonNull("type")
        || begins != call.path("function").hasNonNull("name")) {
      broken.add("id, type and name are not said once and first");
    }
    tool.id += text(call, "id");
    tool.name += text(call.path("function"), "name");
    tool.arguments.append(text(call.path("function"), "arguments"));
  }

  private void close() {
    Set<String> ids = new HashSet<>();
    choices.forEach(
        (index, choice) -> {
          if (choice.roles != 1) {
            broken.add(choice.roles + " roles");
          }
          if (choice.finish == null) {
            broken.add("no finish reason");
          }
          for (Tool tool : choice.tools) {
            if (tool.id.isEmpty() || !ids.add(tool.id)) {
              broken.add("a tool id that is empty or not unique");
            }
            if (tool.name.isEmpty()) {
              broken.add("a tool without a name");
            }
            if (!"length".equals(choice.finish) && !isObject(tool.arguments.toString())) {
              broken.add("arguments that are no JSON object: " + tool.arguments);
            }
          }
          if (!choice.tools.isEmpty() && "stop".equals(choice.finish)) {
            broken.add("tool calls, but the finish reason is stop");
          }
        });
  }

  private static boolean isObject(String json) {
    try {
      return JSON.readTree(json).isObject();
    } catch (JsonProcessingException e) {
      return false;
    }
  }
}
