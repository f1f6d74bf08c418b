package io.keeptrusts.gateway.provider.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.keeptrusts.gateway.provider.ChatWriter;
import org.jspecify.annotations.Nullable;

/** Tells an answer as chunks of a stream. */
record ToldInChunks(ChatWriter writer) implements Told {

  @Override
  public void start(String id, String model, long createdSeconds) {
    writer.start(id, model, createdSeconds);
  }

  @Override
  public void content(int choice, String text, @Nullable ArrayNode tokens) {
    writer.content(choice, text, tokens);
  }

  @Override
  public void reasoning(int choice, String text) {
    writer.reasoning(choice, text);
  }

  @Override
  public void toolCall(int choice, JsonNode call) {
    writer.extension(choice, "tool_calls", Json.array().add(call));
  }

  @Override
  public void extension(int choice, String key, JsonNode value) {
    writer.extension(choice, key, value);
  }

  @Override
  public void finish(int choice, String reason, @Nullable String nativeReason) {
    writer.finish(choice, reason, nativeReason);
  }

  @Override
  public void usage(long prompt, long completion, long cached, long reasoning) {
    writer.usage(prompt, completion, cached, reasoning);
  }
}
