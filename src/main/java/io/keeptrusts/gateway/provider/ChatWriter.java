package io.keeptrusts.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Frame;
import io.keeptrusts.gateway.wire.Bytes;
import io.keeptrusts.gateway.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the frames of a chat completion for protocols that say it in other words. One per answer.
 * Strict where clients are: one role per choice, a tool's id and name once, indices dense from 0,
 * one finish chunk per choice.
 */
public final class ChatWriter implements ChatParts {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Protocol.Sink sink;
  private final ChatShape shape = new ChatShape();
  private final Frame frame = new Frame();
  private final Bytes json = new Bytes(512);
  private final Set<Integer> begun = new HashSet<>();
  private String id = "chatcmpl-unknown";
  private String model = "";
  private long created = System.currentTimeMillis() / 1000;

  public ChatWriter(Protocol.Sink sink) {
    this.sink = sink;
  }

  public ChatShape shape() {
    return shape;
  }

  /** What every chunk says of the answer; the first word counts. */
  @Override
  public void start(String answerId, String ofModel, long createdSeconds) {
    id = answerId;
    model = ofModel;
    if (createdSeconds > 0) {
      created = createdSeconds;
    }
  }

  @Override
  public void content(int choice, String text) {
    text(choice, "content", text);
  }

  /**
   * @param logprobs OpenAI's entries for this text; null for none
   */
  public void content(int choice, String text, @Nullable JsonNode logprobs) {
    if (logprobs == null || text.isEmpty()) {
      content(choice, text);
      return;
    }
    open(choice);
    json.ascii("\"content\":\"");
    JsonText.encode(text, 0, text.length(), json);
    json.ascii("\"},\"logprobs\":{\"content\":");
    json.add(bytes(logprobs));
    json.ascii("},\"finish_reason\":null}]}");
    send();
  }

  @Override
  public void reasoning(int choice, String text) {
    text(choice, "reasoning_content", text);
  }

  @Override
  public void refusal(int choice, String text) {
    text(choice, "refusal", text);
  }

  private void text(int choice, String field, String text) {
    if (!text.isEmpty()) {
      open(choice);
      json.ascii("\"" + field + "\":\"");
      JsonText.encode(text, 0, text.length(), json);
      close("\"");
    }
  }

  /** A tool call begins; its arguments follow. */
  @Override
  public void toolCall(int choice, int index, String callId, String name) {
    open(choice);
    json.ascii("\"tool_calls\":[{\"index\":" + index + ",\"id\":\"");
    JsonText.encode(callId, 0, callId.length(), json);
    json.ascii("\",\"type\":\"function\",\"function\":{\"name\":\"");
    JsonText.encode(name, 0, name.length(), json);
    close("\",\"arguments\":\"\"}}]");
  }

  /** A piece of the arguments of a call that has begun. */
  @Override
  public void arguments(int choice, int index, String piece) {
    if (!piece.isEmpty()) {
      open(choice);
      json.ascii("\"tool_calls\":[{\"index\":" + index + ",\"function\":{\"arguments\":\"");
      JsonText.encode(piece, 0, piece.length(), json);
      close("\"}}]");
    }
  }

  /** A member of the delta that OpenAI does not have, such as {@code thinking_blocks}. */
  @Override
  public void extension(int choice, String key, JsonNode value) {
    open(choice);
    json.ascii("\"" + key + "\":");
    json.add(bytes(value));
    close("");
  }

  private void open(int choice) {
    head();
    json.ascii("\"choices\":[{\"index\":" + choice + ",\"delta\":{");
    if (begun.add(choice)) {
      json.ascii("\"role\":\"assistant\",");
    }
  }

  private void close(String tail) {
    json.ascii(tail);
    json.ascii("},\"logprobs\":null,\"finish_reason\":null}]}");
    send();
  }

  /** The end of a choice, once. */
  @Override
  public void finish(int choice, String reason) {
    finish(choice, reason, null);
  }

  /** The end of a choice, with the provider's own word where OpenAI has none for it. */
  public void finish(int choice, String reason, @Nullable String nativeReason) {
    head();
    json.ascii("\"choices\":[{\"index\":" + choice + ",\"delta\":{");
    json.ascii(begun.add(choice) ? "\"role\":\"assistant\",\"content\":\"\"" : "");
    json.ascii("},\"logprobs\":null,\"finish_reason\":\"" + reason + "\"");
    if (nativeReason != null) {
      json.ascii(",\"native_finish_reason\":\"");
      JsonText.encode(nativeReason, 0, nativeReason.length(), json);
      json.ascii("\"");
    }
    json.ascii("}]}");
    send();
  }

  /** The chunk that brings nothing but usage; null: not counted. */
  @Override
  public void usage(long prompt, long completion, @Nullable Long cached, @Nullable Long reasoning) {
    head();
    json.ascii("\"choices\":[],\"usage\":");
    json.add(bytes(usageNode(prompt, completion, cached, reasoning)));
    json.ascii("}");
    send();
  }

  /** OpenAI's usage object. */
  public static ObjectNode usageNode(
      long prompt, long completion, @Nullable Long cached, @Nullable Long reasoning) {
    ObjectNode usage = JSON.createObjectNode();
    usage
        .put("prompt_tokens", prompt)
        .put("completion_tokens", completion)
        .put("total_tokens", prompt + completion);
    if (cached != null) {
      usage.putObject("prompt_tokens_details").put("cached_tokens", cached);
    }
    if (reasoning != null) {
      usage.putObject("completion_tokens_details").put("reasoning_tokens", reasoning);
    }
    return usage;
  }

  /** A whole answer, {@code chat.completion}: every channel ends with it. */
  public void whole(ObjectNode answer) {
    byte[] bytes = bytes(answer);
    frame.load(bytes, 0, bytes.length);
    shape.index(frame);
    frame.complete();
    frame.worth();
    sink.frame(frame);
  }

  private void head() {
    json.reset();
    json.ascii("{\"id\":\"");
    JsonText.encode(id, 0, id.length(), json);
    json.ascii("\",\"object\":\"chat.completion.chunk\",\"created\":" + created + ",\"model\":\"");
    JsonText.encode(model, 0, model.length(), json);
    json.ascii("\",");
  }

  private void send() {
    frame.load(json.array(), 0, json.length());
    shape.index(frame);
    sink.frame(frame);
  }

  private static byte[] bytes(JsonNode node) {
    // By way of a string, because half a surrogate pair, which a provider can escape, would be an
    // exception in bytes.
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }
}
