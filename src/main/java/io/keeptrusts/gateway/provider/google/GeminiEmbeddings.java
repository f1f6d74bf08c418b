package io.keeptrusts.gateway.provider.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.provider.OpenAiEmbeddings;
import io.keeptrusts.gateway.provider.OwnEmbeddings;
import io.keeptrusts.gateway.provider.Protocol;
import io.keeptrusts.gateway.provider.ProviderFailure;
import io.keeptrusts.gateway.provider.Target;
import io.keeptrusts.gateway.wire.Call;
import io.keeptrusts.gateway.wire.JsonTape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Gemini's {@code batchEmbedContents}: one request for each text, also where there is but one.
 * Older models count no tokens. Stateless.
 */
public final class GeminiEmbeddings implements Protocol {
  private static final byte[] VALUES = key("values");
  private static final byte[] USAGE = key("usageMetadata");
  private static final byte[] TOKENS = key("promptTokenCount");

  private static byte[] key(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public Outgoing request(Target target, Prompt prompt) {
    String model = target.model() == null ? prompt.model() : target.model();
    ObjectNode wish = Json.object().put("model", GeminiProtocol.name(model));
    boolean user = false;
    for (Map.Entry<String, JsonNode> member : prompt.body().properties()) {
      JsonNode value = member.getValue();
      if (value.isNull()) {
        continue;
      }
      switch (member.getKey()) {
        case "model", "input", "encoding_format" -> {}
        case "user" -> user = true;
        case "dimensions" -> wish.set("outputDimensionality", value);
        case "task_type" -> wish.set("taskType", value);
        case "title" -> wish.set("title", value);
        default -> throw GeminiProtocol.invalid(member.getKey(), "is not possible with Gemini.");
      }
    }
    ObjectNode body = Json.object();
    ArrayNode requests = body.putArray("requests");
    for (String text : OpenAiEmbeddings.texts(prompt, target.vendor())) {
      ObjectNode one = wish.deepCopy();
      one.putObject("content").putArray("parts").addObject().put("text", text);
      requests.add(one);
    }
    return new Outgoing(
        target.at("/v1beta/" + GeminiProtocol.resource(model) + ":batchEmbedContents"),
        target.headers(),
        Json.bytes(body),
        user ? List.of("user") : List.of());
  }

  @Override
  public Reader read(boolean stream, Limits limits, Sink sink) {
    return new OwnEmbeddings(limits, sink) {
      @Override
      protected int vector(JsonTape tape, int item) {
        return tape.find(item, VALUES);
      }

      @Override
      protected int tokens(JsonTape tape) {
        int usage = tape.find(tape.root(), USAGE);
        return usage < 0 ? -1 : tape.find(usage, TOKENS);
      }

      @Override
      protected ProviderFailure refused(int status, Call.Headers headers, byte[] body, int length) {
        return Errors.http(status, headers, body, length);
      }
    };
  }
}
