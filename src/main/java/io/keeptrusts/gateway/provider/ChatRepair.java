package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts right what vendors of OpenAI's protocol say in a way that OpenAI's clients stumble over.
 * Works on the few events that need it ({@link #needed}); all others go their way as raw bytes. One
 * per answer.
 */
final class ChatRepair {

  /** What a vendor is known for: the row of {@link OpenAiVendor} says which. */
  enum Flaw {
    /**
     * Mistral: {@code content} is a list of texts and thoughts. Becomes {@code content} and {@code
     * reasoning_content}.
     */
    LIST_CONTENT(Needle.of("content", "[")),
    /**
     * Mistral, Groq: usage stands beside a choice. Becomes a last chunk of its own, which goes to
     * those who asked.
     */
    USAGE_WITH_CHOICE(Needle.of("usage", "{")),
    /**
     * Indices, ids or arguments are missing, empty or repeated; arguments of no parameters are
     * {@code "null"}.
     */
    TOOL_CALLS(Needle.of("tool_calls", "[")),
    /** The first chunk has no role, or every chunk has one. */
    ROLE(Needle.of("role", "\"")),
    /** The finish chunk still carries text or calls; a failure is given as a finish reason. */
    FINISH(Needle.of("finish_reason", "\"")),
    /** Groq: an error stands as a text in {@code x_groq}. */
    TOLD_ERROR(Needle.of("error", "\"")),
    /**
     * Azure: events of the content filter without id, model or delta; a blocked answer without a
     * message.
     */
    FILTER_EVENTS(Needle.of("id", "\"\""), Needle.of("finish_reason", "\"content_filter\""));

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<Needle> needles;

    Flaw(Needle... needles) {
      this.needles = List.of(needles);
    }
  }

  private static final int MAX_CHOICE = 127;
  private static final List<String> ENVELOPE =
      List.of("id", "object", "created", "model", "system_fingerprint");
  private static final List<String> PROMPT_FILTER =
      List.of("prompt_filter_results", "prompt_annotations");

  private final Set<Flaw> flaws;
  private final Needle[] needles;
  private final ToolCallRepair calls = new ToolCallRepair();
  private final ObjectNode envelope = ExactJson.object();
  private final ObjectNode promptFilter = ExactJson.object();
  private final BitSet begun = new BitSet();
  private @Nullable ObjectNode usage;

  ChatRepair(Set<Flaw> flaws) {
    this.flaws = flaws.isEmpty() ? Set.of() : EnumSet.copyOf(flaws);
    this.needles = flaws.stream().flatMap(flaw -> flaw.needles.stream()).toArray(Needle[]::new);
  }

  /** Whether an event of a stream may need a repair; if not, it goes out as it came. */
  boolean needed(byte[] json, int from, int to) {
    return waits() || neededWhole(json, from, to);
  }

  /** Whether the next event of a stream may need one, whatever it says. */
  boolean waits() {
    boolean first =
        flaws.contains(Flaw.FILTER_EVENTS) && envelope.isEmpty()
            || flaws.contains(Flaw.ROLE) && begun.isEmpty();
    return first || calls.waiting();
  }

  /** Whether an answer that is not streamed may need one. */
  boolean neededWhole(byte[] json, int from, int to) {
    return needles.length > 0 && Needle.anyIn(needles, json, from, to);
  }

  /** The chunks that shall stand in the place of one event, in order; perhaps none. */
  List<ObjectNode> stream(byte[] json, int from, int to) {
    if (!(ExactJson.read(json, from, to) instanceof ObjectNode chunk)) {
      throw ProviderFailure.broken(
          "The provider sent an event that is no JSON object; check the target's base_url.");
    }
    if (chunk.hasNonNull("error")) {
      throw ProviderErrors.inStream(json, from, to);
    }
    if (flaws.contains(Flaw.TOLD_ERROR) && chunk.at("/x_groq/error").isTextual()) {
      throw ProviderFailure.broken(chunk.at("/x_groq/error").textValue());
    }
    JsonNode choices = chunk.path("choices");
    if (flaws.contains(Flaw.FILTER_EVENTS) && holdPromptFilter(chunk, choices)) {
      return List.of();
    }
    addressed(chunk);
    if (flaws.contains(Flaw.USAGE_WITH_CHOICE)) {
      usageBeside(choices, chunk);
    }
    for (JsonNode choice : choices) {
      if (choice instanceof ObjectNode object) {
        choice(object, object.withObject("/delta"));
      }
    }
    return flaws.contains(Flaw.FINISH) && saysMoreThanFinish(choices)
        ? List.of(withoutFinish(chunk), finishAlone(chunk))
        : List.of(chunk);
  }

  /** What is left to say before the end. */
  List<ObjectNode> end() {
    if (usage == null) {
      return List.of();
    }
    ObjectNode last = ExactJson.object();
    last.setAll(envelope);
    last.putArray("choices");
    last.set("usage", usage);
    usage = null;
    return List.of(last);
  }

  /** An answer that is not streamed. */
  ObjectNode whole(ObjectNode answer) {
    for (JsonNode choice : answer.path("choices")) {
      if (choice instanceof ObjectNode object) {
        // Azure leaves the message of a blocked answer out.
        ObjectNode message =
            object.get("message") instanceof ObjectNode given
                ? given
                : object.putObject("message").put("role", "assistant").putNull("content");
        finishReason(object);
        listContent(message);
        if (flaws.contains(Flaw.TOOL_CALLS)) {
          ToolCallRepair.whole(message);
        }
      }
    }
    if (answer.get("usage") instanceof ObjectNode counted) {
      counted(counted);
    }
    return answer;
  }

  private void usageBeside(JsonNode choices, ObjectNode chunk) {
    if (chunk.get("usage") instanceof ObjectNode given) {
      usage = choices.isEmpty() ? null : counted(given);
      if (usage != null) {
        chunk.remove("usage");
      }
    } else if (chunk.at("/x_groq/usage") instanceof ObjectNode own) {
      usage = own.deepCopy(); // all that some of Groq's models give
    }
  }

  private void choice(ObjectNode choice, ObjectNode delta) {
    int index = Math.clamp(choice.path("index").asInt(0), 0, MAX_CHOICE);
    finishReason(choice);
    listContent(delta);
    if (flaws.contains(Flaw.ROLE)) {
      if (begun.get(index)) {
        delta.remove("role");
      } else {
        begun.set(index);
        delta.put("role", "assistant");
      }
    }
    if (flaws.contains(Flaw.TOOL_CALLS)) {
      calls.delta(index, delta);
      calls.finish(index, choice.path("finish_reason").asText(""), delta);
    }
  }

  private void finishReason(ObjectNode choice) {
    if (flaws.contains(Flaw.FINISH)) {
      switch (choice.path("finish_reason").asText("")) {
        case "error", "abort" ->
            throw ProviderFailure.broken("The provider gave up while it answered.");
        case "model_length" -> choice.put("finish_reason", "length");
        default -> {}
      }
    }
  }

  private void listContent(ObjectNode message) {
    if (!flaws.contains(Flaw.LIST_CONTENT)
        || !(message.get("content") instanceof ArrayNode parts)) {
      return;
    }
    StringBuilder text = new StringBuilder();
    StringBuilder thoughts = new StringBuilder();
    ArrayNode others = parts.arrayNode();
    for (JsonNode part : parts) {
      switch (part.path("type").asText("")) {
        case "text" -> text.append(part.path("text").asText(""));
        case "thinking" -> thoughts(part.path("thinking"), thoughts);
        default -> others.add(part);
      }
    }
    message.put("content", text.toString());
    if (!thoughts.isEmpty()) {
      message.put("reasoning_content", thoughts.toString());
    }
    if (!others.isEmpty()) {
      message.set("content_parts", others);
    }
  }

  private static void thoughts(JsonNode thinking, StringBuilder out) {
    out.append(thinking.asText(""));
    for (JsonNode part : thinking) {
      out.append(part.path("text").asText(""));
    }
  }

  /** Mistral's own count of cached tokens, where OpenAI has it. */
  private static ObjectNode counted(ObjectNode usage) {
    JsonNode cached = usage.path("num_cached_tokens");
    if (cached.isNumber() && !usage.path("prompt_tokens_details").hasNonNull("cached_tokens")) {
      usage.withObject("/prompt_tokens_details").set("cached_tokens", cached);
    }
    return usage;
  }

  /**
   * Azure's verdict on the prompt comes as a chunk without choices, id and model: it waits for the
   * first real one.
   */
  private boolean holdPromptFilter(ObjectNode chunk, JsonNode choices) {
    boolean found = false;
    for (String field : PROMPT_FILTER) {
      if (choices.isEmpty() && !chunk.hasNonNull("usage") && chunk.has(field)) {
        promptFilter.set(field, chunk.get(field));
        found = true;
      }
    }
    if (!choices.isEmpty() && !promptFilter.isEmpty()) {
      chunk.setAll(promptFilter);
      promptFilter.removeAll();
    }
    return found;
  }

  /** All chunks of an answer have one id, model and time. */
  private void addressed(ObjectNode chunk) {
    if (envelope.isEmpty() && !chunk.path("id").asText("").isEmpty()) {
      for (String field : ENVELOPE) {
        if (chunk.has(field)) {
          envelope.set(field, chunk.get(field));
        }
      }
    } else if (flaws.contains(Flaw.FILTER_EVENTS) && chunk.path("id").asText("").isEmpty()) {
      for (Map.Entry<String, JsonNode> field : envelope.properties()) {
        chunk.set(field.getKey(), field.getValue());
      }
    }
  }

  private static boolean saysMoreThanFinish(JsonNode choices) {
    for (JsonNode choice : choices) {
      JsonNode delta = choice.path("delta");
      boolean says =
          !delta.path("content").asText("").isEmpty()
              || !delta.path("tool_calls").isEmpty()
              || !delta.path("reasoning_content").asText("").isEmpty();
      if (says && choice.path("finish_reason").isTextual()) {
        return true;
      }
    }
    return false;
  }

  private static ObjectNode withoutFinish(ObjectNode chunk) {
    ObjectNode copy = chunk.deepCopy();
    copy.remove("usage");
    for (JsonNode choice : copy.path("choices")) {
      ((ObjectNode) choice).putNull("finish_reason").remove("stop_reason");
    }
    return copy;
  }

  private static ObjectNode finishAlone(ObjectNode chunk) {
    ArrayNode finished = chunk.arrayNode();
    for (JsonNode choice : chunk.path("choices")) {
      if (choice.path("finish_reason").isTextual()) {
        ObjectNode copy = choice.deepCopy();
        copy.putObject("delta");
        copy.remove(List.of("logprobs", "token_ids"));
        finished.add(copy);
      }
    }
    ObjectNode copy = chunk.deepCopy();
    copy.set("choices", finished);
    return copy;
  }
}
