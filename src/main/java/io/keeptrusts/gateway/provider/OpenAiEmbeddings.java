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
 * OpenAI's embeddings and everyone who speaks them. The body goes out as it came, but for what a
 * vendor calls otherwise.
 *
 * @param renamed fields that go under another name
 * @param dropped fields it does not know and an answer does not need: left out and announced
 * @param strict null fields and texts in the form of tokens are errors to it
 */
public record OpenAiEmbeddings(Map<String, String> renamed, Set<String> dropped, boolean strict)
    implements Protocol {

  @Override
  public Outgoing request(Target target, Prompt prompt) {
    ObjectNode body = prompt.body().objectNode();
    Set<String> left = new LinkedHashSet<>();
    for (Map.Entry<String, JsonNode> member : prompt.body().properties()) {
      if (strict && member.getValue().isNull()) {
        continue;
      }
      if (dropped.contains(member.getKey())) {
        left.add(member.getKey());
      } else {
        body.set(renamed.getOrDefault(member.getKey(), member.getKey()), member.getValue());
      }
    }
    if (strict) {
      texts(prompt, target.vendor());
    }
    AzureDeployment azure = target.azure();
    if (azure != null) {
      body.put("model", azure.name());
    } else if (target.model() != null) {
      body.put("model", target.model());
    }
    return new Outgoing(
        target.at("/v1/embeddings"), target.headers(), ExactJson.bytes(body), List.copyOf(left));
  }

  /**
   * The texts to embed, one at least.
   *
   * @throws io.keeptrusts.gateway.exchange.GatewayException 422 if they were sent as tokens
   */
  public static List<String> texts(Prompt prompt, Vendor vendor) {
    JsonNode input = prompt.body().path("input");
    if (input.isTextual()) {
      return List.of(input.textValue());
    }
    if (!input.path(0).isTextual()) {
      throw GatewayError.invalid(
              "input must be text: " + vendor.name() + " takes no tokens.", "input")
          .exception();
    }
    return input.valueStream().map(JsonNode::textValue).toList();
  }

  @Override
  public Reader read(boolean stream, Limits limits, Sink sink) {
    return new EmbeddingsReader(limits, sink);
  }
}
