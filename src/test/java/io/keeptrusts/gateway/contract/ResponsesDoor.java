package io.keeptrusts.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.contract.Answer.Counts;
import io.keeptrusts.gateway.contract.Answer.End;
import io.keeptrusts.gateway.testing.Sse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /v1/responses}. */
final class ResponsesDoor implements Door {
  private static final String[] SAID = {"text", "refusal", "arguments"};

  @Override
  public String path() {
    return "/v1/responses";
  }

  @Override
  public ObjectNode ask(String model, boolean stream) {
    ObjectNode ask = Json.object().put("model", model).put("stream", stream).put("store", false);
    ask.putObject("reasoning").put("effort", "low");
    ask.putArray("include").add("reasoning.encrypted_content");
    ask.putArray("input").addObject().put("role", "user").put("content", "Hello");
    ObjectNode tool = ask.putArray("tools").addObject().put("type", "function");
    tool.put("name", "mail").putObject("parameters").put("type", "object");
    return ask;
  }

  @Override
  public ObjectNode next(ObjectNode asked, List<JsonNode> turn, Map<String, String> results) {
    ObjectNode next = asked.deepCopy();
    ArrayNode input = next.withArray("input");
    turn.forEach(input::add);
    results.forEach(
        (id, text) ->
            input
                .addObject()
                .put("type", "function_call_output")
                .put("call_id", id)
                .put("output", text));
    return next;
  }

  @Override
  public Got stream(String body) {
    assertThat(body).doesNotContain("[DONE]");
    List<JsonNode> events = new ArrayList<>();
    for (Sse.Event event : Sse.parse(body)) {
      JsonNode json = Json.read(event.data());
      assertThat(event.type()).isEqualTo(json.path("type").asText());
      if (json.has("sequence_number")) {
        assertThat(json.get("sequence_number").asInt()).isEqualTo(numbered(events));
      }
      events.add(json);
    }
    JsonNode last = events.getLast();
    String end = last.path("type").asText();
    assertThat(end).matches("response\\.(completed|incomplete|failed)");
    if (end.equals("response.failed")) {
      assertThat(last.at("/response/status").asText()).isEqualTo("failed");
      return new Got(
          said(events), List.of(), Json.object().setAll((ObjectNode) last.at("/response/error")));
    }
    Heard told = said(events);
    Got got = got(last.path("response"));
    assertThat(told.text()).isEqualTo(got.heard().text());
    assertThat(told.thought()).isEqualTo(got.heard().thought());
    assertThat(told.refusal()).isEqualTo(got.heard().refusal());
    assertItems(events, last.at("/response/output"));
    return got;
  }

  private static long numbered(List<JsonNode> events) {
    return events.stream().filter(event -> event.has("sequence_number")).count();
  }

  /** What the deltas say, put together. */
  private static Heard said(List<JsonNode> events) {
    Map<String, StringBuilder> texts = new HashMap<>();
    for (JsonNode event : events) {
      if (event.path("delta").isTextual()) {
        texts
            .computeIfAbsent(event.path("type").asText(), _ -> new StringBuilder())
            .append(event.get("delta").textValue());
      }
    }
    StringBuilder none = new StringBuilder();
    return new Heard(
        texts.getOrDefault("response.output_text.delta", none).toString(),
        texts.getOrDefault("response.reasoning_summary_text.delta", none).toString(),
        texts.getOrDefault("response.refusal.delta", none).toString(),
        List.of(),
        null,
        null);
  }

  /** Every item is added, told, done and at last part of the whole, always the same. */
  private static void assertItems(List<JsonNode> events, JsonNode output) {
    Map<Integer, String> ids = new HashMap<>();
    Map<String, String> deltas = new HashMap<>();
    Set<Integer> done = new HashSet<>();
    for (JsonNode event : events) {
      String type = event.path("type").asText();
      if (!event.has("output_index")) {
        continue;
      }
      int index = event.get("output_index").asInt();
      if (type.equals("response.output_item.added")) {
        assertThat(index).isEqualTo(ids.size());
        ids.put(index, event.at("/item/id").asText());
      } else if (type.equals("response.output_item.done")) {
        assertThat(done.add(index)).isTrue();
        assertThat(event.path("item")).isEqualTo(output.path(index));
      } else {
        assertThat(event.path("item_id").asText()).isEqualTo(ids.get(index));
        assertThat(done).doesNotContain(index);
      }
      String channel = index + type.replaceFirst("\\.(delta|done)$", "");
      if (type.endsWith(".delta")) {
        deltas.merge(channel, event.path("delta").asText(), String::concat);
      }
      for (String field : SAID) {
        if (type.endsWith(".done") && event.path(field).isTextual()) {
          assertThat(event.get(field).asText()).isEqualTo(deltas.getOrDefault(channel, ""));
        }
      }
    }
    assertThat(done).hasSize(ids.size()).hasSize(output.size());
  }

  @Override
  public Got whole(String body) {
    JsonNode response = Json.read(body);
    assertThat(response.path("object").asText()).isEqualTo("response");
    return got(response);
  }

  private static Got got(JsonNode response) {
    StringBuilder text = new StringBuilder();
    StringBuilder thought = new StringBuilder();
    StringBuilder refusal = new StringBuilder();
    List<Heard.Called> calls = new ArrayList<>();
    List<JsonNode> turn = new ArrayList<>();
    boolean whole = response.path("status").asText().equals("completed");
    for (JsonNode item : response.path("output")) {
      turn.add(item);
      switch (item.path("type").asText()) {
        case "message" -> {
          for (JsonNode part : item.path("content")) {
            text.append(part.path("text").asText(""));
            refusal.append(part.path("refusal").asText(""));
          }
        }
        case "reasoning" ->
            item.path("summary").forEach(part -> thought.append(part.path("text").asText()));
        case "function_call" ->
            calls.add(
                new Heard.Called(
                    item.path("call_id").asText(),
                    item.path("name").asText(),
                    whole ? item.path("arguments").asText() : "{}"));
        case "image_generation_call" -> assertThat(item.path("result").asText()).isNotEmpty();
        default -> throw new AssertionError("an item nobody spoke of: " + item);
      }
    }
    Heard heard =
        new Heard(
            text.toString(),
            thought.toString(),
            refusal.toString(),
            calls,
            end(response, !calls.isEmpty()),
            counts(response.get("usage")));
    return new Got(heard, turn, null);
  }

  private static End end(JsonNode response, boolean calls) {
    if (response.path("status").asText().equals("completed")) {
      return calls ? End.CALLS : End.STOP;
    }
    assertThat(response.path("status").asText()).isEqualTo("incomplete");
    return response.at("/incomplete_details/reason").asText().equals("max_output_tokens")
        ? End.LENGTH
        : End.FILTER;
  }

  private static @Nullable Counts counts(@Nullable JsonNode usage) {
    if (usage == null || usage.isNull()) {
      return null;
    }
    assertThat(usage.path("total_tokens").isNumber()).isTrue();
    return new Counts(
        usage.path("input_tokens").asLong(),
        usage.path("output_tokens").asLong(),
        usage.at("/input_tokens_details/cached_tokens").asLong(0),
        usage.at("/output_tokens_details/reasoning_tokens").asLong(0));
  }

  @Override
  public String toString() {
    return "responses";
  }
}
