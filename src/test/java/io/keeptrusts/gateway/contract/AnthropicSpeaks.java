package io.keeptrusts.gateway.contract;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Anthropic's Messages (wire-formats 4): blocks, each with a start, deltas and a stop. */
final class AnthropicSpeaks implements Speaks {
  @Override
  public Set<Can> can() {
    return Set.of(Can.THINK, Can.REFUSE, Can.COUNT_CACHED, Can.COUNT_REASONING);
  }

  @Override
  public Answer.End refused() {
    return Answer.End.FILTER;
  }

  private static String event(ObjectNode event) {
    return "event: " + event.path("type").asText() + "\ndata: " + event + " \n\n";
  }

  private static ObjectNode type(String type) {
    return Json.object().put("type", type);
  }

  @Override
  public List<String> stream(Answer answer) {
    List<String> events = new ArrayList<>();
    ObjectNode start = head();
    start.putNull("stop_reason").set("usage", counted(answer.counts()).put("output_tokens", 1));
    events.add(event(type("message_start").set("message", start)));
    int index = 0;
    for (ObjectNode block : blocks(answer)) {
      ObjectNode empty = block.deepCopy();
      List<ObjectNode> deltas = new ArrayList<>();
      switch (answer.parts().get(index)) {
        case Text(List<String> pieces) -> {
          empty.put("text", "");
          pieces.forEach(piece -> deltas.add(type("text_delta").put("text", piece)));
        }
        case Thought(List<String> pieces, String seal) -> {
          empty.put("thinking", "").put("signature", "");
          pieces.forEach(piece -> deltas.add(type("thinking_delta").put("thinking", piece)));
          deltas.add(type("signature_delta").put("signature", seal));
        }
        case Call call -> {
          empty.putObject("input");
          deltas.add(type("input_json_delta").put("partial_json", ""));
          call.pieces()
              .forEach(piece -> deltas.add(type("input_json_delta").put("partial_json", piece)));
        }
        case Refusal _ -> throw new IllegalStateException("a refusal is no block");
      }
      events.add(
          event(type("content_block_start").put("index", index).set("content_block", empty)));
      if (index == 0) {
        events.add(event(type("ping")));
      }
      for (ObjectNode delta : deltas) {
        events.add(event(type("content_block_delta").put("index", index).set("delta", delta)));
      }
      events.add(event(type("content_block_stop").put("index", index)));
      index++;
    }
    ObjectNode last = type("message_delta");
    last.set("delta", stop(Json.object(), answer));
    last.set("usage", counted(answer.counts()));
    events.add(event(last));
    events.add(event(type("message_stop")));
    return events;
  }

  /** Refusals stand last and are no blocks. */
  private static List<ObjectNode> blocks(Answer answer) {
    List<ObjectNode> blocks = new ArrayList<>();
    for (Answer.Part part : answer.parts()) {
      switch (part) {
        case Text(List<String> pieces) ->
            blocks.add(type("text").put("text", String.join("", pieces)));
        case Thought(List<String> pieces, String seal) ->
            blocks.add(
                type("thinking").put("thinking", String.join("", pieces)).put("signature", seal));
        case Call call -> {
          ObjectNode block = type("tool_use").put("id", call.id()).put("name", call.name());
          blocks.add(block.set("input", Json.read(call.arguments())));
        }
        case Refusal _ -> {}
      }
    }
    return blocks;
  }

  private static ObjectNode head() {
    ObjectNode message = type("message").put("id", "msg_1").put("role", "assistant");
    message.put("model", "m-1").putArray("content");
    return message;
  }

  private static ObjectNode stop(ObjectNode into, Answer answer) {
    List<Refusal> refusals =
        answer.parts().stream().filter(Refusal.class::isInstance).map(Refusal.class::cast).toList();
    into.put("stop_reason", reason(answer.end())).putNull("stop_sequence");
    for (Refusal refusal : refusals) {
      into.put("stop_reason", "refusal");
      into.set(
          "stop_details",
          type("refusal")
              .putNull("category")
              .put("explanation", String.join("", refusal.pieces())));
    }
    return into;
  }

  private static String reason(Answer.End end) {
    return switch (end) {
      case STOP -> "end_turn";
      case CALLS -> "tool_use";
      case LENGTH -> "max_tokens";
      case FILTER -> "refusal";
    };
  }

  private static ObjectNode counted(Counts counts) {
    long cached = counts.cached() == null ? 0 : counts.cached();
    ObjectNode usage =
        Json.object()
            .put("input_tokens", counts.prompt() - cached)
            .put("cache_creation_input_tokens", 0)
            .put("cache_read_input_tokens", cached)
            .put("output_tokens", counts.completion());
    if (counts.reasoning() != null) {
      usage.putObject("output_tokens_details").put("thinking_tokens", counts.reasoning());
    }
    return usage;
  }

  @Override
  public String lastWord() {
    return "event: message_stop";
  }

  @Override
  public String whole(Answer answer) {
    ObjectNode message = stop(head(), answer);
    blocks(answer).forEach(message.withArray("content")::add);
    return message.set("usage", counted(answer.counts())).toString();
  }

  @Override
  public String unknown() {
    return event(type("brand_new").put("index", 0).put("word", "calm"))
        + event(
            type("content_block_delta")
                .put("index", 0)
                .set("delta", type("brand_new_delta").put("text", "unheard of")))
        + event(type("ping"));
  }

  @Override
  public String failure(String message) {
    ObjectNode error = type("error");
    error.set("error", type("overloaded_error").put("message", message));
    return event(error);
  }

  @Override
  public Reply refusal(int status, String message, String requestId) {
    ObjectNode body = type("error").put("request_id", requestId);
    body.set(
        "error",
        type(status < 500 ? "invalid_request_error" : "api_error").put("message", message));
    return OpenAiSpeaks.refusal(status, body.toString(), "request-id", requestId);
  }

  @Override
  public String keeps(Thought thought) {
    return String.join("", thought.pieces()) + "|" + thought.seal();
  }

  @Override
  public Turn turn(String request) {
    String thought = "";
    List<Heard.Called> calls = new ArrayList<>();
    List<Turn.Result> results = new ArrayList<>();
    for (JsonNode message : Json.read(request).path("messages")) {
      boolean user = message.path("role").asText().equals("user");
      ArrayNode blocks = message.withArray("content");
      for (JsonNode block : blocks) {
        switch (block.path("type").asText()) {
          case "thinking" ->
              thought += block.path("thinking").asText() + "|" + block.path("signature").asText();
          case "tool_use" ->
              calls.add(
                  new Heard.Called(
                      block.path("id").asText(),
                      block.path("name").asText(),
                      block.path("input").toString()));
          case "tool_result" -> {
            // All results of a turn are in the one message that follows it.
            if (user && (results.isEmpty() || blocks.size() > 1)) {
              String text = block.at("/content/0/text").asText();
              results.add(new Turn.Result(block.path("tool_use_id").asText(), text));
            }
          }
          default -> {}
        }
      }
    }
    return new Turn(thought, calls, results);
  }
}
