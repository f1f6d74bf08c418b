package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * OpenAI's messages as Anthropic's: one list of system blocks, and turns of user and assistant. One
 * per request.
 */
final class AnthropicMessages {
  /** Members that are read here, or that only echo what an answer said. */
  private static final Set<String> KNOWN =
      Set.of(
          "role",
          "content",
          "refusal",
          "tool_calls",
          "tool_call_id",
          "thinking_blocks",
          "annotations",
          "cache_control");

  private final ArrayNode system = ExactJson.object().arrayNode();
  private final ArrayNode turns = ExactJson.object().arrayNode();
  private final Collection<String> dropped;
  private final AnthropicParts parts = new AnthropicParts();

  /**
   * @param dropped takes the names of what no block can hold
   */
  AnthropicMessages(Collection<String> dropped) {
    this.dropped = dropped;
  }

  void add(JsonNode messages) {
    int i = 0;
    for (JsonNode message : messages) {
      add(message, "messages[" + i++ + "]");
    }
    if (turns.isEmpty()) {
      throw wrong("anthropic needs a message of the user's that is not empty.", "messages");
    }
  }

  private void add(JsonNode message, String at) {
    switch (message.path("role").asText("")) {
      case "system", "developer" ->
          parts.read(message, at, AnthropicParts.Allowed.TEXT).forEach(system::add);
      case "user" -> append("user", parts.read(message, at, AnthropicParts.Allowed.ALL));
      case "assistant" -> append("assistant", assistant(message, at));
      case "tool" -> result(message, at);
      default ->
          throw wrong(
              "anthropic knows the roles system, developer, user, assistant and tool.",
              at + ".role");
    }
    for (Map.Entry<String, JsonNode> member : message.properties()) {
      if (!KNOWN.contains(member.getKey())
          && !member.getValue().isNull()
          && !echoed(message, member.getKey())) {
        dropped.add("messages." + AnthropicParts.word(member.getKey()));
      }
    }
  }

  /** Reasoning in the history is carried by the thinking blocks beside it. */
  private static boolean echoed(JsonNode message, String key) {
    return key.equals("reasoning_content") && message.path("thinking_blocks").isArray();
  }

  private List<ObjectNode> assistant(JsonNode message, String at) {
    for (String impossible : List.of("function_call", "audio")) {
      if (message.hasNonNull(impossible)) {
        throw wrong(
            "anthropic cannot take an assistant's " + impossible + ".", at + "." + impossible);
      }
    }
    List<ObjectNode> blocks = new ArrayList<>();
    for (JsonNode thought : message.path("thinking_blocks")) {
      thinking(thought, blocks);
    }
    blocks.addAll(parts.read(message, at, AnthropicParts.Allowed.TEXT));
    String refusal = message.path("refusal").asText("");
    if (!refusal.isEmpty()) {
      blocks.add(block("text").put("text", refusal));
    }
    int i = 0;
    for (JsonNode call : message.path("tool_calls")) {
      blocks.add(toolUse(call, at + ".tool_calls[" + i++ + "]"));
    }
    return blocks;
  }

  /** A block without its signature was changed on its way: Anthropic would refuse it. */
  private void thinking(JsonNode thought, List<ObjectNode> blocks) {
    String signature = thought.path("signature").asText("");
    String data = thought.path("data").asText("");
    if (!signature.isEmpty()) {
      blocks.add(
          block("thinking")
              .put("thinking", thought.path("thinking").asText(""))
              .put("signature", signature));
    } else if (!data.isEmpty()) {
      blocks.add(block("redacted_thinking").put("data", data));
    } else {
      dropped.add("messages.thinking_blocks");
    }
  }

  private static ObjectNode toolUse(JsonNode call, String at) {
    JsonNode function = call.path("function");
    if (!function.isObject()) {
      throw wrong("anthropic takes calls of functions only.", at + ".type");
    }
    String arguments = function.path("arguments").asText("");
    JsonNode input = arguments.isBlank() ? ExactJson.object() : ExactJson.read(arguments);
    if (input == null || !input.isObject()) {
      throw wrong(
          "The arguments of a call must be a JSON object for anthropic.",
          at + ".function.arguments");
    }
    ObjectNode block =
        block("tool_use")
            .put("id", id(call.path("id")))
            .put("name", function.path("name").asText(""));
    block.set("input", input);
    return AnthropicParts.cached(block, call);
  }

  private void result(JsonNode message, String at) {
    ObjectNode block = block("tool_result").put("tool_use_id", id(message.path("tool_call_id")));
    List<ObjectNode> content = parts.read(message, at, AnthropicParts.Allowed.ALL);
    if (!content.isEmpty()) {
      ArrayNode list = block.putArray("content");
      content.forEach(list::add);
    }
    append("user", List.of(AnthropicParts.cached(block, message)));
  }

  /**
   * Anthropic allows letters, digits, underscores and hyphens; other providers' ids may hold more.
   */
  private static String id(JsonNode id) {
    StringBuilder allowed = new StringBuilder(id.asText(""));
    for (int i = 0; i < allowed.length(); i++) {
      char c = allowed.charAt(i);
      if (c >= 128 || !Character.isLetterOrDigit(c) && c != '-') {
        allowed.setCharAt(i, '_');
      }
    }
    return allowed.toString();
  }

  /** Turns alternate, and results stand before what the user says. */
  private void append(String role, List<ObjectNode> blocks) {
    if (blocks.isEmpty()) {
      return;
    }
    JsonNode last = turns.isEmpty() ? ExactJson.object() : turns.get(turns.size() - 1);
    ArrayNode content =
        last.path("role").asText("").equals(role) ? (ArrayNode) last.get("content") : turn(role);
    for (ObjectNode block : blocks) {
      content.insert(isResult(block) ? results(content) : content.size(), block);
    }
  }

  private ArrayNode turn(String role) {
    return turns.addObject().put("role", role).putArray("content");
  }

  private static int results(ArrayNode content) {
    int count = 0;
    while (count < content.size() && isResult(content.get(count))) {
      count++;
    }
    return count;
  }

  private static boolean isResult(JsonNode block) {
    return block.path("type").asText().equals("tool_result");
  }

  /** The system blocks: one string unless one of them is to be cached. */
  void system(ObjectNode body, String more) {
    if (!more.isEmpty()) {
      system.add(block("text").put("text", more));
    }
    boolean cached = false;
    List<String> texts = new ArrayList<>();
    for (JsonNode block : system) {
      cached |= block.has("cache_control");
      texts.add(block.path("text").asText());
    }
    if (cached) {
      body.set("system", system);
    } else if (!texts.isEmpty()) {
      body.put("system", String.join("\n\n", texts));
    }
  }

  ArrayNode turns() {
    return turns;
  }

  boolean files() {
    return parts.files();
  }

  /**
   * Whether the last turn answers calls that were made without thinking: a model that must think
   * would refuse it.
   */
  boolean calledWithoutThinking() {
    int last = turns.size() - 1;
    while (last >= 0 && !turns.get(last).path("role").asText().equals("assistant")) {
      last--;
    }
    if (last < 0) {
      return false;
    }
    JsonNode content = turns.get(last).path("content");
    boolean called = false;
    for (JsonNode block : content) {
      called |= block.path("type").asText().equals("tool_use");
    }
    return called && !content.get(0).path("type").asText().endsWith("thinking");
  }

  private static ObjectNode block(String type) {
    return ExactJson.object().put("type", type);
  }

  static GatewayException wrong(String message, String param) {
    return GatewayError.invalid(message, param).exception();
  }
}
