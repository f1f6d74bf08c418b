package io.keeptrusts.gateway.provider.google;

import static io.keeptrusts.gateway.provider.google.GeminiProtocol.invalid;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** {@code tools} and {@code tool_choice} as function declarations and their configuration. */
final class Tools {
  private Tools() {}

  static void declare(JsonNode tools, ObjectNode body, Set<String> dropped) {
    if (!tools.isArray()) {
      throw invalid("tools", "must be a list.");
    }
    ArrayNode declarations = Json.array();
    for (int i = 0; i < tools.size(); i++) {
      JsonNode tool = tools.get(i);
      if (!tool.path("type").asText("").equals("function")) {
        throw invalid(
            "tools[" + i + "].type", "must be function: Gemini knows no other tools of OpenAI.");
      }
      JsonNode function = tool.path("function");
      String name = Json.string(function, "name");
      if (name == null) {
        throw invalid("tools[" + i + "].function.name", "is missing.");
      }
      ObjectNode declaration = declarations.addObject().put("name", name);
      String description = Json.string(function, "description");
      if (description != null) {
        declaration.put("description", description);
      }
      if (function.path("parameters").isObject()) {
        declaration.set("parametersJsonSchema", function.path("parameters"));
      }
      if (function.path("strict").asBoolean(false)) {
        dropped.add("tools.function.strict");
      }
    }
    if (!declarations.isEmpty()) {
      body.withArray("tools").addObject().set("functionDeclarations", declarations);
    }
  }

  static void choose(JsonNode choice, ObjectNode body) {
    ObjectNode config = Json.object();
    if (choice.isTextual()) {
      config.put("mode", mode(choice.textValue()));
    } else if (choice.path("type").asText("").equals("function")
        && choice.path("function").has("name")) {
      config
          .put("mode", "ANY")
          .putArray("allowedFunctionNames")
          .add(choice.path("function").path("name"));
    } else if (choice.path("type").asText("").equals("allowed_tools")) {
      JsonNode allowed = choice.path("allowed_tools");
      // A list of names is refused beside AUTO; VALIDATED is an AUTO that takes one.
      config.put("mode", allowed.path("mode").asText("").equals("required") ? "ANY" : "VALIDATED");
      ArrayNode names = config.putArray("allowedFunctionNames");
      allowed.path("tools").forEach(tool -> names.add(tool.path("function").path("name")));
    } else {
      throw invalid("tool_choice", "must be none, auto, required, a function or allowed_tools.");
    }
    body.putObject("toolConfig").set("functionCallingConfig", config);
  }

  private static String mode(String choice) {
    return switch (choice) {
      case "auto" -> "AUTO";
      case "none" -> "NONE";
      case "required" -> "ANY";
      default ->
          throw invalid(
              "tool_choice", "must be none, auto, required, a function or allowed_tools.");
    };
  }
}
