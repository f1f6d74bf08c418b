package io.keeptrusts.gateway.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a client makes of the chunks of a stream (or of one whole answer): texts grow together by
 * the path at which they stand, everything else is kept in the order in which it came. Knows the
 * documented format and nothing of the gateway.
 */
final class Heard {
  /** Padding against traffic analysis; says nothing. */
  private static final Set<String> PADDING = Set.of("obfuscation", "p");

  /** Repeated on every chunk. */
  private static final Set<String> ENVELOPE =
      Set.of("id", "object", "created", "model", "system_fingerprint", "service_tier", "provider");

  /** Values that come whole, never in pieces: a client does not join them. */
  private static final Set<String> MARKS =
      Set.of("id", "type", "role", "name", "format", "channel", "signature", "data");

  private static final Set<String> COMPLETE =
      Set.of("annotations", "executed_tools", "images", "audio");

  /** By choice and path, such as {@code 0/tool_calls[1].function.arguments}. */
  final SortedMap<String, String> texts = new TreeMap<>();

  /** Values that come whole, by path, each time they change. */
  final SortedMap<String, List<String>> marks = new TreeMap<>();

  /** The entries of logprobs by choice and list. */
  final SortedMap<String, List<JsonNode>> logprobs = new TreeMap<>();

  /** Ids of tokens by choice. */
  final SortedMap<String, List<JsonNode>> tokens = new TreeMap<>();

  /** Usage and what vendors add, by path. */
  final SortedMap<String, List<JsonNode>> extras = new TreeMap<>();

  /**
   * Arguments of a call that had no name yet, and texts after the finish reason of their choice.
   */
  final Set<String> disorder = new HashSet<>();

  /** What every chunk repeats, by key. */
  final SortedMap<String, Set<String>> envelope = new TreeMap<>();

  private final Set<Integer> finished = new HashSet<>();
  private final Set<String> grown = new HashSet<>();

  static Heard of(List<JsonNode> chunks) {
    Heard heard = new Heard();
    chunks.forEach(heard::chunk);
    return heard;
  }

  private void chunk(JsonNode chunk) {
    grown.clear();
    for (Map.Entry<String, JsonNode> member : chunk.properties()) {
      String key = member.getKey();
      if (key.equals("choices")) {
        int position = 0;
        for (JsonNode choice : member.getValue()) {
          choice(choice, choice.path("index").asInt(position++));
        }
      } else if (ENVELOPE.contains(key)) {
        envelope.computeIfAbsent(key, _ -> new HashSet<>()).add(member.getValue().asText());
      } else if (!PADDING.contains(key)) {
        extra(key, member.getValue());
      }
    }
    // The members of an object have no order: a name counts as soon as its chunk is there.
    grown.stream()
        .filter(
            path ->
                path.endsWith(".arguments")
                    && !marks.containsKey(path.replace(".arguments", ".name")))
        .forEach(disorder::add);
  }

  private void choice(JsonNode choice, int index) {
    boolean late = finished.contains(index);
    for (Map.Entry<String, JsonNode> member : choice.properties()) {
      JsonNode value = member.getValue();
      String at = index + "/" + member.getKey();
      switch (member.getKey()) {
        case "index" -> {}
        case "delta", "message" -> delta(value, index, late);
        case "finish_reason" -> {
          if (value.isTextual() && !value.textValue().isEmpty()) {
            finished.add(index);
          }
          mark(at, value);
        }
        case "logprobs" ->
            value
                .properties()
                .forEach(list -> join(logprobs, index + "/" + list.getKey(), list.getValue()));
        case "token_ids" -> join(tokens, at, value);
        default -> extra(at, value);
      }
    }
  }

  private void delta(JsonNode delta, int index, boolean late) {
    for (Map.Entry<String, JsonNode> member : delta.properties()) {
      String key = member.getKey();
      JsonNode value = member.getValue();
      if (key.equals("content") && value.isArray()) {
        value.forEach(part -> part(part, index, late));
      } else if (COMPLETE.contains(key)) {
        extra(index + "/" + key, value);
      } else {
        piece(index + "/" + key, key, value, late);
      }
    }
  }

  /** Mistral's content may be a list of parts. */
  private void part(JsonNode part, int index, boolean late) {
    if (part.path("text").isTextual()) {
      text(index + "/content", part.path("text").textValue(), late);
    } else if (part.path("thinking").isArray()) {
      part.path("thinking")
          .forEach(piece -> text(index + "/content.thinking", piece.path("text").asText(), late));
    } else {
      extra(index + "/content[]", part);
    }
  }

  private void piece(String path, String key, JsonNode value, boolean late) {
    if (value.isTextual() && MARKS.contains(key)) {
      mark(path, value);
    } else if (value.isTextual()) {
      text(path, value.textValue(), late);
    } else if (value.isObject()) {
      for (Map.Entry<String, JsonNode> member : value.properties()) {
        piece(path + "." + member.getKey(), member.getKey(), member.getValue(), late);
      }
    } else if (value.isArray()) {
      int position = 0;
      for (JsonNode item : value) {
        piece(path + "[" + item.path("index").asInt(position++) + "]", "", item, late);
      }
    } else if (!key.equals("index")) {
      extra(path, value);
    }
  }

  private void text(String path, String text, boolean late) {
    if (text.isEmpty()) {
      return;
    }
    grown.add(path);
    if (late) {
      disorder.add(path);
    }
    texts.merge(path, text, String::concat);
  }

  private void mark(String path, JsonNode value) {
    String said = value.asText();
    if (value.isNull() || said.isEmpty()) {
      return;
    }
    List<String> before = marks.computeIfAbsent(path, _ -> new ArrayList<>());
    if (before.isEmpty() || !before.getLast().equals(said)) {
      before.add(said);
    }
  }

  private void extra(String path, JsonNode value) {
    if (!value.isNull() && !(value.isContainerNode() && value.isEmpty())) {
      extras.computeIfAbsent(path, _ -> new ArrayList<>()).add(value);
    }
  }

  private static void join(SortedMap<String, List<JsonNode>> lists, String path, JsonNode list) {
    if (!list.isNull() && !list.isEmpty()) {
      list.forEach(lists.computeIfAbsent(path, _ -> new ArrayList<>())::add);
    }
  }
}
