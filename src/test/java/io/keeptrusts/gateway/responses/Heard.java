package io.keeptrusts.gateway.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.testing.Splits;
import io.keeptrusts.gateway.testing.Sse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a client makes of a Responses stream: written for clarity, and with an eye on everything
 * that must hold.
 */
record Heard(List<JsonNode> events) {
  static final ObjectMapper JSON = new ObjectMapper();

  static Heard of(String body) {
    List<JsonNode> events = new ArrayList<>();
    for (Sse.Event event : Sse.parse(body)) {
      if (!event.data().equals("[DONE]")) {
        events.add(json(event.data()));
      }
    }
    return new Heard(events);
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  JsonNode last() {
    return events.getLast();
  }

  /** Whose text a delta or {@code .done} event brings. */
  static String channel(JsonNode event) {
    String type = event.path("type").asText();
    StringBuilder name = new StringBuilder(type.substring(0, Math.max(0, type.lastIndexOf('.'))));
    event.properties().stream()
        .filter(member -> member.getKey().endsWith("_index"))
        .sorted(Map.Entry.comparingByKey())
        .forEach(member -> name.append(' ').append(member.getKey()).append(member.getValue()));
    return name.toString();
  }

  /** The deltas of each channel, put together. */
  Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    for (JsonNode event : events) {
      if (event.path("delta").isTextual()) {
        texts.merge(channel(event), event.get("delta").textValue(), String::concat);
      }
    }
    return texts;
  }

  /** What the {@code .done} events of channels say. */
  Map<String, String> dones() {
    Map<String, String> texts = new TreeMap<>();
    for (JsonNode event : events) {
      if (event.path("type").asText().endsWith(".done")) {
        for (String key :
            new String[] {"text", "refusal", "arguments", "input", "code", "command", "diff"}) {
          if (event.path(key).isTextual()) {
            texts.put(channel(event), event.get(key).textValue());
          }
        }
      }
    }
    return texts;
  }

  /** Every text part and every argument in the terminal response. */
  List<String> finals() {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : last().at("/response/output")) {
      item.path("content").forEach(part -> add(part, texts));
      item.path("summary").forEach(part -> add(part, texts));
      item.at("/action/commands").forEach(command -> texts.add(command.asText()));
      add(item, texts);
      add(item.path("operation"), texts);
    }
    texts.removeIf(String::isEmpty);
    return texts;
  }

  private static void add(JsonNode node, List<String> texts) {
    for (String key : new String[] {"text", "refusal", "arguments", "input", "code", "diff"}) {
      if (node.path(key).isTextual()) {
        texts.add(node.get(key).textValue());
      }
    }
  }

  void assertNumbered() {
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).has("sequence_number")) {
        assertThat(events.get(i).get("sequence_number").asInt())
            .as("event %d, %s", i, events.get(i).path("type"))
            .isEqualTo(i);
      }
    }
  }

  /**
   * What is said again is what was said, as far as it was so at the provider: some recordings were
   * shortened by hand.
   */
  void assertSaysTheSameAgain(Heard provider) {
    Map<String, String> texts = texts();
    Map<String, String> original = provider.texts();
    provider
        .dones()
        .forEach(
            (channel, text) -> {
              if (text.equals(original.get(channel))) {
                assertThat(dones().get(channel))
                    .as("what %s repeats", channel)
                    .isEqualTo(texts.getOrDefault(channel, ""));
              }
            });
    if (original.values().containsAll(provider.finals())) {
      assertThat(texts.values()).containsAll(finals());
    }
  }

  /**
   * A text in random pieces, none of which parts a surrogate pair: JSON could not carry that raw.
   */
  static List<String> cut(String text, long seed) {
    int[] cuts =
        Arrays.stream(Splits.random(seed, text.length()))
            .filter(cut -> !Character.isLowSurrogate(text.charAt(cut)))
            .toArray();
    return Splits.of(text, cuts);
  }

  /** Every string below a node. */
  static List<String> strings(JsonNode node) {
    List<String> all = new ArrayList<>();
    if (node.isTextual()) {
      all.add(node.textValue());
    }
    node.forEach(child -> all.addAll(strings(child)));
    return all;
  }
}
