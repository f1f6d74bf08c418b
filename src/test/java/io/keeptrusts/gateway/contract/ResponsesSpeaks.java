package io.keeptrusts.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Map;
import java.util.Set;

/**
 * OpenAI's Responses (wire-formats 3): items, told piece by piece, as parts, as items, at the end.
 */
final class ResponsesSpeaks implements Speaks {
  @Override
  public Set<Can> can() {
    return Set.of(Can.THINK, Can.REFUSE, Can.COUNT_CACHED, Can.COUNT_REASONING);
  }

  /** Numbers the events of one stream. */
  private static final class Events {
    private final List<String> told = new ArrayList<>();

    void add(ObjectNode event) {
      event.put("sequence_number", told.size());
      told.add("event: " + event.path("type").asText() + "\ndata: " + event + "\n\n");
    }
  }

  private static ObjectNode type(String type) {
    return Json.object().put("type", type);
  }

  @Override
  public List<String> stream(Answer answer) {
    Events events = new Events();
    events.add(type("response.created").set("response", response("in_progress")));
    events.add(type("response.in_progress").set("response", response("in_progress")));
    int output = 0;
    for (Answer.Part part : answer.parts()) {
      item(part, output++, events);
    }
    String status = status(answer.end());
    events.add(type("response." + status).set("response", response(answer)));
    return events.told;
  }

  private static void item(Answer.Part part, int output, Events events) {
    ObjectNode item = item(part, output);
    ObjectNode begun = item.deepCopy().put("status", "in_progress");
    ObjectNode at = Json.object().put("item_id", item.path("id").asText());
    at.put("output_index", output);
    switch (part) {
      case Text(List<String> pieces) -> {
        begun.putArray("content");
        added(begun, output, events);
        part(
            "content",
            "content_index",
            item.at("/content/0"),
            at,
            events,
            () -> {
              for (String piece : pieces) {
                ObjectNode event = type("response.output_text.delta").setAll(at);
                event
                    .put("content_index", 0)
                    .put("delta", piece)
                    .put("obfuscation", "x7")
                    .putArray("logprobs");
                events.add(event);
              }
              ObjectNode done = type("response.output_text.done").setAll(at);
              done.put("content_index", 0)
                  .put("text", String.join("", pieces))
                  .putArray("logprobs");
              events.add(done);
            });
      }
      case Refusal(List<String> pieces) -> {
        begun.putArray("content");
        added(begun, output, events);
        part(
            "content",
            "content_index",
            item.at("/content/0"),
            at,
            events,
            () -> {
              for (String piece : pieces) {
                ObjectNode event = type("response.refusal.delta").setAll(at);
                events.add(event.put("content_index", 0).put("delta", piece));
              }
              ObjectNode done = type("response.refusal.done").setAll(at);
              events.add(done.put("content_index", 0).put("refusal", String.join("", pieces)));
            });
      }
      case Thought(List<String> pieces, String _) -> {
        begun.putArray("summary");
        added(begun, output, events);
        part(
            "reasoning_summary",
            "summary_index",
            item.at("/summary/0"),
            at,
            events,
            () -> {
              for (String piece : pieces) {
                ObjectNode event = type("response.reasoning_summary_text.delta").setAll(at);
                events.add(event.put("summary_index", 0).put("delta", piece));
              }
              ObjectNode done = type("response.reasoning_summary_text.done").setAll(at);
              events.add(done.put("summary_index", 0).put("text", String.join("", pieces)));
            });
      }
      case Call call -> {
        added(begun.put("arguments", ""), output, events);
        for (String piece : call.pieces()) {
          ObjectNode event = type("response.function_call_arguments.delta").setAll(at);
          events.add(event.put("delta", piece));
        }
        ObjectNode done = type("response.function_call_arguments.done").setAll(at);
        events.add(done.put("arguments", call.arguments()));
      }
    }
    events.add(type("response.output_item.done").put("output_index", output).set("item", item));
  }

  private static void added(ObjectNode item, int output, Events events) {
    events.add(type("response.output_item.added").put("output_index", output).set("item", item));
  }

  /** A part of an item: begins empty, and ends whole. */
  private static void part(
      String of, String index, JsonNode whole, ObjectNode at, Events events, Runnable said) {
    ObjectNode empty = whole.deepCopy();
    empty.put(empty.has("refusal") ? "refusal" : "text", "");
    ObjectNode added = type("response." + of + "_part.added").setAll(at);
    events.add(added.put(index, 0).set("part", empty));
    said.run();
    ObjectNode done = type("response." + of + "_part.done").setAll(at);
    events.add(done.put(index, 0).set("part", whole));
  }

  private static ObjectNode item(Answer.Part part, int output) {
    return switch (part) {
      case Text(List<String> pieces) -> {
        ObjectNode text = type("output_text").put("text", String.join("", pieces));
        text.putArray("annotations");
        text.putArray("logprobs");
        yield message(text, output);
      }
      case Refusal(List<String> pieces) ->
          message(type("refusal").put("refusal", String.join("", pieces)), output);
      case Thought(List<String> pieces, String seal) -> {
        ObjectNode item = type("reasoning").put("id", "rs_" + output);
        item.set(
            "summary",
            OpenAiSpeaks.list(type("summary_text").put("text", String.join("", pieces))));
        yield item.put("encrypted_content", seal);
      }
      case Call call ->
          type("function_call")
              .put("id", "fc_" + output)
              .put("status", "completed")
              .put("arguments", call.arguments())
              .put("call_id", call.id())
              .put("name", call.name());
    };
  }

  private static ObjectNode message(ObjectNode part, int output) {
    ObjectNode item = type("message").put("id", "msg_" + output).put("status", "completed");
    return item.put("role", "assistant").set("content", OpenAiSpeaks.list(part));
  }

  private static String status(Answer.End end) {
    return switch (end) {
      case STOP, CALLS -> "completed";
      case LENGTH, FILTER -> "incomplete";
    };
  }

  private static ObjectNode response(String status) {
    ObjectNode response = Json.object().put("id", "resp_1").put("object", "response");
    response.put("created_at", 1_700_000_000).put("status", status).put("model", "m-1");
    response.putNull("error").putNull("incomplete_details").putNull("usage").putArray("output");
    response.put("parallel_tool_calls", true).put("tool_choice", "auto").putArray("tools");
    return response;
  }

  private static ObjectNode response(Answer answer) {
    ObjectNode response = response(status(answer.end()));
    if (answer.end() == Answer.End.LENGTH) {
      response.putObject("incomplete_details").put("reason", "max_output_tokens");
    } else if (answer.end() == Answer.End.FILTER) {
      response.putObject("incomplete_details").put("reason", "content_filter");
    }
    int output = 0;
    for (Answer.Part part : answer.parts()) {
      response.withArray("output").add(item(part, output++));
    }
    return response.set("usage", counted(answer.counts()));
  }

  private static ObjectNode counted(Counts counts) {
    ObjectNode usage =
        Json.object()
            .put("input_tokens", counts.prompt())
            .put("output_tokens", counts.completion())
            .put("total_tokens", counts.prompt() + counts.completion());
    usage.putObject("input_tokens_details").put("cached_tokens", counts.cached());
    usage.putObject("output_tokens_details").put("reasoning_tokens", counts.reasoning());
    return usage;
  }

  @Override
  public String lastWord() {
    return "event: response.completed";
  }

  @Override
  public String whole(Answer answer) {
    return response(answer).toString();
  }

  @Override
  public String unknown() {
    return """
        event: response.brand_new.started
        data: {"type":"response.brand_new.started","item_id":"x_1","sequence_number":0,"mood":"calm"}

        event: keepalive
        data: {"type":"keepalive","sequence_number":0}

        """;
  }

  /** As OpenAI sends it, followed by what is left of the response. */
  @Override
  public String failure(String message) {
    ObjectNode error = type("error");
    error
        .putObject("error")
        .put("type", "server_error")
        .put("code", "server_error")
        .put("message", message)
        .putNull("param");
    return "event: error\ndata: " + error + "\n\n";
  }

  @Override
  public Reply refusal(int status, String message, String requestId) {
    return new OpenAiSpeaks().refusal(status, message, requestId);
  }

  /** What the gateway packed for another provider is none of OpenAI's words. */
  @Override
  public void assertKnown(JsonNode request) {
    for (JsonNode item : request.path("input")) {
      assertThat(item.propertyStream().map(Map.Entry::getKey))
          .isSubsetOf(
              "id",
              "type",
              "role",
              "content",
              "status",
              "summary",
              "encrypted_content",
              "call_id",
              "name",
              "arguments",
              "output");
      assertThat(item.path("encrypted_content").asText("")).doesNotStartWith("kt1.");
    }
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
    for (JsonNode item : Json.read(request).path("input")) {
      switch (item.path("type").asText()) {
        case "reasoning" ->
            thought +=
                item.at("/summary/0/text").asText() + "|" + item.path("encrypted_content").asText();
        case "function_call" ->
            calls.add(
                new Heard.Called(
                    item.path("call_id").asText(),
                    item.path("name").asText(),
                    item.path("arguments").asText()));
        case "function_call_output" ->
            results.add(
                new Turn.Result(item.path("call_id").asText(), item.path("output").asText()));
        default -> {}
      }
    }
    return new Turn(thought, calls, results);
  }
}
