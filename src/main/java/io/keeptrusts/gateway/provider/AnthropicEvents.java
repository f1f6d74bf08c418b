package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The events of one answer of Anthropic's Messages, in OpenAI's words (wire-formats 4.1, 4.2).
 * Blocks of text, thinking and tool use are told; what Anthropic's own tools do is not, and what is
 * not known is passed over.
 *
 * <p>A thinking block is told twice: its text as {@code reasoning_content} while it comes, and
 * whole as an item of {@code thinking_blocks}, with the signature that lets a client send it back.
 */
final class AnthropicEvents {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** A bound on memory: blocks come one after the other. */
  private static final int MOST_OPEN = 1024;

  private sealed interface Block {}

  private record Text(int from, List<JsonNode> citations) implements Block {}

  private record Thinking(StringBuilder text, StringBuilder signature) implements Block {}

  private record Redacted(String data) implements Block {}

  private static final class Call implements Block {
    private final int index;

    /** What the start of the block held, for those who send no deltas. */
    private final JsonNode input;

    private boolean argued;

    Call(int index, JsonNode input) {
      this.index = index;
      this.input = input;
    }
  }

  private record Unknown() implements Block {}

  private final ChatParts parts;
  private final int most;
  private final TreeMap<Integer, Block> open = new TreeMap<>();
  private final AnthropicUsage usage = new AnthropicUsage();
  private @Nullable String id;
  private @Nullable String stopReason;
  private String explanation = "";
  private int calls;
  private int thoughts;
  private int said;
  private int kept;
  private boolean thought;
  private boolean stopped;

  /**
   * @param most how many characters may be kept until their block ends
   */
  AnthropicEvents(ChatParts parts, int most) {
    this.parts = parts;
    this.most = most;
  }

  /** Whether the answer is complete. */
  boolean stopped() {
    return stopped;
  }

  void event(String type, JsonNode event) {
    switch (type) {
      case "message_start" -> messageStart(event.path("message"));
      case "content_block_start" ->
          blockStart(event.path("index").asInt(), event.path("content_block"));
      case "content_block_delta" -> delta(event.path("index").asInt(), event.path("delta"));
      case "content_block_stop" -> blockStop(event.path("index").asInt());
      case "message_delta" -> messageDelta(event.path("delta"), event.path("usage"));
      case "message_stop" -> messageStop();
      default -> {}
    }
  }

  /** The same for an answer that is not streamed. */
  void whole(JsonNode message) {
    messageStart(message);
    messageDelta(message, NODES.objectNode());
    messageStop();
  }

  private void messageStart(JsonNode message) {
    String next = message.path("id").asText("");
    if (id != null) {
      // Proxies repeat the event. Another id is another answer, spliced into this one.
      if (!next.equals(id)) {
        throw ProviderFailure.broken("The provider began another answer in the middle of one.");
      }
      return;
    }
    id = next;
    parts.start(next.isEmpty() ? "chatcmpl-unknown" : next, message.path("model").asText(""), 0);
    usage.say(message.path("usage"));
    // In a stream there are none yet, unless code that Anthropic runs goes on and makes a call.
    for (JsonNode block : message.path("content")) {
      blockStart(0, block);
      blockStop(0);
    }
  }

  private void blockStart(int index, JsonNode block) {
    blockStop(index);
    if (open.size() == MOST_OPEN) {
      throw ProviderFailure.broken(
          "The provider began more than " + MOST_OPEN + " blocks without ending them.");
    }
    open.put(index, begin(block));
  }

  private Block begin(JsonNode block) {
    return switch (block.path("type").asText("")) {
      case "text" -> {
        Text text = new Text(said, new ArrayList<>());
        block.path("citations").forEach(citation -> cites(text, citation));
        say(text(block, "text"));
        yield text;
      }
      case "thinking" -> {
        Thinking thinking = new Thinking(new StringBuilder(), new StringBuilder());
        think(thinking, text(block, "thinking"));
        sign(thinking, text(block, "signature"));
        yield thinking;
      }
      case "redacted_thinking" -> new Redacted(text(block, "data"));
      case "tool_use" -> {
        parts.toolCall(0, calls, text(block, "id"), text(block, "name"));
        yield new Call(calls++, block.path("input"));
      }
      default -> new Unknown();
    };
  }

  private void delta(int index, JsonNode delta) {
    String type = delta.path("type").asText("");
    switch (open.computeIfAbsent(index, missing -> unannounced(type))) {
      case Text text when type.equals("citations_delta") -> cites(text, delta.path("citation"));
      case Text _ when type.equals("text_delta") -> say(text(delta, "text"));
      case Thinking thinking when type.equals("thinking_delta") ->
          think(thinking, text(delta, "thinking"));
      case Thinking thinking when type.equals("signature_delta") ->
          sign(thinking, text(delta, "signature"));
      case Call call when type.equals("input_json_delta") ->
          argue(call, text(delta, "partial_json"));
      case Text _, Thinking _, Redacted _, Call _, Unknown _ -> {}
    }
  }

  /**
   * A piece of a block that did not begin: text is text, but no one could tell which tool is
   * called.
   */
  private Block unannounced(String delta) {
    return switch (delta) {
      case "text_delta" -> new Text(said, new ArrayList<>());
      case "thinking_delta" -> new Thinking(new StringBuilder(), new StringBuilder());
      case "input_json_delta" ->
          throw ProviderFailure.broken("The provider sent arguments of a call that did not begin.");
      default -> new Unknown();
    };
  }

  private void say(String text) {
    said += text.codePointCount(0, text.length());
    parts.content(0, text);
  }

  private void think(Thinking thinking, String text) {
    if (text.isEmpty()) {
      return;
    }
    if (thought && thinking.text.isEmpty()) {
      // One thought is not the continuation of the other.
      parts.reasoning(0, "\n\n");
    }
    thought = true;
    keep(text.length());
    thinking.text.append(text);
    parts.reasoning(0, text);
  }

  private void argue(Call call, String json) {
    call.argued |= !json.isBlank();
    parts.arguments(0, call.index, json);
  }

  private void sign(Thinking thinking, String signature) {
    keep(signature.length());
    thinking.signature.append(signature);
  }

  private void cites(Text text, JsonNode citation) {
    keep(citation.toString().length());
    text.citations.add(citation);
  }

  private void keep(int length) {
    kept += length;
    if (kept > most) {
      throw ProviderFailure.broken(
          "The provider's thinking and sources are longer than " + most + " characters.");
    }
  }

  private void blockStop(int index) {
    switch (open.remove(index)) {
      case Text text -> cite(text);
      case Thinking thinking when !thinking.signature.isEmpty() ->
          thought(
              NODES
                  .objectNode()
                  .put("type", "thinking")
                  .put("thinking", thinking.text.toString())
                  .put("signature", thinking.signature.toString()));
      case Redacted redacted ->
          thought(NODES.objectNode().put("type", "redacted_thinking").put("data", redacted.data));
      case Call call when !call.argued ->
          parts.arguments(0, call.index, call.input.isObject() ? ExactJson.text(call.input) : "{}");
      case Thinking _, Call _, Unknown _ -> {}
      case null -> {}
    }
  }

  private void thought(ObjectNode block) {
    ObjectNode item = NODES.objectNode().put("index", thoughts++).setAll(block);
    parts.extension(0, "thinking_blocks", NODES.arrayNode().add(item));
  }

  /**
   * Citations of the web, over the text of their block; OpenAI has no word for places in documents.
   */
  private void cite(Text text) {
    var annotations = NODES.arrayNode();
    for (JsonNode citation : text.citations) {
      String url = citation.path("url").asText(citation.path("source").asText(""));
      if (url.startsWith("https://") || url.startsWith("http://")) {
        annotations
            .addObject()
            .put("type", "url_citation")
            .putObject("url_citation")
            .put("start_index", text.from)
            .put("end_index", said)
            .put("title", text(citation, "title"))
            .put("url", url);
      }
    }
    if (!annotations.isEmpty()) {
      parts.extension(0, "annotations", annotations);
    }
  }

  private void messageDelta(JsonNode delta, JsonNode counted) {
    if (delta.path("stop_reason").isTextual()) {
      stopReason = delta.path("stop_reason").textValue();
      explanation = text(delta.path("stop_details"), "explanation");
    }
    usage.say(counted);
  }

  private void messageStop() {
    if (stopReason == null) {
      throw ProviderFailure.broken("The provider ended its answer without a stop reason.");
    }
    List.copyOf(open.keySet()).forEach(this::blockStop);
    if (stopReason.equals("refusal")) {
      parts.refusal(0, explanation);
    }
    parts.finish(0, finishReason(stopReason));
    usage.tell(parts);
    stopped = true;
  }

  private String finishReason(String reason) {
    return switch (reason) {
      case "end_turn", "stop_sequence" -> "stop";
      case "max_tokens", "model_context_window_exceeded" -> "length";
      case "refusal" -> "content_filter";
      // tool_use; a turn that is paused; what may come. Clients wait for tool_calls where there are
      // calls.
      default -> calls > 0 ? "tool_calls" : "stop";
    };
  }

  private static String text(JsonNode node, String key) {
    return node.path(key).asText("");
  }
}
