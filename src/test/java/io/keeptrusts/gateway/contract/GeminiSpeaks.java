package io.keeptrusts.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.contract.Answer.Call;
import io.keeptrusts.gateway.contract.Answer.Can;
import io.keeptrusts.gateway.contract.Answer.Counts;
import io.keeptrusts.gateway.contract.Answer.Refusal;
import io.keeptrusts.gateway.contract.Answer.Text;
import io.keeptrusts.gateway.contract.Answer.Thought;
import io.keeptrusts.gateway.testing.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gemini (wire-formats 5): parts of candidates, calls whole, the first one of a turn signed, usage
 * growing from chunk to chunk, lines that end in CRLF and no terminator.
 */
final class GeminiSpeaks implements Speaks {
  static final String SIGNATURE = "c2lnbmF0dXJlIG9mIGEgY2FsbA==";

  @Override
  public Set<Can> can() {
    return Set.of(Can.THINK, Can.COUNT_CACHED, Can.COUNT_REASONING);
  }

  @Override
  public List<String> stream(Answer answer) {
    List<String> events = new ArrayList<>();
    boolean signed = false;
    for (Answer.Part part : answer.parts()) {
      switch (part) {
        case Text(List<String> pieces) ->
            pieces.forEach(piece -> events.add(event(chunk(text(piece), answer, false))));
        case Thought(List<String> pieces, String _) ->
            pieces.forEach(piece -> events.add(event(chunk(thought(piece), answer, false))));
        case Call call -> {
          events.add(event(chunk(call(call, !signed), answer, false)));
          signed = true;
        }
        case Refusal _ -> throw new IllegalStateException("Gemini has no refusals");
      }
    }
    events.add(event(chunk(text(""), answer, true)));
    return events;
  }

  private static String event(ObjectNode chunk) {
    return "data: " + chunk + "\r\n\r\n";
  }

  private static ObjectNode text(String text) {
    return Json.object().put("text", text);
  }

  private static ObjectNode thought(String text) {
    return text(text).put("thought", true);
  }

  private static ObjectNode call(Call call, boolean signed) {
    ObjectNode part = Json.object();
    ObjectNode function = part.putObject("functionCall").put("name", call.name());
    function.put("id", call.id()).set("args", Json.read(call.arguments()));
    if (signed) {
      part.put("thoughtSignature", SIGNATURE);
    }
    return part;
  }

  private static ObjectNode chunk(ObjectNode part, Answer answer, boolean last) {
    ObjectNode chunk = Json.object();
    ObjectNode candidate = chunk.putArray("candidates").addObject().put("index", 0);
    candidate.putObject("content").put("role", "model").set("parts", OpenAiSpeaks.list(part));
    if (last) {
      candidate.put("finishReason", reason(answer.end()));
    }
    Counts so = answer.counts();
    chunk.set("usageMetadata", counted(last ? so : new Counts(so.prompt(), 1, so.cached(), null)));
    return chunk.put("modelVersion", "m-1").put("responseId", "r-1");
  }

  /** A call is a regular stop. */
  private static String reason(Answer.End end) {
    return switch (end) {
      case STOP, CALLS -> "STOP";
      case LENGTH -> "MAX_TOKENS";
      case FILTER -> "SAFETY";
    };
  }

  private static ObjectNode counted(Counts counts) {
    long thoughts = counts.reasoning() == null ? 0 : counts.reasoning();
    ObjectNode usage =
        Json.object()
            .put("promptTokenCount", counts.prompt())
            .put("candidatesTokenCount", counts.completion() - thoughts)
            .put("totalTokenCount", counts.prompt() + counts.completion());
    if (counts.cached() != null) {
      usage.put("cachedContentTokenCount", counts.cached());
    }
    return thoughts == 0 ? usage : usage.put("thoughtsTokenCount", thoughts);
  }

  @Override
  public String lastWord() {
    return "\"finishReason\"";
  }

  @Override
  public String whole(Answer answer) {
    ObjectNode chunk = chunk(text(""), answer, true);
    ObjectNode content = (ObjectNode) chunk.at("/candidates/0/content");
    content.remove("parts");
    boolean signed = false;
    for (Answer.Part part : answer.parts()) {
      switch (part) {
        case Text(List<String> pieces) ->
            content.withArray("parts").add(text(String.join("", pieces)));
        case Thought(List<String> pieces, String _) ->
            content.withArray("parts").add(thought(String.join("", pieces)));
        case Call call -> {
          content.withArray("parts").add(call(call, !signed));
          signed = true;
        }
        case Refusal _ -> throw new IllegalStateException("Gemini has no refusals");
      }
    }
    return chunk.toString();
  }

  @Override
  public String unknown() {
    return event(
        Json.object(
            "{\"brandNew\":{\"word\":\"calm\"},\"candidates\":[{\"index\":0,\"content\":"
                + "{\"role\":\"model\",\"parts\":[{\"brandNewPart\":{\"word\":\"calm\"}}]}}]}"));
  }

  @Override
  public String failure(String message) {
    return "\n" + error(503, message).toPrettyString() + "\n";
  }

  private static ObjectNode error(int status, String message) {
    ObjectNode body = Json.object();
    ObjectNode error = body.putObject("error").put("code", status).put("message", message);
    error.put(
        "status",
        switch (status) {
          case 400 -> "INVALID_ARGUMENT";
          case 401 -> "UNAUTHENTICATED";
          case 429 -> "RESOURCE_EXHAUSTED";
          case 503 -> "UNAVAILABLE";
          default -> "INTERNAL";
        });
    if (status == 429) {
      error
          .putArray("details")
          .addObject()
          .put("@type", "type.googleapis.com/google.rpc.RetryInfo")
          .put("retryDelay", "7s");
    }
    return body;
  }

  /** Its wait stands in the body; it gives no id. */
  @Override
  public Reply refusal(int status, String message, String requestId) {
    return Reply.of(
        status,
        Map.of("content-type", "text/event-stream"),
        error(status, message).toPrettyString().getBytes(StandardCharsets.UTF_8));
  }

  /** The signature of the first call stands for it. */
  @Override
  public String keeps(Thought thought) {
    return SIGNATURE;
  }

  @Override
  public Turn turn(String request) {
    String thought = "";
    List<Heard.Called> calls = new ArrayList<>();
    List<Turn.Result> results = new ArrayList<>();
    for (JsonNode content : Json.read(request).path("contents")) {
      JsonNode parts = content.path("parts");
      for (JsonNode part : parts) {
        thought += part.path("thoughtSignature").asText("");
        JsonNode call = part.path("functionCall");
        if (call.isObject()) {
          calls.add(
              new Heard.Called(
                  call.path("id").asText(),
                  call.path("name").asText(),
                  call.path("args").toString()));
        }
        JsonNode result = part.path("functionResponse");
        // All results of a turn are in the one content that follows it.
        if (result.isObject() && (results.isEmpty() || parts.size() > 1)) {
          boolean named =
              calls.stream()
                  .anyMatch(
                      known ->
                          known.id().equals(result.path("id").asText())
                              && known.name().equals(result.path("name").asText()));
          results.add(
              new Turn.Result(
                  named ? result.path("id").asText() : "", result.at("/response/result").asText()));
        }
      }
    }
    return new Turn(thought, calls, results);
  }
}
