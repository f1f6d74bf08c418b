package io.keeptrusts.gateway.provider.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import org.jspecify.annotations.Nullable;

/** To whom an answer is told as chat. Texts are pieces, never empty; a tool call is whole. */
interface Told {
  /** Before everything else, once; 0: time unknown. */
  void start(String id, String model, long createdSeconds);

  /**
   * @param tokens OpenAI's {@code logprobs.content} of this piece
   */
  void content(int choice, String text, @Nullable ArrayNode tokens);

  void reasoning(int choice, String text);

  /**
   * @param call an entry of {@code tool_calls}, with its index
   */
  void toolCall(int choice, JsonNode call);

  /**
   * A member of the message that OpenAI does not have in its deltas; each key at most once in a
   * choice, but for lists.
   */
  void extension(int choice, String key, JsonNode value);

  /**
   * @param nativeReason Gemini's own word where OpenAI has none for it
   */
  void finish(int choice, String reason, @Nullable String nativeReason);

  void usage(long prompt, long completion, long cached, long reasoning);
}
