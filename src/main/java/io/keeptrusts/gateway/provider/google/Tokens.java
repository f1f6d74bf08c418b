package io.keeptrusts.gateway.provider.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** {@code logprobsResult} as OpenAI's {@code logprobs.content}. */
final class Tokens {
  private Tokens() {}

  static ArrayNode of(JsonNode result) {
    ArrayNode tokens = Json.array();
    int position = 0;
    for (JsonNode chosen : result.path("chosenCandidates")) {
      ObjectNode token = token(chosen);
      ArrayNode top = token.putArray("top_logprobs");
      result
          .path("topCandidates")
          .path(position++)
          .path("candidates")
          .forEach(other -> top.add(token(other)));
      tokens.add(token);
    }
    return tokens;
  }

  private static ObjectNode token(JsonNode of) {
    String text = of.path("token").asText("");
    ObjectNode token = Json.object().put("token", text);
    // Proto-JSON leaves zeros out, and a certain token has the logarithm 0.
    token.set(
        "logprob",
        of.path("logProbability").isNumber() ? of.path("logProbability") : token.numberNode(0));
    ArrayNode bytes = token.putArray("bytes");
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      bytes.add(b & 0xff);
    }
    return token;
  }
}
