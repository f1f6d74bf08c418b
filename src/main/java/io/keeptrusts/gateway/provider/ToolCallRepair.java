package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tool calls as OpenAI streams them: indices dense from 0, id, type and name once and first,
 * arguments a text that ends up as JSON. One per answer.
 */
final class ToolCallRepair {

  /** A call that has begun. */
  private static final class Begun {
    private final int choice;
    private final int givenIndex;
    private final int index;
    private final String id;
    private boolean argued;

    Begun(int choice, int givenIndex, int index, String id) {
      this.choice = choice;
      this.givenIndex = givenIndex;
      this.index = index;
      this.id = id;
    }
  }

  private final List<Begun> begun = new ArrayList<>();
  private int silent;

  /** Whether a call has begun whose arguments have not. */
  boolean waiting() {
    return silent > 0;
  }

  void delta(int choice, ObjectNode delta) {
    if (!(delta.get("tool_calls") instanceof ArrayNode calls)) {
      return;
    }
    int position = 0;
    for (JsonNode node : calls) {
      if (node instanceof ObjectNode call) {
        piece(choice, call, position++);
      }
    }
    if (calls.isEmpty()) {
      delta.remove("tool_calls");
    }
  }

  private void piece(int choice, ObjectNode call, int position) {
    ObjectNode function = call.withObject("/function");
    String id = call.path("id").asText("");
    String name = function.path("name").asText("");
    String arguments = arguments(function.path("arguments"));
    Begun known = find(choice, call.path("index"), id, name);
    if (known == null) {
      int given = call.path("index").asInt(position);
      String own = id.isEmpty() ? newId() : id;
      known =
          new Begun(
              choice, given, (int) begun.stream().filter(one -> one.choice == choice).count(), own);
      begun.add(known);
      silent++;
      call.put("id", own).put("type", "function");
      arguments = arguments.strip().equals("null") ? "{}" : arguments;
    } else {
      call.remove(List.of("id", "type"));
      function.remove("name");
    }
    if (!known.argued && !arguments.isEmpty()) {
      known.argued = true;
      silent--;
    }
    call.put("index", known.index);
    function.put("arguments", arguments);
  }

  /**
   * A name begins a call, unless it is repeated together with the id (or without one) of a call
   * that has begun.
   */
  private @Nullable Begun find(int choice, JsonNode index, String id, String name) {
    Begun last = null;
    for (Begun call : begun) {
      if (call.choice == choice) {
        boolean same =
            index.isNumber()
                ? call.givenIndex == index.asInt()
                : id.isEmpty() || call.id.equals(id);
        last = same ? call : last;
      }
    }
    if (name.isEmpty() || last == null) {
      return last;
    }
    boolean another = id.isEmpty() ? !index.isNumber() : !id.equals(last.id);
    return another ? null : last;
  }

  /** Gives calls without a parameter what they still lack when their choice ends. */
  void finish(int choice, String reason, ObjectNode delta) {
    // After `length` a call was cut: to complete it would be to invent one.
    if (silent == 0 || reason.isEmpty() || reason.equals("length")) {
      return;
    }
    for (Begun call : begun) {
      if (call.choice == choice && !call.argued) {
        call.argued = true;
        silent--;
        entry(delta, call.index).withObject("/function").put("arguments", "{}");
      }
    }
  }

  private static ObjectNode entry(ObjectNode delta, int index) {
    for (JsonNode call : delta.path("tool_calls")) {
      if (call.path("index").asInt() == index) {
        return (ObjectNode) call;
      }
    }
    return delta.withArray("/tool_calls").addObject().put("index", index);
  }

  /** The calls of an answer that is not streamed. */
  static void whole(ObjectNode message) {
    for (JsonNode node : message.path("tool_calls")) {
      if (node instanceof ObjectNode call && call.get("function") instanceof ObjectNode function) {
        String arguments = arguments(function.path("arguments")).strip();
        if (arguments.isEmpty() || arguments.equals("null")) {
          function.put("arguments", "{}");
        } else if (!function.path("arguments").isTextual()) {
          function.put("arguments", arguments);
        }
        if (call.path("id").asText("").isEmpty()) {
          call.put("id", newId());
        }
        call.put("type", "function");
      }
    }
  }

  private static String arguments(JsonNode given) {
    return given.isTextual()
        ? given.textValue()
        : given.isNull() || given.isMissingNode() ? "" : ExactJson.text(given);
  }

  /** An id that is unique beyond this answer: a client sends it back. */
  static String newId() {
    return "call_" + UUID.randomUUID().toString().replace("-", "").substring(0, 24);
  }
}
