package io.keeptrusts.gateway.provider.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.keeptrusts.gateway.provider.ProviderFailure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function call until it is whole. Most come whole; Vertex can send the arguments in pieces, each
 * with a JSONPath to its place ({@code $.order.items[0].name}), which nobody here asks for but a
 * target may be set to do.
 */
final class PartialCall {
  private static final int MAX_STEPS = 64;

  final String name;
  final @Nullable String id;
  final @Nullable String signature;
  private final int maxBytes;
  private ObjectNode arguments = Json.object();
  private @Nullable String growing;
  private int size;

  PartialCall(JsonNode call, @Nullable String signature, int maxBytes) {
    this.name = call.path("name").asText();
    this.id = Json.string(call, "id");
    this.signature = signature;
    this.maxBytes = maxBytes;
  }

  /** The arguments as JSON text, an object. */
  String arguments() {
    return Json.text(arguments);
  }

  /** Takes what a {@code functionCall} part says of the arguments. */
  void take(JsonNode call) {
    if (call.path("args") instanceof ObjectNode whole) {
      arguments = whole;
    }
    for (JsonNode piece : call.path("partialArgs")) {
      String path = piece.path("jsonPath").asText("");
      size += path.length();
      JsonNode value = value(piece);
      if (value != null) {
        put(steps(path), value, path.equals(growing));
      }
      growing = piece.path("willContinue").asBoolean(false) ? path : null;
    }
  }

  private @Nullable JsonNode value(JsonNode piece) {
    if (piece.path("stringValue").isTextual()) {
      size += piece.path("stringValue").textValue().length();
      return piece.path("stringValue");
    }
    if (piece.path("numberValue").isNumber()) {
      return piece.path("numberValue");
    }
    if (piece.path("boolValue").isBoolean()) {
      return piece.path("boolValue");
    }
    return piece.has("nullValue") ? arguments.nullNode() : null;
  }

  private void put(List<Object> steps, JsonNode value, boolean append) {
    if (size > maxBytes) {
      throw ProviderFailure.broken(
          "The provider sent a tool call larger than " + maxBytes + " bytes.");
    }
    JsonNode at = arguments;
    for (int i = 0; i < steps.size() - 1; i++) {
      JsonNode below = child(at, steps.get(i));
      if (!below.isContainerNode()) {
        below = steps.get(i + 1) instanceof Integer ? Json.array() : Json.object();
        set(at, steps.get(i), below);
      }
      at = below;
    }
    JsonNode before = child(at, steps.getLast());
    boolean longer = append && before.isTextual() && value.isTextual();
    set(
        at,
        steps.getLast(),
        longer ? TextNode.valueOf(before.textValue() + value.textValue()) : value);
  }

  private static JsonNode child(JsonNode node, Object step) {
    return step instanceof Integer index ? node.path(index) : node.path((String) step);
  }

  private static void set(JsonNode node, Object step, JsonNode value) {
    if (step instanceof Integer index && node instanceof ArrayNode array && index < array.size()) {
      array.set(index, value);
    } else if (step instanceof Integer index
        && node instanceof ArrayNode array
        && index == array.size()) {
      array.add(value);
    } else if (step instanceof String key && node instanceof ObjectNode object) {
      object.set(key, value);
    } else {
      throw senseless();
    }
  }

  /** {@code $.a[0]['b c']} as member names and indices. */
  private static List<Object> steps(String path) {
    List<Object> steps = new ArrayList<>();
    int at = 1;
    while (path.startsWith("$") && at < path.length() && steps.size() < MAX_STEPS) {
      if (path.charAt(at) == '.') {
        int end = at + 1;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
          end++;
        }
        steps.add(path.substring(at + 1, end));
        at = end;
      } else {
        at = bracket(path, at, steps);
      }
    }
    if (steps.isEmpty() || at < path.length()) {
      throw senseless();
    }
    return steps;
  }

  private static int bracket(String path, int at, List<Object> steps) {
    char quote = at + 1 < path.length() ? path.charAt(at + 1) : 0;
    boolean quoted = quote == '\'' || quote == '"';
    int end = quoted ? path.indexOf(quote + "]", at + 2) : path.indexOf(']', at);
    if (path.charAt(at) != '[' || end < 0) {
      throw senseless();
    }
    if (quoted) {
      steps.add(path.substring(at + 2, end));
      return end + 2;
    }
    String digits = path.substring(at + 1, end);
    if (digits.isEmpty()
        || digits.length() > 6
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw senseless();
    }
    steps.add(Integer.valueOf(digits));
    return end + 1;
  }

  private static ProviderFailure senseless() {
    return ProviderFailure.broken("The provider sent a piece of a tool call that fits nowhere.");
  }
}
