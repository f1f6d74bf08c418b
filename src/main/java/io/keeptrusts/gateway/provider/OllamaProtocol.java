package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.exchange.Prompt;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Ollama's own {@code /api/chat} (wire-formats 9 and 11): newline-delimited JSON, options in an
 * object of their own.
 */
final class OllamaProtocol implements Protocol {
  /**
   * Hints, and things for OpenAI's own house: an answer without them is the same answer. Dropped
   * and announced.
   */
  private static final Set<String> DROPPED =
      Set.of(
          "user",
          "safety_identifier",
          "metadata",
          "store",
          "service_tier",
          "prompt_cache_key",
          "prompt_cache_retention",
          "prediction",
          "verbosity");

  /** What goes into {@code options}, under which name. */
  private static final Map<String, String> OPTIONS =
      Map.ofEntries(
          Map.entry("temperature", "temperature"),
          Map.entry("top_p", "top_p"),
          Map.entry("seed", "seed"),
          Map.entry("presence_penalty", "presence_penalty"),
          Map.entry("frequency_penalty", "frequency_penalty"),
          Map.entry("top_k", "top_k"),
          Map.entry("min_p", "min_p"),
          Map.entry("num_ctx", "num_ctx"),
          Map.entry("repeat_penalty", "repeat_penalty"));

  /** Ollama's own fields, for clients that know whom they speak to. */
  private static final Set<String> OWN =
      Set.of("format", "keep_alive", "logprobs", "shift", "think", "top_logprobs", "truncate");

  @Override
  public Outgoing request(Target target, Prompt prompt) {
    Request request = new Request(prompt);
    ObjectNode body = request.write(target.model() == null ? prompt.model() : target.model());
    String path = target.base().path().endsWith("/api") ? "/chat" : "/api/chat";
    return new Outgoing(
        target.at(path), target.headers(), ExactJson.bytes(body), List.copyOf(request.dropped));
  }

  @Override
  public Reader read(boolean stream, Limits limits, Sink sink) {
    return stream ? new OllamaStream(limits, sink) : new OllamaAnswer(limits, sink);
  }

  /** One request on its way from OpenAI's words to Ollama's. */
  private static final class Request {
    private final Prompt prompt;
    private final ObjectNode out = ExactJson.object();
    private final ObjectNode options = ExactJson.object();
    private final Set<String> dropped = new LinkedHashSet<>();

    Request(Prompt prompt) {
      this.prompt = prompt;
    }

    ObjectNode write(String model) {
      // Without the flag Ollama streams.
      out.put("model", model).put("stream", prompt.stream());
      out.set("messages", new OllamaMessages(dropped).write(prompt.body().path("messages")));
      if (prompt.body().get("options") instanceof ObjectNode own) {
        options.setAll(own);
      }
      for (Map.Entry<String, JsonNode> member : prompt.body().properties()) {
        if (!member.getValue().isNull()) {
          member(member.getKey(), member.getValue());
        }
      }
      if (!options.isEmpty()) {
        out.set("options", options);
      }
      return out;
    }

    private void member(String key, JsonNode value) {
      switch (key) {
        case "model", "messages", "stream", "stream_options", "options" -> {}
        case "max_completion_tokens" -> options.set("num_predict", value);
        case "max_tokens" -> {
          if (!prompt.body().hasNonNull("max_completion_tokens")) {
            options.set("num_predict", value);
          }
        }
        case "stop" ->
            options.set("stop", value.isTextual() ? options.arrayNode().add(value) : value);
        case "tools" -> tools(value);
        case "tool_choice" -> {
          if (!value.asText().equals("none") && !value.asText().equals("auto")) {
            dropped.add(key);
          }
        }
        case "parallel_tool_calls" -> {
          if (!value.asBoolean(true)) {
            dropped.add(key);
          }
        }
        case "response_format" -> format(value);
        case "reasoning_effort" -> think(value);
        case "n" -> {
          if (value.asInt() != 1) {
            throw refused("n", "Ollama gives one choice: ask for n = 1.");
          }
        }
        default -> other(key, value);
      }
    }

    private void other(String key, JsonNode value) {
      String option = OPTIONS.get(key);
      if (option != null) {
        options.set(option, value);
      } else if (OWN.contains(key)) {
        out.set(key, value);
      } else if (DROPPED.contains(key)) {
        dropped.add(key);
      } else if (!(value.isContainerNode() && value.isEmpty()) && !isTextOnly(key, value)) {
        throw unknown(key);
      }
    }

    private static boolean isTextOnly(String key, JsonNode value) {
      return key.equals("modalities") && value.size() == 1 && value.path(0).asText().equals("text");
    }

    private void tools(JsonNode tools) {
      for (int i = 0; i < tools.size(); i++) {
        if (!tools.get(i).path("function").isObject()) {
          throw refused("tools[" + i + "].type", "Ollama knows tools of type function only.");
        }
      }
      if (!prompt.body().path("tool_choice").asText().equals("none") && !tools.isEmpty()) {
        out.set("tools", tools);
      }
    }

    private void format(JsonNode format) {
      switch (format.path("type").asText()) {
        case "text" -> {}
        case "json_object" -> out.put("format", "json");
        case "json_schema" -> {
          JsonNode schema = format.path("json_schema").path("schema");
          if (!schema.isObject()) {
            throw refused(
                "response_format.json_schema.schema", "A schema is needed: give a JSON schema.");
          }
          out.set("format", schema);
        }
        default ->
            throw refused(
                "response_format.type", "Ollama knows text, json_object and json_schema.");
      }
    }

    private void think(JsonNode effort) {
      switch (effort.asText()) {
        case "none" -> out.put("think", false);
        case "minimal" -> out.put("think", "low");
        case "low", "medium", "high", "max" -> out.put("think", effort.asText());
        case "xhigh" -> out.put("think", "max");
        default ->
            throw refused("reasoning_effort", "Use none, minimal, low, medium, high or xhigh.");
      }
    }
  }

  /** A field that Ollama has no place for. The key may be the client's own invention. */
  static GatewayException unknown(String key) {
    boolean plain =
        key.length() <= 40 && key.chars().allMatch(c -> c == '_' || c >= 'a' && c <= 'z');
    return refused(
        key, "Ollama has no " + (plain ? "`" + key + "`" : "such field") + ": leave it out.");
  }

  static GatewayException refused(String param, String message) {
    return GatewayError.invalid(message, param).exception();
  }
}
