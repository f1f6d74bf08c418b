package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a vendor is given the beginning of its answer, so that it goes on from there: one per row of
 * {@link Vendors}.
 */
public enum Prefill {
  /** Not at all: a last message of the assistant's is answered, or refused. */
  NONE,
  /** The last message is the assistant's, and nothing else is to be said. */
  LAST_MESSAGE,
  /** So with Anthropic, where models from 4.6 on refuse it, and all do while they think. */
  ANTHROPIC,
  /** Mistral: the last message says {@code prefix: true}. */
  PREFIX,
  /** vLLM: {@code continue_final_message}, and no prompt for another message. */
  CONTINUE_FINAL_MESSAGE;

  /** Fields that demand a form of the answer, with which a beginning does not go together. */
  private static final Set<String> FORMS =
      Set.of(
          "format",
          "guided_json",
          "guided_regex",
          "guided_choice",
          "guided_grammar",
          "grammar",
          "structured_outputs");

  /** Whether a model takes one. */
  public boolean takes(@Nullable String model) {
    return switch (this) {
      case NONE -> false;
      case LAST_MESSAGE, PREFIX, CONTINUE_FINAL_MESSAGE -> true;
      case ANTHROPIC -> model != null && AnthropicModel.of(model).prefill();
    };
  }

  /**
   * Whether this chat request leaves room for one: it asks for one free text, and does not give a
   * beginning itself.
   */
  public boolean suits(ObjectNode chat) {
    JsonNode messages = chat.path("messages");
    String last = messages.path(messages.size() - 1).path("role").asText();
    return !last.equals("assistant")
        && chat.path("n").asInt(1) == 1
        && chat.path("response_format").path("type").asText("text").equals("text")
        && FORMS.stream().noneMatch(chat::hasNonNull)
        && !(this == ANTHROPIC && thinks(chat));
  }

  private static boolean thinks(ObjectNode chat) {
    return chat.path("thinking").isObject()
            && !chat.path("thinking").path("type").asText().equals("disabled")
        || chat.hasNonNull("reasoning_effort")
            && !chat.path("reasoning_effort").asText().equals("none");
  }

  /**
   * The chat request with the beginning of its answer.
   *
   * @param text without white space at its end: Anthropic refuses that, and to the others it is
   *     half a token
   */
  public ObjectNode write(ObjectNode chat, String text) {
    ObjectNode body = chat.objectNode().setAll(chat);
    ArrayNode messages = body.putArray("messages");
    messages.addAll((ArrayNode) chat.get("messages"));
    ObjectNode begun = messages.addObject().put("role", "assistant").put("content", text);
    switch (this) {
      case NONE -> throw new IllegalStateException("this vendor takes no prefill");
      case LAST_MESSAGE, ANTHROPIC -> {}
      case PREFIX -> begun.put("prefix", true);
      case CONTINUE_FINAL_MESSAGE ->
          body.put("continue_final_message", true).put("add_generation_prompt", false);
    }
    return body;
  }
}
