package io.keeptrusts.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.PromptTexts;
import io.keeptrusts.gateway.provider.Target;
import io.keeptrusts.gateway.provider.Task;
import java.util.Objects;

/**
 * How clients ask for embeddings in OpenAI's words. Input policies see every text; the answer is
 * numbers, in which output policies have nothing to look for. Stateless.
 */
public final class Embeddings implements Dialect {
  private static final String FORMAT = "encoding_format";
  private static final String DIMENSIONS = "dimensions";

  @Override
  public Task task() {
    return Task.EMBEDDINGS;
  }

  @Override
  public Prompt read(byte[] body) {
    ObjectNode root = RequestBody.parse(body);
    String model = RequestBody.string(root, "model");
    input(root.path("input"));
    JsonNode format = root.path(FORMAT);
    if (root.hasNonNull(FORMAT) && !isBase64(root) && !format.asText().equals("float")) {
      throw invalid(FORMAT, "must be \"float\" or \"base64\".");
    }
    JsonNode dimensions = root.path(DIMENSIONS);
    if (root.hasNonNull(DIMENSIONS) && !(dimensions.isInt() && dimensions.intValue() > 0)) {
      throw invalid(DIMENSIONS, "must be a whole number above 0.");
    }
    return new Prompt(model, false, false, root, PromptTexts.segments(root));
  }

  /** A text, a list of texts, the tokens of one text, or a list of such lists. */
  private static void input(JsonNode input) {
    if (input.isMissingNode() || input.isNull()) {
      throw invalid("input", "is missing: give a string or a list of strings.");
    }
    if (!input.isTextual() && !(input.isArray() && !input.isEmpty())) {
      throw invalid("input", "must be a string or a list of strings with at least one in it.");
    }
    for (int i = 0; i < input.size(); i++) {
      JsonNode item = input.get(i);
      if (item.getNodeType() != input.get(0).getNodeType()
          || !(item.isTextual() || item.isIntegralNumber() || isTokens(item))) {
        throw invalid(
            "input[" + i + "]",
            "must be a string; all of input is strings, or all of it is tokens.");
      }
    }
  }

  private static boolean isTokens(JsonNode list) {
    if (!list.isArray() || list.isEmpty()) {
      return false;
    }
    for (JsonNode token : list) {
      if (!token.isIntegralNumber()) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBase64(ObjectNode body) {
    return body.path(FORMAT).asText().equals("base64");
  }

  private static GatewayException invalid(String param, String message) {
    return GatewayError.invalid(param + " " + message, param).exception();
  }

  @Override
  public void refuseUnreadable(Prompt prompt) {
    JsonNode input = prompt.body().path("input");
    if (input.isArray() && !input.path(0).isTextual()) {
      throw invalid(
          "input", "must be text: this gateway has input policies, and they cannot read tokens.");
    }
  }

  @Override
  public void refuseUncheckable(Prompt prompt) {
    // Vectors hold no text.
  }

  @Override
  public Plan plan(Target target, Prompt prompt) {
    String model = target.model() == null ? prompt.model() : target.model();
    return new Plan(
        Objects.requireNonNull(target.vendor().embeddings()),
        prompt,
        new VectorsVoice(isBase64(prompt.body()), model));
  }
}
