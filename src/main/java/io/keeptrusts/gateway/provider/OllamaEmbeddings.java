package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.wire.JsonTape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Ollama's own {@code /api/embed}: {@code embeddings} and {@code prompt_eval_count}. */
final class OllamaEmbeddings implements Protocol {
  private static final byte[] TOKENS = "prompt_eval_count".getBytes(StandardCharsets.US_ASCII);

  @Override
  public Outgoing request(Target target, Prompt prompt) {
    OpenAiEmbeddings.texts(prompt, target.vendor());
    ObjectNode body = ExactJson.object();
    body.put("model", target.model() == null ? prompt.model() : target.model());
    boolean user = false;
    for (Map.Entry<String, JsonNode> member : prompt.body().properties()) {
      String key = member.getKey();
      if (member.getValue().isNull()) {
        continue;
      }
      switch (key) {
        case "model", "encoding_format" -> {}
        case "user" -> user = true;
        case "input", "dimensions", "truncate", "keep_alive", "options" ->
            body.set(key, member.getValue());
        default -> throw OllamaProtocol.unknown(key);
      }
    }
    String path = target.base().path().endsWith("/api") ? "/embed" : "/api/embed";
    return new Outgoing(
        target.at(path),
        target.headers(),
        ExactJson.bytes(body),
        user ? List.of("user") : List.of());
  }

  @Override
  public Reader read(boolean stream, Limits limits, Sink sink) {
    return new OwnEmbeddings(limits, sink) {
      @Override
      protected int vector(JsonTape tape, int item) {
        return item;
      }

      @Override
      protected int tokens(JsonTape tape) {
        return tape.find(tape.root(), TOKENS);
      }
    };
  }
}
