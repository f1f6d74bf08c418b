package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.Prompt;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * OpenAI chat completions and everyone who speaks them (wire-formats 2, 6, 7, 8, 10). To OpenAI the
 * body goes out as it came; what other vendors want changed stands in their {@link OpenAiVariant}.
 */
final class OpenAiProtocol implements Protocol {
  private static final String CHAT = "/v1/chat/completions";
  private static final String HOUSE = "api.openai.com";
  private static final String OPTIONS = "stream_options";

  private final OpenAiVariant variant;

  OpenAiProtocol(OpenAiVariant variant) {
    this.variant = variant;
  }

  @Override
  public Outgoing request(Target target, Prompt prompt) {
    Set<String> dropped = new LinkedHashSet<>();
    ObjectNode body = prompt.body().objectNode();
    for (Map.Entry<String, JsonNode> member : prompt.body().properties()) {
      member(member.getKey(), member.getValue(), body, dropped);
    }
    AzureDeployment azure = target.azure();
    if (azure != null) {
      body.put("model", azure.name());
    } else if (target.model() != null) {
      body.put("model", target.model());
    }
    // Older versions of Azure's API refuse what they do not know.
    boolean developer = variant.developer() && (azure == null || azure.since("2024-12-01"));
    // Others who speak like OpenAI may have given out what looks foreign here, and want it back.
    boolean closed = azure != null || target.base().host().equals(HOUSE);
    if (body.has("messages")) {
      body.set(
          "messages",
          new OpenAiMessages(variant, developer, closed, dropped)
              .write(prompt.body().get("messages")));
    }
    if (azure != null && !azure.since("2024-09-01") && body.has("max_completion_tokens")) {
      body.set("max_tokens", body.remove("max_completion_tokens"));
    }
    usage(
        prompt,
        target.vendor().usageOption() && (azure == null || azure.since("2024-09-01")),
        body);
    return new Outgoing(
        target.at(CHAT), target.headers(), ExactJson.bytes(body), List.copyOf(dropped));
  }

  private void member(String key, JsonNode value, ObjectNode body, Set<String> dropped) {
    if (variant.strict() && value.isNull()) {
      return;
    }
    if (variant.refused().contains(key)) {
      if (asks(key, value)) {
        throw GatewayError.invalid("This provider cannot serve `" + key + "`: leave it out.", key)
            .exception();
      }
      return;
    }
    if (variant.dropped().contains(key)) {
      dropped.add(key);
      return;
    }
    String name = variant.renamed().getOrDefault(key, key);
    if (variant.messages() == OpenAiVariant.History.MISTRAL && key.equals("reasoning_effort")) {
      // Mistral knows two: to think or not.
      body.put(
          key, value.asText().equals("none") || value.asText().equals("minimal") ? "none" : "high");
    } else if (name.equals(key) ? !body.has(key) : !value.isNull()) {
      body.set(name, value);
    }
  }

  /** A default spelt out asks for nothing. */
  private static boolean asks(String key, JsonNode value) {
    boolean none =
        value.isNull()
            || value.isBoolean() && !value.booleanValue()
            || value.isContainerNode() && value.isEmpty();
    boolean usual =
        key.equals("n") && value.asInt() == 1
            || key.equals("top_logprobs") && value.asInt(-1) == 0
            || key.equals("modalities")
                && value.size() == 1
                && value.get(0).asText().equals("text");
    return !none && !usual;
  }

  /**
   * Usage is always asked for: the gateway counts it, and withholds it from a client that did not
   * ask.
   */
  private static void usage(Prompt prompt, boolean possible, ObjectNode body) {
    if (prompt.stream() && possible) {
      ObjectNode options =
          body.path(OPTIONS) instanceof ObjectNode given ? given.deepCopy() : body.objectNode();
      body.set(OPTIONS, options.put("include_usage", true));
    } else {
      body.remove(OPTIONS);
    }
  }

  @Override
  public Reader read(boolean stream, Limits limits, Sink sink) {
    return stream
        ? new OpenAiStream(variant.flaws(), limits, sink)
        : OpenAiAnswer.chat(variant.flaws(), limits, sink);
  }
}
