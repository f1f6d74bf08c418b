package io.keeptrusts.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayException;
import java.util.Map;
import java.util.Set;

/**
 * A request of the Responses API in the words of chat completions, for providers that do not speak
 * it (wire-formats 3). What chat cannot say is refused with the field's name.
 */
final class BridgeRequest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Fields that mean the same in both. */
  private static final Set<String> SAME =
      Set.of(
          "model",
          "stream",
          "temperature",
          "top_p",
          "parallel_tool_calls",
          "metadata",
          "user",
          "safety_identifier",
          "prompt_cache_key",
          "service_tier");

  /**
   * Fields without a meaning for a provider that keeps nothing, and about the shape of events only.
   */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of("stream_options", "store", "include", "truncation");

  private final ObjectNode from;
  private final ObjectNode chat = JSON.objectNode();
  private final BridgeMessages messages = new BridgeMessages();

  private BridgeRequest(ObjectNode from) {
    this.from = from;
  }

  /**
   * @throws GatewayException 422 that names what cannot be said in chat
   */
  static ObjectNode toChat(ObjectNode responses) {
    return new BridgeRequest(responses).convert();
  }

  private ObjectNode convert() {
    refuseState();
    JsonNode instructions = from.path("instructions");
    if (instructions.isTextual()) {
      messages.say("system", instructions);
    } else if (!instructions.isMissingNode() && !instructions.isNull()) {
      throw no("instructions", "instructions must be a string for this provider.");
    }
    messages.input(from.path("input"));
    chat.set("messages", messages.list());
    for (Map.Entry<String, JsonNode> member : from.properties()) {
      if (!member.getValue().isNull()) {
        member(member.getKey(), member.getValue());
      }
    }
    if (from.path("stream").asBoolean()) {
      chat.putObject("stream_options").put("include_usage", true);
    }
    return chat;
  }

  private void refuseState() {
    for (String key : new String[] {"previous_response_id", "conversation", "prompt"}) {
      if (from.hasNonNull(key)) {
        throw no(
            key,
            key
                + " needs a provider that keeps responses; this one does not. Send the whole conversation as input.");
      }
    }
    if (from.path("store").asBoolean(false)) {
      throw no("store", "store must be false or absent: this provider keeps no responses.");
    }
    if ("auto".equals(from.path("truncation").asText())) {
      throw no("truncation", "truncation must be disabled for this provider.");
    }
  }

  private void member(String key, JsonNode value) {
    switch (key) {
      case "instructions", "input", "previous_response_id", "conversation", "prompt" -> {}
      case "max_output_tokens" -> chat.set("max_completion_tokens", value);
      case "tools" -> chat.set("tools", tools(value));
      case "tool_choice" -> chat.set("tool_choice", toolChoice(value));
      case "text" -> text(value);
      case "reasoning" -> {
        if (value.hasNonNull("effort")) {
          chat.set("reasoning_effort", value.get("effort"));
        }
      }
      case "top_logprobs" -> chat.put("logprobs", true).set("top_logprobs", value);
      case "background" -> {
        if (value.asBoolean()) {
          throw no(key, "background must be false.");
        }
      }
      default -> {
        if (SAME.contains(key)) {
          chat.set(key, value);
        } else if (!WITHOUT_EFFECT.contains(key)) {
          throw no(key, key + " cannot be said to this provider, which speaks chat completions.");
        }
      }
    }
  }

  private static ArrayNode tools(JsonNode tools) {
    ArrayNode converted = JSON.arrayNode();
    for (int i = 0; i < tools.size(); i++) {
      JsonNode tool = tools.get(i);
      if (!"function".equals(tool.path("type").asText())) {
        throw no("tools[" + i + "].type", "This provider has function tools only.");
      }
      ObjectNode function = JSON.objectNode();
      for (String key : new String[] {"name", "description", "parameters", "strict"}) {
        if (tool.hasNonNull(key)) {
          function.set(key, tool.get(key));
        }
      }
      converted.addObject().put("type", "function").set("function", function);
    }
    return converted;
  }

  private static JsonNode toolChoice(JsonNode choice) {
    if (choice.isTextual()) {
      return choice;
    }
    if (!"function".equals(choice.path("type").asText())) {
      throw no(
          "tool_choice",
          "tool_choice must be auto, none, required or a function for this provider.");
    }
    ObjectNode named = JSON.objectNode().put("type", "function");
    named.putObject("function").set("name", choice.path("name"));
    return named;
  }

  private void text(JsonNode text) {
    if (text.hasNonNull("verbosity")) {
      chat.set("verbosity", text.get("verbosity"));
    }
    JsonNode format = text.path("format");
    switch (format.path("type").asText("text")) {
      case "text" -> {}
      case "json_object" -> chat.putObject("response_format").put("type", "json_object");
      case "json_schema" -> {
        ObjectNode schema = JSON.objectNode();
        for (String key : new String[] {"name", "description", "schema", "strict"}) {
          if (format.hasNonNull(key)) {
            schema.set(key, format.get(key));
          }
        }
        chat.putObject("response_format").put("type", "json_schema").set("json_schema", schema);
      }
      default ->
          throw no(
              "text.format.type", "text.format.type must be text, json_object or json_schema.");
    }
  }

  static GatewayException no(String param, String message) {
    return GatewayError.invalid(message, param).exception();
  }
}
