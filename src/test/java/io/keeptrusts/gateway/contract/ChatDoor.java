package io.keeptrusts.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.contract.Answer.Counts;
import io.keeptrusts.gateway.contract.Answer.End;
import io.keeptrusts.gateway.testing.Sse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/chat/completions}.
 *
 * @param strict whether it insists on what only strict clients insist on: providers of OpenAI's own
 *     protocol are passed on as they are
 */
record ChatDoor(boolean strict) implements Door {
  ChatDoor() {
    this(true);
  }

  @Override
  public String path() {
    return "/v1/chat/completions";
  }

  @Override
  public ObjectNode ask(String model, boolean stream) {
    ObjectNode ask = Json.object().put("model", model).put("reasoning_effort", "low");
    if (stream) {
      ask.put("stream", true).putObject("stream_options").put("include_usage", true);
    }
    ask.putArray("messages").addObject().put("role", "user").put("content", "Hello");
    ObjectNode tool = ask.putArray("tools").addObject().put("type", "function");
    tool.putObject("function").put("name", "mail").putObject("parameters").put("type", "object");
    return ask;
  }

  @Override
  public ObjectNode next(ObjectNode asked, List<JsonNode> turn, Map<String, String> results) {
    ObjectNode next = asked.deepCopy();
    ArrayNode messages = next.withArray("messages");
    turn.forEach(messages::add);
    results.forEach(
        (id, text) ->
            messages.addObject().put("role", "tool").put("tool_call_id", id).put("content", text));
    return next;
  }

  @Override
  public Got stream(String body) {
    assertThat(body).endsWith("data: [DONE]\n\n");
    List<Sse.Event> events = Sse.parse(body);
    ObjectNode message = Json.object();
    JsonNode first = null;
    String finish = null;
    JsonNode usage = null;
    JsonNode error = null;
    for (Sse.Event event : events.subList(0, events.size() - 1)) {
      assertThat(error).as("nothing follows an error").isNull();
      JsonNode chunk = Json.read(event.data());
      if (chunk.has("error")) {
        error = chunk.get("error");
        continue;
      }
      first = first == null ? chunk : first;
      if (strict) {
        assertSame(chunk, first);
      }
      if (chunk.path("usage").isObject() && !strict) {
        usage = chunk.get("usage");
      } else if (chunk.path("usage").isObject()) {
        assertThat(usage).as("usage is told once").isNull();
        assertThat(chunk.path("choices")).isEmpty();
        usage = chunk.get("usage");
      }
      for (JsonNode choice : chunk.path("choices")) {
        if (choice.path("index").asInt() > 0) {
          continue; // a client that asked for one
        }
        JsonNode delta = choice.path("delta");
        assertThat(delta.isObject()).isTrue();
        if (finish == null) {
          if (strict) {
            assertOnce(message, delta);
          }
          merge(message, (ObjectNode) delta);
        } else if (strict) {
          assertThat(delta).as("after the finish").isEmpty();
          assertThat(choice.path("finish_reason").isNull()).isTrue();
        }
        finish = finish == null ? choice.path("finish_reason").textValue() : finish;
      }
    }
    if (error == null) {
      assertThat(first).isNotNull();
      assertThat(first.path("object").asText()).isEqualTo("chat.completion.chunk");
      assertThat(message.path("role").asText().equals("assistant") || !strict).isTrue();
    }
    return got(message, finish, usage, error);
  }

  private static void assertSame(JsonNode chunk, JsonNode first) {
    for (String same : new String[] {"id", "object", "created", "model"}) {
      assertThat(chunk.path(same)).as(same).isEqualTo(first.path(same));
    }
  }

  /** Said once and first: role, id, type, name. */
  private static void assertOnce(ObjectNode message, JsonNode delta) {
    assertThat(delta.has("role")).isEqualTo(!message.has("role"));
    int known = message.path("tool_calls").size();
    for (JsonNode piece : delta.path("tool_calls")) {
      int index = piece.path("index").asInt(-1);
      assertThat(index).as("dense").isBetween(0, known);
      assertThat(piece.has("id")).isEqualTo(index == known);
      assertThat(piece.has("type")).isEqualTo(index == known);
      assertThat(piece.path("function").has("name")).isEqualTo(index == known);
      known = Math.max(known, index + 1);
    }
  }

  /** As OpenAI's own clients put deltas together: they know no field by name. */
  private static void merge(ObjectNode into, ObjectNode delta) {
    for (Map.Entry<String, JsonNode> member : delta.properties()) {
      String key = member.getKey();
      JsonNode known = into.path(key);
      JsonNode more = member.getValue();
      if (known.isTextual() && more.isTextual() && !key.equals("type")) {
        into.put(key, known.textValue() + more.textValue());
      } else if (known instanceof ObjectNode object && more instanceof ObjectNode next) {
        merge(object, next);
      } else if (more instanceof ArrayNode items
          && (known.isArray() || !items.isEmpty() && items.get(0).has("index"))) {
        items.forEach(item -> mergeItem(into.withArray(key), item));
      } else if (!more.isNull() || known.isMissingNode()) {
        into.set(key, more.deepCopy());
      }
    }
  }

  private static void mergeItem(ArrayNode list, JsonNode item) {
    int index = item.path("index").asInt(-1);
    for (int i = 0; i < list.size(); i++) {
      if (index >= 0 && list.path(i).path("index").asInt(i) == index) {
        merge((ObjectNode) list.get(i), (ObjectNode) item);
        return;
      }
    }
    list.add(item.deepCopy());
  }

  @Override
  public Got whole(String body) {
    JsonNode completion = Json.read(body);
    assertThat(completion.path("object").asText()).isEqualTo("chat.completion");
    assertThat(completion.path("choices")).isNotEmpty();
    JsonNode choice = completion.at("/choices/0");
    assertThat(choice.at("/message/role").asText()).isEqualTo("assistant");
    assertThat(choice.path("message").has("content") || !strict).isTrue();
    return got(
        (ObjectNode) choice.path("message"),
        choice.path("finish_reason").textValue(),
        completion.get("usage"),
        null);
  }

  private Got got(
      ObjectNode message,
      @Nullable String finish,
      @Nullable JsonNode usage,
      @Nullable JsonNode error) {
    List<Heard.Called> calls = new ArrayList<>();
    for (JsonNode call : message.path("tool_calls")) {
      assertThat(call.path("type").asText("function")).isEqualTo("function");
      JsonNode function = call.path("function");
      String arguments = function.path("arguments").asText();
      calls.add(
          new Heard.Called(
              call.path("id").asText(),
              function.path("name").asText(),
              error == null && !"length".equals(finish) ? arguments : "{}"));
    }
    Heard heard =
        new Heard(
            message.path("content").asText(""),
            message.path("reasoning_content").asText(message.path("reasoning").asText("")),
            message.path("refusal").asText(""),
            calls,
            finish == null ? null : end(finish),
            usage == null ? null : counts(usage));
    return new Got(heard, List.of(message), error);
  }

  private static End end(String finish) {
    return switch (finish) {
      case "stop" -> End.STOP;
      case "tool_calls", "function_call" -> End.CALLS;
      case "length" -> End.LENGTH;
      case "content_filter" -> End.FILTER;
      default -> throw new AssertionError("unknown finish reason " + finish);
    };
  }

  private Counts counts(JsonNode usage) {
    if (strict) {
      assertThat(usage.path("total_tokens").asLong())
          .isEqualTo(
              usage.path("prompt_tokens").asLong() + usage.path("completion_tokens").asLong());
    }
    return new Counts(
        usage.path("prompt_tokens").asLong(),
        usage.path("completion_tokens").asLong(),
        usage.at("/prompt_tokens_details/cached_tokens").asLong(0),
        usage.at("/completion_tokens_details/reasoning_tokens").asLong(0));
  }

  @Override
  public String toString() {
    return "chat";
  }
}
