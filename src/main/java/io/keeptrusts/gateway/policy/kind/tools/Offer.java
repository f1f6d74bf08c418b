package io.keeptrusts.gateway.policy.kind.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tools that a request offers to the model, in chat completions ({@code tools}, {@code
 * functions}, {@code web_search_options}) and in Responses ({@code tools} with functions, tools of
 * the provider's, MCP servers and namespaces), and what it says about their choice.
 */
public final class Offer {
  private static final List<String> CHOICES =
      List.of("tool_choice", "function_call", "parallel_tool_calls");

  private final ObjectNode body;
  private int dropped;
  private boolean forced;

  private Offer(ObjectNode body) {
    this.body = body;
  }

  /**
   * What became of a request.
   *
   * @param body without the tools that are not permitted; the request's own if nothing was dropped
   * @param dropped how many tools were taken out
   * @param forced whether the model was told to call one that is not permitted, or any while none
   *     is left
   */
  public record Kept(ObjectNode body, int dropped, boolean forced) {}

  /** The request without the tools that are not permitted. */
  public static Kept keep(ObjectNode body, Permits rules) {
    Offer offer = new Offer(copy(body));
    offer.run(rules);
    boolean same = offer.dropped == 0 && !offer.forced;
    return new Kept(same ? body : offer.body, offer.dropped, offer.forced);
  }

  private void run(Permits rules) {
    for (String list : List.of("tools", "functions")) {
      if (body.get(list) instanceof ArrayNode tools) {
        ArrayNode kept = kept(tools, tool -> tool(tool, "", rules));
        if (kept.isEmpty() && !tools.isEmpty()) {
          body.remove(list);
        } else {
          body.set(list, kept);
        }
      } else if (body.hasNonNull(list)) {
        body.remove(list); // no list: who reads it all the same reads what was not looked at
        dropped++;
      }
    }
    if (body.hasNonNull("web_search_options") && !rules.permit("web_search")) {
      body.remove("web_search_options");
      dropped++;
    }
    boolean none = dropped > 0 && !body.has("tools") && !body.has("functions");
    for (String key : List.of("tool_choice", "function_call")) {
      JsonNode choice = body.path(key);
      forced |= choice instanceof ObjectNode wanted && !choice(wanted, rules);
      forced |= none && choice.asText().equals("required");
    }
    if (none) {
      body.remove(CHOICES); // providers refuse a choice among nothing
    }
  }

  private ArrayNode kept(ArrayNode tools, Function<JsonNode, @Nullable JsonNode> of) {
    ArrayNode kept = tools.arrayNode();
    for (JsonNode tool : tools) {
      JsonNode left = of.apply(tool);
      if (left == null) {
        dropped++;
      } else {
        kept.add(left);
      }
    }
    return kept;
  }

  /** What is left of a tool; null if nothing. */
  private @Nullable JsonNode tool(JsonNode tool, String prefix, Permits rules) {
    if (tool.path("type").asText().equals("mcp")) {
      return server(tool, rules);
    }
    if (tool.path("type").asText().equals("namespace")
        && tool.get("tools") instanceof ArrayNode in) {
      ArrayNode kept = kept(in, each -> tool(each, tool.path("name").asText() + ".", rules));
      return kept.isEmpty() ? null : copy(tool).set("tools", kept);
    }
    return permitted(tool, prefix, rules) ? tool : null;
  }

  private @Nullable JsonNode server(JsonNode tool, Permits rules) {
    String label = tool.path("server_label").asText();
    JsonNode listed = tool.path("allowed_tools");
    boolean filter = listed.isObject();
    JsonNode names = filter ? listed.path("tool_names") : listed;
    if (!(names instanceof ArrayNode list)) {
      return rules.permitAll(label) ? tool : null;
    }
    ArrayNode kept = kept(list, each -> rules.permit(label + "." + each.asText()) ? each : null);
    if (kept.isEmpty()) {
      return null;
    }
    JsonNode narrowed = filter ? copy(listed).set("tool_names", kept) : kept;
    return copy(tool).set("allowed_tools", narrowed);
  }

  private static ObjectNode copy(JsonNode object) {
    ObjectNode copy = ((ObjectNode) object).objectNode();
    copy.setAll((ObjectNode) object);
    return copy;
  }

  /** A tool that is named in both places is both: providers differ in where they look. */
  private static boolean permitted(JsonNode tool, String prefix, Permits rules) {
    String name = name(tool);
    String type = tool.path("type").asText("function");
    boolean named = type.equals("function") || type.equals("custom");
    String other = named ? tool.path("name").asText(name) : name;
    return rules.permit(prefix + name) && (other.equals(name) || rules.permit(prefix + other));
  }

  /** Functions and custom tools by their name, the provider's own by their type. */
  private static String name(JsonNode tool) {
    String type = tool.path("type").asText("function");
    return switch (type) {
      case "function", "custom" -> tool.path(type).path("name").asText(tool.path("name").asText());
      default -> type;
    };
  }

  /** False if it wants a tool that is not permitted. */
  private boolean choice(ObjectNode choice, Permits rules) {
    return switch (choice.path("type").asText("function")) {
      case "allowed_tools" -> {
        boolean nested = choice.get("allowed_tools") instanceof ObjectNode;
        JsonNode tools = (nested ? choice.get("allowed_tools") : choice).path("tools");
        yield each(tools, tool -> choice((ObjectNode) tool, rules));
      }
      case "mcp" -> {
        String label = choice.path("server_label").asText();
        yield choice.hasNonNull("name")
            ? rules.permit(label + "." + choice.path("name").asText())
            : serverIsLeft(label);
      }
      default -> permitted(choice, "", rules);
    };
  }

  private boolean serverIsLeft(String label) {
    for (JsonNode tool : body.path("tools")) {
      if (tool.path("server_label").asText().equals(label)) {
        return true;
      }
    }
    return false;
  }

  private static boolean each(JsonNode tools, Predicate<JsonNode> permitted) {
    for (JsonNode tool : tools) {
      if (!tool.isObject() || !permitted.test(tool)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The names of the tools that the model has called so far, as the request's messages or items
   * tell it.
   */
  public static List<String> called(ObjectNode body) {
    List<String> names = new ArrayList<>();
    for (JsonNode message : body.path("messages")) {
      for (JsonNode call : message.path("tool_calls")) {
        names.add(name(call));
      }
      if (message.path("function_call").isObject()) {
        names.add(message.path("function_call").path("name").asText());
      }
    }
    for (JsonNode item : body.path("input")) {
      String type = item.path("type").asText();
      switch (type) {
        case "function_call", "custom_tool_call" -> names.add(qualified(item, "namespace"));
        case "mcp_call" -> names.add(qualified(item, "server_label"));
        default -> {
          if (type.endsWith("_call")) {
            names.add(type.substring(0, type.length() - 5));
          }
        }
      }
    }
    return names;
  }

  private static String qualified(JsonNode item, String owner) {
    String label = item.path(owner).asText();
    String name = item.path("name").asText();
    return label.isEmpty() ? name : label + "." + name;
  }
}
