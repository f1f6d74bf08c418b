package io.keeptrusts.gateway.recorded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.keeptrusts.gateway.testing.Recording;
import io.keeptrusts.gateway.testing.Sse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A recorded stream as a plain reader of server-sent events sees it.
 *
 * @param chunks the events up to {@code [DONE]}, the first error or the end
 * @param error the error that ended it, missing if there was none
 */
record Tape(List<JsonNode> chunks, JsonNode error, Ending ending) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FINISH = "\"finish_reason\":\"";

  /** How a recorded stream ends. */
  enum Ending {
    /** Every choice has its finish reason, then {@code [DONE]}. */
    REGULAR,
    /** {@code [DONE]}, but a choice has no finish reason. */
    UNFINISHED,
    /** Every choice has its finish reason, and there is no {@code [DONE]}. */
    UNMARKED,
    /** An error in the stream. */
    ERROR,
    /** It just stops. */
    CUT
  }

  static Tape of(Recording recording) {
    return of(new String(recording.body(), UTF_8));
  }

  static Tape of(String body) {
    List<JsonNode> chunks = new ArrayList<>();
    Set<Integer> open = new HashSet<>();
    Set<Integer> seen = new HashSet<>();
    for (Sse.Event event : Sse.parse(body)) {
      if (event.data().strip().equals("[DONE]")) {
        return new Tape(
            chunks, MissingNode.getInstance(), open.isEmpty() ? Ending.REGULAR : Ending.UNFINISHED);
      }
      JsonNode json = json(event.data());
      if ("error".equals(event.type()) || json.path("error").isObject()) {
        return new Tape(chunks, json, Ending.ERROR);
      }
      chunks.add(json);
      for (JsonNode choice : json.path("choices")) {
        int index = choice.path("index").asInt();
        if (seen.add(index)) {
          open.add(index);
        }
        if (choice.path("finish_reason").isTextual()) {
          open.remove(index);
        }
      }
    }
    Ending ending = open.isEmpty() && !seen.isEmpty() ? Ending.UNMARKED : Ending.CUT;
    return new Tape(chunks, MissingNode.getInstance(), ending);
  }

  /**
   * The events of a body that the gateway wrote, which must be nothing but {@code data:} frames.
   */
  static List<JsonNode> delivered(String body) {
    List<JsonNode> events = new ArrayList<>();
    for (String frame : body.split("\n\n")) {
      if (!frame.startsWith("data: ") || frame.contains("\n")) {
        throw new AssertionError("not a frame: " + frame);
      }
      if (!frame.equals("data: [DONE]")) {
        events.add(json(frame.substring("data: ".length())));
      }
    }
    return events;
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  /** What a client sees that did not ask for usage: all but the chunk that brings nothing else. */
  List<JsonNode> withoutUsageChunk() {
    return chunks.stream()
        .filter(chunk -> !chunk.path("usage").isObject() || !chunk.path("choices").isEmpty())
        .toList();
  }

  /**
   * Whether anything was said that a client can show: text, a tool call, a finish reason, usage.
   */
  boolean saysSomething() {
    Heard heard = Heard.of(chunks);
    return !heard.texts.isEmpty()
        || heard.extras.containsKey("usage")
        || heard.marks.keySet().stream()
            .anyMatch(path -> path.contains("tool_calls") || path.endsWith("finish_reason"));
  }

  /** Where the first finish reason stands in the bytes; the length if there is none. */
  static int firstFinish(byte[] body) {
    String text =
        new String(body, ISO_8859_1)
            .replace("\"finish_reason\": \"", FINISH + " "); // as long as before
    int at = text.indexOf(FINISH);
    return at < 0 ? body.length : at;
  }

  /** Where the last event begins. */
  static int lastEvent(byte[] body) {
    String text = new String(body, ISO_8859_1).stripTrailing();
    return text.lastIndexOf("\n\n") + 2;
  }
}
