package io.keeptrusts.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** OpenAI's chat completions (wire-formats 2), and what their dialects have in common. */
class OpenAiSpeaks implements Speaks {
  private static final String DONE = "data: [DONE]\n\n";

  @Override
  public Set<Can> can() {
    return Set.of(Can.REFUSE, Can.COUNT_CACHED, Can.COUNT_REASONING);
  }

  /** Where a delta and a message say what the model thinks. */
  String thoughtField() {
    return "reasoning";
  }

  @Override
  public List<String> stream(Answer answer) {
    List<ObjectNode> chunks = new ArrayList<>();
    chunks.add(chunk(Json.object("{\"role\":\"assistant\",\"content\":\"\"}"), null));
    int calls = 0;
    for (Answer.Part part : answer.parts()) {
      switch (part) {
        case Text(List<String> pieces) ->
            pieces.forEach(piece -> chunks.add(chunk(Json.object().put("content", piece), null)));
        case Thought(List<String> pieces, String _) ->
            pieces.forEach(piece -> chunks.add(chunk(thinking(piece), null)));
        case Refusal(List<String> pieces) ->
            pieces.forEach(piece -> chunks.add(chunk(Json.object().put("refusal", piece), null)));
        case Call call -> call(call, calls++, chunks);
      }
    }
    chunks.add(chunk(Json.object(), finish(answer.end())));
    if (usageChunk()) {
      chunks.add(usage(answer.counts()));
    }
    List<String> events = new ArrayList<>();
    adapt(chunks, answer).forEach(chunk -> events.add("data: " + chunk + "\n\n"));
    events.add(DONE);
    return events;
  }

  /** Whether usage comes in a chunk of its own. */
  boolean usageChunk() {
    return true;
  }

  /** What is different in a dialect. */
  List<ObjectNode> adapt(List<ObjectNode> chunks, Answer answer) {
    chunks.forEach(
        chunk -> {
          chunk.put("service_tier", "default").put("obfuscation", "aB3");
          if (!chunk.has("usage")) {
            chunk.putNull("usage");
          }
        });
    return chunks;
  }

  ObjectNode thinking(String piece) {
    return Json.object().put(thoughtField(), piece);
  }

  /** Begins a call and says its arguments piece by piece. */
  void call(Call call, int index, List<ObjectNode> chunks) {
    ObjectNode first = Json.object();
    ObjectNode entry = first.putArray("tool_calls").addObject();
    entry.put("index", index).setAll(whole(call));
    ((ObjectNode) entry.path("function")).put("arguments", "");
    chunks.add(chunk(first, null));
    for (String piece : call.pieces()) {
      ObjectNode next = Json.object();
      next.putArray("tool_calls")
          .addObject()
          .put("index", index)
          .putObject("function")
          .put("arguments", piece);
      chunks.add(chunk(next, null));
    }
  }

  static ObjectNode whole(Call call) {
    ObjectNode entry = Json.object().put("id", call.id()).put("type", "function");
    entry.putObject("function").put("name", call.name()).put("arguments", call.arguments());
    return entry;
  }

  static ObjectNode chunk(ObjectNode delta, String finish) {
    ObjectNode chunk = head("chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs").put("finish_reason", finish);
    return chunk;
  }

  private static ObjectNode head(String object) {
    return Json.object()
        .put("id", "chatcmpl-1")
        .put("object", object)
        .put("created", 1_700_000_000)
        .put("model", "m-1");
  }

  static String finish(Answer.End end) {
    return switch (end) {
      case STOP -> "stop";
      case CALLS -> "tool_calls";
      case LENGTH -> "length";
      case FILTER -> "content_filter";
    };
  }

  private ObjectNode usage(Counts counts) {
    ObjectNode chunk = head("chat.completion.chunk");
    chunk.putArray("choices");
    chunk.set("usage", counted(counts));
    return chunk;
  }

  ObjectNode counted(Counts counts) {
    ObjectNode usage =
        Json.object()
            .put("prompt_tokens", counts.prompt())
            .put("completion_tokens", counts.completion())
            .put("total_tokens", counts.prompt() + counts.completion());
    if (counts.cached() != null) {
      usage.putObject("prompt_tokens_details").put("cached_tokens", counts.cached());
    }
    if (counts.reasoning() != null) {
      usage.putObject("completion_tokens_details").put("reasoning_tokens", counts.reasoning());
    }
    return usage;
  }

  @Override
  public String lastWord() {
    return "\"finish_reason\":\"";
  }

  @Override
  public String whole(Answer answer) {
    ObjectNode message = Json.object().put("role", "assistant");
    message.putNull("content").putNull("refusal");
    for (Answer.Part part : answer.parts()) {
      switch (part) {
        case Text(List<String> pieces) ->
            message.put("content", message.path("content").asText("") + String.join("", pieces));
        case Thought(List<String> pieces, String _) ->
            message.put(thoughtField(), String.join("", pieces));
        case Refusal(List<String> pieces) -> message.put("refusal", String.join("", pieces));
        case Call call -> message.withArray("tool_calls").add(whole(call));
      }
    }
    ObjectNode completion = head("chat.completion");
    ObjectNode choice = completion.putArray("choices").addObject().put("index", 0);
    choice.set("message", message(message, answer));
    choice.putNull("logprobs").put("finish_reason", finish(answer.end()));
    completion.set("usage", counted(answer.counts()));
    return completion.toString();
  }

  /** A message as a dialect has it. */
  ObjectNode message(ObjectNode message, Answer answer) {
    return message;
  }

  @Override
  public String unknown() {
    return ": PROCESSING\n\nid: 7\nretry: 10\n\n"
        + "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
        + "\"model\":\"m-1\",\"choices\":[],\"brand_new\":{\"level\":[1,null,{\"word\":\"calm\"}]}}\n\n";
  }

  @Override
  public String failure(String message) {
    return "data: " + error(500, message) + "\n\n";
  }

  /** The body of a refusal. */
  ObjectNode error(int status, String message) {
    ObjectNode body = Json.object();
    body.putObject("error")
        .put("message", message)
        .put("type", status < 500 ? "invalid_request_error" : "server_error")
        .putNull("param")
        .putNull("code");
    return body;
  }

  /** Where the provider's id of a request stands. */
  String requestIdHeader() {
    return "x-request-id";
  }

  @Override
  public Reply refusal(int status, String message, String requestId) {
    return refusal(status, error(status, message).toString(), requestIdHeader(), requestId);
  }

  static Reply refusal(int status, String body, String header, String requestId) {
    Map<String, String> headers = new HashMap<>();
    headers.put("content-type", "application/json");
    headers.put(header, requestId);
    if (status == 429) {
      headers.put("retry-after", "7");
    }
    return Reply.of(status, headers, body.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String keeps(Thought thought) {
    return can().contains(Can.THINK) ? String.join("", thought.pieces()) : "";
  }

  @Override
  public Turn turn(String request) {
    String thought = "";
    List<Heard.Called> calls = new ArrayList<>();
    List<Turn.Result> results = new ArrayList<>();
    for (JsonNode message : Json.read(request).path("messages")) {
      thought += thoughtOf(message);
      for (JsonNode call : message.path("tool_calls")) {
        JsonNode function = call.path("function");
        calls.add(
            new Heard.Called(
                call.path("id").asText(),
                function.path("name").asText(),
                function.path("arguments").textValue()));
      }
      if (message.path("role").asText().equals("tool")) {
        results.add(
            new Turn.Result(
                message.path("tool_call_id").asText(), message.path("content").asText()));
      }
    }
    return new Turn(thought, calls, results);
  }

  String thoughtOf(JsonNode message) {
    return message.path(thoughtField()).asText("");
  }

  /** What a message may hold; empty: anything. */
  Set<String> members() {
    return Set.of();
  }

  @Override
  public void assertKnown(JsonNode request) {
    if (!members().isEmpty()) {
      for (JsonNode message : request.path("messages")) {
        assertThat(message.propertyStream().map(Map.Entry::getKey)).isSubsetOf(members());
        for (JsonNode call : message.path("tool_calls")) {
          assertThat(call.propertyStream().map(Map.Entry::getKey))
              .isSubsetOf("id", "type", "function");
        }
      }
    }
  }

  static ArrayNode list(ObjectNode... nodes) {
    ArrayNode list = Json.object().arrayNode();
    for (ObjectNode node : nodes) {
      list.add(node);
    }
    return list;
  }
}
