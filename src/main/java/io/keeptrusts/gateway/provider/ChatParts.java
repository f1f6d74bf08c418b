package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a provider says in OpenAI's words, part by part: {@link ChatWriter} streams it, {@link
 * ChatCollector} collects it into one answer. A protocol that speaks to this interface says the
 * same in both.
 */
public interface ChatParts {
  /** What the answer says of itself. */
  void start(String id, String model, long createdSeconds);

  void content(int choice, String text);

  void reasoning(int choice, String text);

  void refusal(int choice, String text);

  /** A tool call begins; its arguments follow. Indices are dense from 0. */
  void toolCall(int choice, int index, String id, String name);

  void arguments(int choice, int index, String piece);

  /** Items of a list that OpenAI does not have, or does not stream in pieces. */
  void extension(int choice, String key, JsonNode items);

  /** The end of a choice, once. */
  void finish(int choice, String reason);

  /** What was counted; null: not counted. */
  void usage(long prompt, long completion, @Nullable Long cached, @Nullable Long reasoning);
}
