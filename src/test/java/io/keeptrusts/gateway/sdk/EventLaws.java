package io.keeptrusts.gateway.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.testing.Sse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What strict clients hold a stream of the Responses API to (wire-formats 17). */
final class EventLaws {
  private final Map<Integer, String> open = new TreeMap<>();
  private final Map<Integer, JsonNode> done = new TreeMap<>();
  private final Map<String, Boolean> parts = new HashMap<>();
  private final Map<String, StringBuilder> texts = new HashMap<>();

  private EventLaws() {}

  /**
   * Holds a stream to all of them.
   *
   * @return its events
   */
  static List<JsonNode> hold(String stream) {
    assertThat(stream).doesNotContain("[DONE]");
    List<JsonNode> events = new ArrayList<>();
    for (Sse.Event event : Sse.parse(stream)) {
      JsonNode json = Recorded.json(event.data());
      assertThat(event.type()).isEqualTo(type(json));
      assertThat(json.path("sequence_number").asInt(-1)).isEqualTo(events.size());
      events.add(json);
    }
    assertThat(events).map(EventLaws::type).startsWith("response.created", "response.in_progress");
    assertThat(events.subList(0, events.size() - 1))
        .map(EventLaws::type)
        .doesNotContain("response.completed", "response.incomplete", "response.failed", "error");
    EventLaws laws = new EventLaws();
    events.subList(2, events.size() - 1).forEach(laws::event);
    laws.terminal(events.getFirst().path("response"), events.getLast());
    return events;
  }

  private static String type(JsonNode event) {
    return event.path("type").asText();
  }

  private void event(JsonNode event) {
    String type = type(event);
    int output = event.path("output_index").asInt(-1);
    switch (type) {
      case "response.output_item.added" -> {
        assertThat(output).as("dense").isEqualTo(open.size());
        open.put(output, event.at("/item/id").asText());
        assertThat(open.get(output)).isNotEmpty();
      }
      case "response.output_item.done" -> {
        assertThat(event.at("/item/id").asText()).isEqualTo(open.get(output));
        assertThat(done.put(output, event.path("item"))).isNull();
      }
      default -> {
        assertThat(open.get(output)).as(type).isEqualTo(event.path("item_id").asText());
        assertThat(done).as("open: " + type).doesNotContainKey(output);
        piece(
            event,
            type,
            output
                + "/"
                + event.path("content_index").asText("s" + event.path("summary_index").asText()));
      }
    }
  }

  private void piece(JsonNode event, String type, String part) {
    if (type.endsWith("part.added")) {
      assertThat(parts.put(part, true)).as(part).isNull();
    } else if (type.endsWith("part.done")) {
      assertThat(parts.put(part, false)).as(part).isTrue();
      assertThat(
              event.path("part").path("text").asText(event.path("part").path("refusal").asText()))
          .isEqualTo(texts.getOrDefault(part, new StringBuilder()).toString());
    } else if (type.endsWith(".delta")) {
      texts.computeIfAbsent(part, key -> new StringBuilder()).append(event.path("delta").asText());
    } else if (type.endsWith(".done")) {
      String said =
          event.hasNonNull("text")
              ? event.path("text").asText()
              : event
                  .path("refusal")
                  .asText(event.path("arguments").asText(event.path("input").asText()));
      assertThat(said).as(type).isEqualTo(texts.getOrDefault(part, new StringBuilder()).toString());
    }
  }

  private void terminal(JsonNode created, JsonNode last) {
    assertThat(type(last)).matches("response\\.(completed|incomplete)");
    assertThat(done.keySet()).isEqualTo(open.keySet());
    assertThat(parts.values()).doesNotContain(true);
    JsonNode response = last.path("response");
    assertThat(type(last)).isEqualTo("response." + response.path("status").asText());
    assertThat(response.path("id")).isEqualTo(created.path("id"));
    assertThat(response.path("output").valueStream().toList())
        .isEqualTo(List.copyOf(done.values()));
    done.forEach(
        (output, item) -> {
          for (int i = 0; i < item.path("content").size(); i++) {
            JsonNode part = item.path("content").path(i);
            String text = part.path("text").asText(part.path("refusal").asText());
            assertThat(text)
                .isEqualTo(texts.getOrDefault(output + "/" + i, new StringBuilder()).toString());
          }
        });
  }
}
