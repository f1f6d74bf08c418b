package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * The embeddings of the demo provider: each word has a direction of its own, a text is the sum of
 * its words, of length 1. The same text has the same vector always; texts that share words are near
 * each other.
 */
final class DemoVectors {
  private static final int USUAL = 256;
  private static final int MOST = 4096;

  private DemoVectors() {}

  /** The answer to a request that the gateway has checked. */
  static byte[] answer(byte[] body) {
    JsonNode request = Objects.requireNonNull(ExactJson.read(body, 0, body.length));
    int dimensions = Math.min(request.path("dimensions").asInt(USUAL), MOST);
    JsonNode input = request.path("input");
    // The tokens of one text stand in a list of their own, as the words of one do.
    boolean one = input.isTextual() || input.path(0).isNumber();
    ObjectNode answer = JsonNodeFactory.instance.objectNode().put("object", "list");
    ArrayNode data = answer.putArray("data");
    int tokens = 0;
    for (JsonNode text : one ? List.of(input) : input.valueStream().toList()) {
      List<String> words = words(text);
      tokens += words.size();
      ObjectNode item = data.addObject().put("object", "embedding").put("index", data.size() - 1);
      ArrayNode vector = item.putArray("embedding");
      for (double number : vector(words, dimensions)) {
        vector.add((float) number);
      }
    }
    answer.put("model", "demo");
    answer.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
    return ExactJson.bytes(answer);
  }

  private static List<String> words(JsonNode text) {
    return text.isTextual()
        ? Arrays.asList(text.textValue().toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1))
        : text.valueStream().map(JsonNode::asText).toList();
  }

  private static double[] vector(List<String> words, int dimensions) {
    double[] sum = new double[dimensions];
    for (String word : words) {
      SplittableRandom direction = new SplittableRandom(word.hashCode());
      for (int i = 0; i < dimensions; i++) {
        sum[i] += direction.nextDouble(-1, 1);
      }
    }
    double length = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
    return Arrays.stream(sum).map(x -> x / length).toArray();
  }
}
