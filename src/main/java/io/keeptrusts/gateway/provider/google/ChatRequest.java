package io.keeptrusts.gateway.provider.google;

import static io.keeptrusts.gateway.provider.google.GeminiProtocol.invalid;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/**
 * A chat request in Gemini's words (wire-formats table 11). Every field is mapped, dropped as
 * {@link #DROPPED} says, or refused by name; what says only what is so anyway (null, an empty list,
 * {@code store: false}) is passed over.
 */
final class ChatRequest {
  /**
   * Fields that have no counterpart and that clients expect to be dropped: bookkeeping, hints at
   * the cost or the speed, and a wish about tool calls that an answer may overrule. A value that
   * asks for nothing is not announced.
   */
  static final Map<String, Set<String>> DROPPED =
      Map.ofEntries(
          Map.entry("user", Set.of()),
          Map.entry("safety_identifier", Set.of()),
          Map.entry("metadata", Set.of()),
          Map.entry("store", Set.of("false")),
          Map.entry("prompt_cache_key", Set.of()),
          Map.entry("prompt_cache_retention", Set.of()),
          Map.entry("service_tier", Set.of("auto", "default")),
          Map.entry("verbosity", Set.of("medium")),
          Map.entry("prediction", Set.of()),
          Map.entry("parallel_tool_calls", Set.of("true")));

  private static final Set<String> SEARCH_OPTIONS = Set.of("search_context_size", "user_location");

  private static final int MAX_STOPS = 5;

  private final ObjectNode chat;
  private final ModelName model;
  private final Set<String> dropped;
  private final ObjectNode config = Json.object();
  private final ObjectNode body = Json.object();

  ChatRequest(ObjectNode chat, String model, Set<String> dropped) {
    this.chat = chat;
    this.model = ModelName.of(model);
    this.dropped = dropped;
  }

  ObjectNode body() {
    new Messages(model, dropped).write(chat.path("messages"), body);
    for (Map.Entry<String, JsonNode> member : chat.properties()) {
      if (!member.getValue().isNull()) {
        field(member.getKey(), member.getValue());
      }
    }
    if (!config.isEmpty()) {
      body.set("generationConfig", config);
    }
    return body;
  }

  private void field(String key, JsonNode value) {
    switch (key) {
      case "model", "messages", "stream", "stream_options" -> {}
      case "max_completion_tokens" ->
          config.set("maxOutputTokens", whole(key, value, 1, Integer.MAX_VALUE));
      case "max_tokens" -> {
        if (chat.path("max_completion_tokens").isMissingNode()
            || chat.path("max_completion_tokens").isNull()) {
          config.set("maxOutputTokens", whole(key, value, 1, Integer.MAX_VALUE));
        }
      }
      case "temperature" -> config.set("temperature", number(key, value));
      case "top_p" -> config.set("topP", number(key, value));
      case "top_k" -> config.set("topK", whole(key, value, 1, Integer.MAX_VALUE));
      case "n" -> config.set("candidateCount", whole(key, value, 1, 128));
      case "seed" -> config.set("seed", whole(key, value, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case "presence_penalty" -> config.set("presencePenalty", number(key, value));
      case "frequency_penalty" -> config.set("frequencyPenalty", number(key, value));
      case "stop" -> stop(value);
      case "logprobs" -> {
        if (flag(key, value)) {
          config.put("responseLogprobs", true);
        }
      }
      case "top_logprobs" -> config.set("logprobs", whole(key, value, 0, 20));
      case "response_format" -> format(value);
      case "reasoning_effort" -> {
        ObjectNode thinking = model.thinking(value.asText());
        if (!thinking.isEmpty()) {
          config.set("thinkingConfig", thinking);
        }
      }
      case "modalities" -> modalities(value);
      case "tools" -> Tools.declare(value, body, dropped);
      case "tool_choice" -> Tools.choose(value, body);
      case "web_search_options" -> {
        body.withArray("tools").addObject().putObject("googleSearch");
        search(key, value);
      }
      case "extra_body" -> extra(value);
      default -> drop(key, value);
    }
  }

  /** Names are announced in a header: only those that are known. */
  private void search(String key, JsonNode options) {
    for (Map.Entry<String, JsonNode> option : options.properties()) {
      if (!SEARCH_OPTIONS.contains(option.getKey())) {
        throw invalid(key, "holds a field that is not known.");
      }
      dropped.add(key + "." + option.getKey());
    }
  }

  private void drop(String key, JsonNode value) {
    Set<String> idle = DROPPED.get(key);
    if (idle != null) {
      if (!idle.contains(value.asText()) && !(value.isContainerNode() && value.isEmpty())) {
        dropped.add(key);
      }
    } else if (!(value.isContainerNode() && value.isEmpty())) {
      throw invalid(key, "is not possible with Gemini.");
    }
  }

  private void stop(JsonNode value) {
    ArrayNode stops = Json.array();
    if (value.isTextual()) {
      stops.add(value);
    } else {
      value.forEach(stops::add);
    }
    boolean texts = value.isTextual() || value.isArray();
    for (JsonNode stop : stops) {
      texts &= stop.isTextual();
    }
    if (!texts) {
      throw invalid("stop", "must be a string or a list of strings.");
    }
    if (stops.size() > MAX_STOPS) {
      throw invalid(
          "stop", "must not hold more than " + MAX_STOPS + " strings: Gemini takes no more.");
    }
    if (!stops.isEmpty()) {
      config.set("stopSequences", stops);
    }
  }

  private void format(JsonNode value) {
    switch (value.path("type").asText("")) {
      case "text" -> {}
      case "json_object" -> config.put("responseMimeType", "application/json");
      case "json_schema" -> {
        config.put("responseMimeType", "application/json");
        JsonNode schema = value.path("json_schema").path("schema");
        if (schema.isObject()) {
          config.set("responseJsonSchema", schema);
        }
      }
      default ->
          throw invalid("response_format", "must have the type text, json_object or json_schema.");
    }
  }

  private void modalities(JsonNode value) {
    ArrayNode wanted = Json.array();
    for (JsonNode modality : value) {
      switch (modality.asText("")) {
        case "text" -> wanted.add("TEXT");
        case "image" -> wanted.add("IMAGE");
        default -> throw invalid("modalities", "may hold text and image.");
      }
    }
    if (wanted.size() > 1 || wanted.path(0).asText("").equals("IMAGE")) {
      config.set("responseModalities", wanted);
    }
  }

  /** Google's own extension of OpenAI's API: {@code extra_body.google}. */
  private void extra(JsonNode value) {
    for (Map.Entry<String, JsonNode> vendor : value.properties()) {
      if (!vendor.getKey().equals("google")) {
        throw invalid("extra_body." + vendor.getKey(), "is not possible with Gemini.");
      }
      for (Map.Entry<String, JsonNode> member : vendor.getValue().properties()) {
        switch (member.getKey()) {
          case "thinking_config" -> config.set("thinkingConfig", member.getValue());
          case "cached_content" -> body.set("cachedContent", member.getValue());
          case "safety_settings" -> body.set("safetySettings", member.getValue());
          default -> throw invalid("extra_body.google." + member.getKey(), "is not known.");
        }
      }
    }
  }

  private static boolean flag(String key, JsonNode value) {
    if (!value.isBoolean()) {
      throw invalid(key, "must be true or false.");
    }
    return value.booleanValue();
  }

  private static JsonNode number(String key, JsonNode value) {
    if (!value.isNumber()) {
      throw invalid(key, "must be a number.");
    }
    return value;
  }

  private static JsonNode whole(String key, JsonNode value, int least, int most) {
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      throw invalid(key, "must be a whole number from " + least + " to " + most + ".");
    }
    return value;
  }
}
