package io.keeptrusts.gateway.provider;

import static io.keeptrusts.gateway.provider.AnthropicMessages.wrong;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.provider.AnthropicModel.Thinking;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One OpenAI chat request in Anthropic's words (wire-formats 11). What Anthropic cannot do is
 * refused with the field's name; {@link #DROPPED} and these are left out or changed, and announced:
 * a temperature above 1 becomes 1; {@code temperature} and {@code top_p} go where the model refuses
 * them (beside thinking, both at once, or at all); {@code reasoning_effort} goes where Anthropic
 * does not think (before a forced call, with too small a limit, after calls that were made without
 * thinking).
 */
final class AnthropicRequest {
  /** What has a counterpart. */
  private static final Set<String> READ =
      Set.of(
          "model",
          "messages",
          "stream",
          "stream_options",
          "max_tokens",
          "max_completion_tokens",
          "temperature",
          "top_p",
          "stop",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "response_format",
          "reasoning_effort",
          "thinking",
          "user",
          "safety_identifier");

  /** Anthropic's own, which clients of several providers send beside OpenAI's. */
  private static final Set<String> PASSED =
      Set.of("top_k", "cache_control", "container", "inference_geo");

  /**
   * Hints: the answer is right without them, and clients set them without expecting that every
   * provider knows them.
   */
  private static final Set<String> DROPPED =
      Set.of(
          "frequency_penalty",
          "presence_penalty",
          "seed",
          "metadata",
          "store",
          "service_tier",
          "prediction",
          "prompt_cache_key",
          "prompt_cache_retention",
          "verbosity");

  /** What {@code reasoning_effort} may cost where thinking is counted in tokens. */
  private static final Map<String, Integer> BUDGETS =
      Map.of("minimal", 1024, "low", 4096, "medium", 10_000, "high", 24_000, "xhigh", 31_000);

  private static final int LEAST_BUDGET = 1024;
  private static final String JSON_ONLY =
      "Answer with one valid JSON object and nothing else: no other words, no code fence.";

  private final ObjectNode asked;
  private final AnthropicModel model;
  private final ObjectNode body = ExactJson.object();
  private final Set<String> dropped = new LinkedHashSet<>();
  private final AnthropicMessages messages = new AnthropicMessages(dropped);
  private final ObjectNode output = ExactJson.object();

  AnthropicRequest(ObjectNode asked, String modelName, boolean stream) {
    this.asked = asked;
    this.model = AnthropicModel.of(modelName);
    refuseWhatIsNotThere();
    messages.add(asked.path("messages"));
    body.put("model", modelName).put("max_tokens", maxTokens());
    messages.system(body, format());
    body.set("messages", messages.turns());
    tools();
    sampling(thinking());
    stop();
    String user = asked.path("safety_identifier").asText(asked.path("user").asText(""));
    if (!user.isEmpty()) {
      body.putObject("metadata").put("user_id", user);
    }
    PASSED.stream()
        .sorted()
        .filter(asked::hasNonNull)
        .forEach(key -> body.set(key, asked.get(key)));
    if (!output.isEmpty()) {
      body.set("output_config", output);
    }
    if (stream) {
      body.put("stream", true);
    }
  }

  ObjectNode body() {
    return body;
  }

  List<String> dropped() {
    return List.copyOf(dropped);
  }

  boolean files() {
    return messages.files();
  }

  private void refuseWhatIsNotThere() {
    for (Map.Entry<String, JsonNode> member : asked.properties()) {
      String key = member.getKey();
      if (READ.contains(key) || PASSED.contains(key) || saysNothing(key, member.getValue())) {
        continue;
      }
      if (!DROPPED.contains(key)) {
        throw wrong(
            "anthropic has no such field; leave it out or choose another target.",
            AnthropicParts.word(key));
      }
      dropped.add(key);
    }
  }

  /** Values that mean the same as no value. */
  private static boolean saysNothing(String key, JsonNode value) {
    return value.isNull()
        || switch (key) {
          case "n" -> value.isInt() && value.intValue() == 1;
          case "logprobs", "store", "background" -> value.isBoolean() && !value.booleanValue();
          case "top_logprobs", "frequency_penalty", "presence_penalty" ->
              value.isNumber() && value.doubleValue() == 0;
          case "logit_bias", "metadata", "functions" -> value.isContainerNode() && value.isEmpty();
          case "modalities" -> value.size() == 1 && value.path(0).asText().equals("text");
          default -> false;
        };
  }

  private @Nullable Integer limit() {
    for (String key : List.of("max_completion_tokens", "max_tokens")) {
      if (asked.hasNonNull(key)) {
        JsonNode value = asked.get(key);
        if (!value.isInt() || value.intValue() < 1) {
          throw wrong(key + " must be a whole number above 0.", key);
        }
        return value.intValue();
      }
    }
    return null;
  }

  private int maxTokens() {
    Integer limit = limit();
    return limit == null ? model.maxTokens() : limit;
  }

  /**
   * @return what the system prompt must say in addition
   */
  private String format() {
    JsonNode format = asked.path("response_format");
    switch (format.path("type").asText("text")) {
      case "text" -> {}
      case "json_object" -> {
        return JSON_ONLY;
      }
      case "json_schema" -> {
        JsonNode schema = format.path("json_schema").path("schema");
        if (!schema.isObject() || !model.schemas()) {
          throw wrong(
              "This model of anthropic's takes no schema: use json_object or a newer model.",
              "response_format");
        }
        output.putObject("format").put("type", "json_schema").set("schema", schema);
      }
      default ->
          throw wrong(
              "anthropic knows the formats text, json_object and json_schema.",
              "response_format.type");
    }
    return "";
  }

  private void tools() {
    JsonNode tools = asked.path("tools");
    String choice = AnthropicTools.choice(asked.path("tool_choice"));
    if (tools.isEmpty()) {
      if (AnthropicTools.forces(choice)) {
        throw wrong("A call is demanded, but there are no tools.", "tool_choice");
      }
      return;
    }
    ArrayNode list = body.putArray("tools");
    int i = 0;
    for (JsonNode tool : tools) {
      list.add(AnthropicTools.tool(tool, "tools[" + i++ + "]", model.schemas(), dropped));
    }
    boolean single =
        asked.path("parallel_tool_calls").isBoolean()
            && !asked.path("parallel_tool_calls").booleanValue();
    if (choice.isEmpty() && !single) {
      return;
    }
    ObjectNode node = body.putObject("tool_choice").put("type", choice.isEmpty() ? "auto" : choice);
    if (choice.equals("tool")) {
      node.put("name", asked.path("tool_choice").path("function").path("name").asText(""));
    }
    if (single && !choice.equals("none")) {
      node.put("disable_parallel_tool_use", true);
    }
  }

  /**
   * @return whether the model is told to think
   */
  private boolean thinking() {
    JsonNode own = asked.path("thinking");
    if (own.isObject()) {
      return ownThinking(own);
    }
    if (!asked.hasNonNull("reasoning_effort")) {
      return false;
    }
    String effort = asked.get("reasoning_effort").asText();
    boolean none = effort.equals("none");
    if (!none && !BUDGETS.containsKey(effort)) {
      throw wrong(
          "reasoning_effort must be none, minimal, low, medium, high or xhigh.",
          "reasoning_effort");
    }
    boolean on = !none && thinks(effort);
    if (!on && model.thinking() == Thinking.ADAPTIVE) {
      body.putObject("thinking").put("type", "disabled");
    }
    if (!on && !none) {
      dropped.add("reasoning_effort");
    }
    return on;
  }

  private boolean thinks(String effort) {
    boolean forced = AnthropicTools.forces(body.path("tool_choice").path("type").asText(""));
    return switch (model.thinking()) {
      case NONE -> throw wrong("This model of anthropic's does not reason.", "reasoning_effort");
      case ADAPTIVE -> {
        output.put("effort", model.effort(effort));
        if (!forced) {
          body.putObject("thinking").put("type", "adaptive").put("display", "summarized");
        }
        yield !forced;
      }
      case BUDGET -> {
        // A quarter is left for what is said aloud.
        int budget =
            Math.min(
                Objects.requireNonNull(BUDGETS.get(effort)),
                Math.max(LEAST_BUDGET, maxTokens() / 4 * 3));
        if (forced || budget >= maxTokens() || messages.calledWithoutThinking()) {
          yield false;
        }
        body.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
        yield true;
      }
    };
  }

  private boolean ownThinking(JsonNode own) {
    body.set("thinking", own);
    int budget = own.path("budget_tokens").asInt(0);
    if (budget >= maxTokens()) {
      if (limit() != null) {
        throw wrong(
            "max_tokens must be greater than thinking.budget_tokens.", "thinking.budget_tokens");
      }
      body.put("max_tokens", budget + model.maxTokens());
    }
    return !own.path("type").asText("").equals("disabled");
  }

  private void sampling(boolean thinking) {
    @Nullable JsonNode temperature = number("temperature", 2);
    @Nullable JsonNode topP = number("top_p", 1);
    if (temperature != null && temperature.doubleValue() > 1) {
      temperature = body.numberNode(1);
      dropped.add("temperature");
    }
    if (model.noSampler() || thinking) {
      temperature = unless(temperature, 1, "temperature");
      topP = unless(topP, model.noSampler() ? 1 : 0.95, "top_p");
    }
    if (temperature != null && topP != null && model.oneSampler()) {
      if (temperature.doubleValue() == 1) {
        temperature = null;
      } else {
        topP = unless(topP, 1, "top_p");
      }
    }
    put("temperature", temperature);
    put("top_p", topP);
  }

  private @Nullable JsonNode number(String key, int most) {
    JsonNode value = asked.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isNumber() || value.doubleValue() < 0 || value.doubleValue() > most) {
      throw wrong(key + " must be a number from 0 to " + most + ".", key);
    }
    return value;
  }

  /** Leaves a value out where only the default is taken, and says so if it was another. */
  private @Nullable JsonNode unless(@Nullable JsonNode value, double least, String key) {
    if (value != null && value.doubleValue() >= least && least < 1) {
      return value;
    }
    if (value != null && value.doubleValue() != 1) {
      dropped.add(key);
    }
    return null;
  }

  private void put(String key, @Nullable JsonNode value) {
    if (value != null) {
      body.set(key, value);
    }
  }

  private void stop() {
    JsonNode stop = asked.path("stop");
    if (stop.isMissingNode() || stop.isNull() || stop.isArray() && stop.isEmpty()) {
      return;
    }
    ArrayNode sequences = body.putArray("stop_sequences");
    for (JsonNode sequence : stop.isArray() ? stop : ExactJson.object().arrayNode().add(stop)) {
      if (!sequence.isTextual() || sequence.textValue().isBlank()) {
        throw wrong("anthropic takes stop sequences that hold more than white space.", "stop");
      }
      sequences.add(sequence);
    }
  }
}
