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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Ollama's own chat (wire-formats 9): one object a line, calls whole, arguments an object. */
final class OllamaSpeaks implements Speaks {
  @Override
  public Set<Can> can() {
    return Set.of(Can.THINK);
  }

  @Override
  public String contentType() {
    return "application/x-ndjson";
  }

  @Override
  public List<String> stream(Answer answer) {
    List<String> lines = new ArrayList<>();
    int calls = 0;
    for (Answer.Part part : answer.parts()) {
      switch (part) {
        case Text(List<String> pieces) ->
            pieces.forEach(piece -> lines.add(line(message().put("content", piece))));
        case Thought(List<String> pieces, String _) ->
            pieces.forEach(piece -> lines.add(line(message().put("thinking", piece))));
        case Call call -> {
          ObjectNode message = message();
          message.putArray("tool_calls").add(call(call, calls++));
          lines.add(line(message));
        }
        case Refusal _ -> throw new IllegalStateException("Ollama has no refusals");
      }
    }
    lines.add(done(message(), answer) + "\n");
    return lines;
  }

  private static ObjectNode message() {
    return Json.object().put("role", "assistant").put("content", "");
  }

  private static ObjectNode call(Call call, int index) {
    ObjectNode entry = Json.object().put("id", call.id());
    entry
        .putObject("function")
        .put("index", index)
        .put("name", call.name())
        .set("arguments", Json.read(call.arguments()));
    return entry;
  }

  private static ObjectNode head(ObjectNode message) {
    ObjectNode line =
        Json.object().put("model", "m-1").put("created_at", "2026-01-02T03:04:05.678901Z");
    return line.set("message", message);
  }

  private static String line(ObjectNode message) {
    return head(message).put("done", false) + "\n";
  }

  /** Calls are a regular stop. */
  private static ObjectNode done(ObjectNode message, Answer answer) {
    Counts counts = answer.counts();
    return head(message)
        .put("done", true)
        .put("done_reason", answer.end() == Answer.End.LENGTH ? "length" : "stop")
        .put("total_duration", 5_000_000)
        .put("prompt_eval_count", counts.prompt())
        .put("eval_count", counts.completion());
  }

  @Override
  public String lastWord() {
    return "\"done\":true";
  }

  @Override
  public String whole(Answer answer) {
    ObjectNode message = message();
    for (Answer.Part part : answer.parts()) {
      switch (part) {
        case Text(List<String> pieces) ->
            message.put("content", message.path("content").asText() + String.join("", pieces));
        case Thought(List<String> pieces, String _) ->
            message.put("thinking", String.join("", pieces));
        case Call call ->
            message.withArray("tool_calls").add(call(call, message.path("tool_calls").size()));
        case Refusal _ -> throw new IllegalStateException("Ollama has no refusals");
      }
    }
    return done(message, answer).toString();
  }

  @Override
  public String unknown() {
    return "{\"model\":\"m-1\",\"status\":\"calm\",\"progress\":{\"completed\":3}}\n";
  }

  @Override
  public String failure(String message) {
    return Json.object().put("error", message) + "\n";
  }

  @Override
  public Reply refusal(int status, String message, String requestId) {
    return OpenAiSpeaks.refusal(
        status, Json.object().put("error", message).toString(), "x-request-id", requestId);
  }

  @Override
  public String keeps(Thought thought) {
    return String.join("", thought.pieces());
  }

  @Override
  public Turn turn(String request) {
    String thought = "";
    List<Heard.Called> calls = new ArrayList<>();
    List<Turn.Result> results = new ArrayList<>();
    for (JsonNode message : Json.read(request).path("messages")) {
      thought += message.path("thinking").asText("");
      for (JsonNode call : message.path("tool_calls")) {
        JsonNode function = call.path("function");
        calls.add(
            new Heard.Called(
                call.path("id").asText(),
                function.path("name").asText(),
                function.path("arguments").toString()));
      }
      if (message.path("role").asText().equals("tool")) {
        boolean named =
            calls.stream()
                .anyMatch(
                    call ->
                        call.id().equals(message.path("tool_call_id").asText())
                            && call.name().equals(message.path("tool_name").asText()));
        results.add(
            new Turn.Result(
                named ? message.path("tool_call_id").asText() : "",
                message.path("content").asText()));
      }
    }
    return new Turn(thought, calls, results);
  }
}
