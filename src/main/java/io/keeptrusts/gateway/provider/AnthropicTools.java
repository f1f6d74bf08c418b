package io.keeptrusts.gateway.provider;

import static io.keeptrusts.gateway.provider.AnthropicMessages.wrong;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;

/** OpenAI's tools and tool choice as Anthropic's. */
final class AnthropicTools {
  private AnthropicTools() {}

  static ObjectNode tool(JsonNode tool, String at, boolean strict, Collection<String> dropped) {
    JsonNode function = tool.path("function");
    if (!function.isObject()) {
      throw wrong("anthropic takes tools of type function only.", at + ".type");
    }
    ObjectNode node = ExactJson.object().put("name", function.path("name").asText(""));
    if (function.path("description").isTextual()) {
      node.set("description", function.get("description"));
    }
    if (function.path("parameters").isObject()) {
      ObjectNode schema = (ObjectNode) function.get("parameters");
      // A schema without a type is legal for OpenAI's functions without parameters.
      ObjectNode typed = ExactJson.object().put("type", "object");
      node.set("input_schema", typed.setAll(schema));
    } else {
      node.putObject("input_schema").put("type", "object").putObject("properties");
    }
    if (function.path("strict").asBoolean(false)) {
      if (strict) {
        node.put("strict", true);
      } else {
        dropped.add("tools.function.strict");
      }
    }
    return AnthropicParts.cached(node, tool);
  }

  /** The type of the choice; empty: none was made. */
  static String choice(JsonNode choice) {
    if (choice.isMissingNode() || choice.isNull()) {
      return "";
    }
    if (choice.path("type").asText("").equals("function")) {
      return "tool";
    }
    return switch (choice.asText("")) {
      case "auto" -> "auto";
      case "none" -> "none";
      case "required" -> "any";
      default ->
          throw wrong(
              "anthropic knows the choices auto, none, required and one function.", "tool_choice");
    };
  }

  /** Whether a call must be made; Anthropic does not think before such a call. */
  static boolean forces(String choice) {
    return choice.equals("any") || choice.equals("tool");
  }
}
