package io.keeptrusts.gateway.embeddings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.TestGateway;
import java.util.Map;

/** A request for embeddings and what came back. */
record Asked(int status, Map<String, String> headers, String text) {
  static final String PATH = "/v1/embeddings";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** {@code members} stand in the body beside the model {@code embed}. */
  static Asked ask(TestGateway gateway, String members) {
    return post(gateway, PATH, "{\"model\":\"embed\"," + members + "}");
  }

  static Asked post(TestGateway gateway, String path, String body) {
    try (RawClient client = RawClient.connect(gateway.url())) {
      String text = client.post(path, body).readAll();
      return new Asked(client.status(), client.headers(), text);
    }
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + text, e);
    }
  }

  JsonNode json() {
    return json(text);
  }

  JsonNode error() {
    return json().path("error");
  }

  /** A pack whose targets all serve the model {@code embed}. */
  static String pack(String chain, String... targets) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < targets.length; i++) {
      lines.append("    - {id: t").append(i).append(", ").append(targets[i]).append("}\n");
    }
    return """
        pack: {name: test, version: 1.0.0}
        providers:
          targets:
        %spolicies:
          chain: [%s]
        """
        .formatted(lines, chain);
  }

  /** One target for {@link #pack}. */
  static String target(String provider, String baseUrl) {
    String azure = provider.startsWith("azure") ? ", azure_deployment: embed" : "";
    String model = provider.contains(":") ? "" : ", model: embed";
    return "provider: '%s'%s%s, base_url: '%s', secret_key_ref: {env: TEST_KEY}"
        .formatted(provider, model, azure, baseUrl);
  }

  /** OpenAI's answer with these vectors. */
  static String answer(String... vectors) {
    StringBuilder data = new StringBuilder();
    for (int i = 0; i < vectors.length; i++) {
      data.append(i == 0 ? "" : ",\n")
          .append(
              "{\"object\":\"embedding\",\"index\":" + i + ",\"embedding\":" + vectors[i] + "}");
    }
    return "{\"object\":\"list\",\"data\":["
        + data
        + "],\"model\":\"embed-real\",\"usage\":{\"prompt_tokens\":5,\"total_tokens\":5},\"x\":1}\n";
  }
}
