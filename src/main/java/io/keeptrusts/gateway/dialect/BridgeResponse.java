package io.keeptrusts.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.Prompt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The response object of one bridged answer: what strict clients want to find in it is there, null
 * where it must be.
 */
final class BridgeResponse {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** What policies report of the answer; stands in the last frame. */
  private static final String REPORT = "keeptrusts";

  private final ObjectNode asked;
  private final String id = id("resp_");
  private final long created = System.currentTimeMillis() / 1000;
  private final ArrayNode output = JSON.arrayNode();
  private String model;
  private String finishReason = "";
  private @Nullable ObjectNode usage;
  private @Nullable JsonNode report;

  BridgeResponse(Prompt prompt) {
    asked = prompt.body();
    model = prompt.model();
  }

  static String id(String prefix) {
    return prefix + UUID.randomUUID().toString().replace("-", "");
  }

  /** Takes what a chat frame says of the answer as a whole. */
  void learn(JsonNode frame) {
    if (frame.path("model").isTextual() && !frame.path("model").asText().isEmpty()) {
      model = frame.path("model").asText();
    }
    for (JsonNode choice : frame.path("choices")) {
      boolean first = choice.path("index").asInt(0) == 0;
      finishReason = first ? choice.path("finish_reason").asText(finishReason) : finishReason;
    }
    if (frame.path("usage").isObject()) {
      usage = usage(frame.path("usage"));
    }
    if (frame.hasNonNull(REPORT)) {
      report = frame.get(REPORT);
    }
  }

  void add(ObjectNode item) {
    output.add(item);
  }

  /**
   * {@code completed}, or {@code incomplete} where the provider stopped for another reason than the
   * end.
   */
  String status() {
    return switch (finishReason) {
      case "length", "content_filter" -> "incomplete";
      default -> "completed";
    };
  }

  /** The object as it stands, with another status. */
  ObjectNode object(String status, @Nullable GatewayError error) {
    boolean over = !status.equals("in_progress");
    ObjectNode response =
        JSON.objectNode().put("id", id).put("object", "response").put("created_at", created);
    response.put("status", status).put("background", false);
    if (error == null) {
      response.putNull("error");
    } else {
      response.putObject("error").put("code", error.code()).put("message", error.message());
    }
    if (status.equals("incomplete")) {
      String reason = finishReason.equals("length") ? "max_output_tokens" : "content_filter";
      response.putObject("incomplete_details").put("reason", reason);
    } else {
      response.putNull("incomplete_details");
    }
    echo(response, "instructions", null);
    echo(response, "max_output_tokens", null);
    echo(response, "max_tool_calls", null);
    response.put("model", model);
    response.set("output", over ? output.deepCopy() : JSON.arrayNode());
    echo(response, "parallel_tool_calls", JSON.booleanNode(true));
    response.putNull("previous_response_id");
    echo(response, "reasoning", JSON.objectNode().putNull("effort").putNull("summary"));
    response.put("store", false);
    echo(response, "temperature", null);
    ObjectNode text = JSON.objectNode();
    text.putObject("format").put("type", "text");
    echo(response, "text", text);
    echo(response, "tool_choice", JSON.textNode("auto"));
    echo(response, "tools", JSON.arrayNode());
    echo(response, "top_p", null);
    response.put("truncation", "disabled");
    response.set("usage", over ? usage : null);
    echo(response, "user", null);
    echo(response, "metadata", JSON.objectNode());
    return response;
  }

  /** Puts what policies report into the last event, or into an answer that is not streamed. */
  ObjectNode reported(ObjectNode last) {
    if (report != null) {
      last.set(REPORT, report);
    }
    return last;
  }

  private void echo(ObjectNode response, String key, @Nullable JsonNode otherwise) {
    JsonNode value = asked.hasNonNull(key) ? asked.get(key) : otherwise;
    response.set(key, value == null ? JSON.nullNode() : value);
  }

  private static ObjectNode usage(JsonNode chat) {
    ObjectNode usage = JSON.objectNode();
    usage.put("input_tokens", chat.path("prompt_tokens").asLong());
    usage
        .putObject("input_tokens_details")
        .put("cached_tokens", chat.at("/prompt_tokens_details/cached_tokens").asLong());
    usage.put("output_tokens", chat.path("completion_tokens").asLong());
    usage
        .putObject("output_tokens_details")
        .put("reasoning_tokens", chat.at("/completion_tokens_details/reasoning_tokens").asLong());
    return usage.put("total_tokens", chat.path("total_tokens").asLong());
  }
}
