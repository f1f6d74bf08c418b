package io.keeptrusts.gateway.provider.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * One candidate of an answer, a choice of the chat. Its finish reason waits for the end: text can
 * follow a {@code STOP}.
 */
final class Candidate {
  private static final int MAX_MESSAGE = 500;

  private final int index;
  private final Told told;
  private final CallIds ids;
  private final int maxBytes;
  private final Citations citations = new Citations();
  private final StringBuilder text = new StringBuilder();
  private @Nullable PartialCall open;
  private @Nullable FinishReason finish;
  private @Nullable String finishMessage;
  private @Nullable String signature;
  private boolean spoken;
  private int calls;
  private int images;

  Candidate(int index, Told told, CallIds ids, int maxBytes) {
    this.index = index;
    this.told = told;
    this.ids = ids;
    this.maxBytes = maxBytes;
  }

  /** Takes what one chunk says of it. */
  void take(JsonNode candidate) {
    ArrayNode tokens = Tokens.of(candidate.path("logprobsResult"));
    int before = text.length();
    for (JsonNode part : candidate.path("content").path("parts")) {
      part(part, tokens.isEmpty());
    }
    if (!tokens.isEmpty() && text.length() > before) {
      told.content(index, text.substring(before), tokens);
    }
    citations.take(candidate);
    FinishReason reason = FinishReason.of(candidate.path("finishReason"));
    String message = Json.string(candidate, "finishMessage");
    finishMessage = message == null || message.length() > MAX_MESSAGE ? finishMessage : message;
    if (reason != null && (finish == null || !reason.equals(FinishReason.STOP))) {
      finish = reason;
    }
  }

  private void part(JsonNode part, boolean atOnce) {
    String signed = Json.string(part, "thoughtSignature");
    boolean thought = part.path("thought").asBoolean(false);
    if (part.path("functionCall").isObject()) {
      call(part.path("functionCall"), signed);
    } else if (thought) {
      String thinking = Json.string(part, "text");
      if (thinking != null) {
        spoken = true;
        told.reasoning(index, thinking);
      }
    } else {
      signature = signed == null ? signature : signed;
      if (Json.string(part, "text") != null) {
        say(part.path("text").textValue(), atOnce);
      } else if (part.path("executableCode").isObject()) {
        JsonNode code = part.path("executableCode");
        fence(
            code.path("language").asText("").toLowerCase(java.util.Locale.ROOT),
            code.path("code").asText(""),
            atOnce);
      } else if (part.path("codeExecutionResult").isObject()) {
        fence("", part.path("codeExecutionResult").path("output").asText(""), atOnce);
      } else if (part.path("inlineData").isObject()) {
        image(part.path("inlineData"));
      }
    }
  }

  private void say(String piece, boolean atOnce) {
    spoken = true;
    text.append(piece);
    if (atOnce) {
      told.content(index, piece, null);
    }
  }

  /**
   * Code that the provider ran and what it printed belong to the answer: they stand in it as fenced
   * blocks.
   */
  private void fence(String language, String code, boolean atOnce) {
    if (code.isEmpty()) {
      return;
    }
    StringBuilder marks = new StringBuilder("```");
    while (code.contains(marks)) {
      marks.append('`');
    }
    String plain =
        language.chars().allMatch(c -> c >= 'a' && c <= 'z') && language.length() < 20
            ? language
            : "";
    boolean fresh = text.isEmpty() || text.charAt(text.length() - 1) == '\n';
    String end = code.endsWith("\n") ? "" : "\n";
    say((fresh ? "" : "\n") + marks + plain + "\n" + code + end + marks + "\n", atOnce);
  }

  /**
   * In the shape that other gateways use; sound and other data cannot be asked for and are left
   * out.
   */
  private void image(JsonNode data) {
    String type = data.path("mimeType").asText("");
    String base64 = Json.string(data, "data");
    if (type.startsWith("image/") && base64 != null) {
      spoken = true;
      ObjectNode image = Json.object().put("type", "image_url").put("index", images++);
      image.putObject("image_url").put("url", "data:" + type + ";base64," + base64);
      told.extension(index, "images", Json.array().add(image));
    }
  }

  private void call(JsonNode call, @Nullable String signed) {
    if (Json.string(call, "name") != null) {
      close();
      open = new PartialCall(call, signed, maxBytes);
    }
    if (open != null) {
      open.take(call);
      if (!call.path("willContinue").asBoolean(false)) {
        close();
      }
    }
  }

  private void close() {
    PartialCall whole = open;
    if (whole == null) {
      return;
    }
    open = null;
    spoken = true;
    ObjectNode call =
        Json.object().put("index", calls++).put("id", ids.next(whole.id)).put("type", "function");
    call.putObject("function").put("name", whole.name).put("arguments", whole.arguments());
    if (whole.signature != null) {
      call.set("extra_content", signature(whole.signature));
    }
    told.toolCall(index, call);
  }

  /** As Google's own layer for OpenAI's API carries it. */
  private static ObjectNode signature(String value) {
    ObjectNode extra = Json.object();
    extra.putObject("google").put("thought_signature", value);
    return extra;
  }

  /** Whether it said anything. */
  boolean spoken() {
    return spoken;
  }

  /** Whether it said why it ended. */
  boolean ended() {
    return finish != null;
  }

  /** Ended by an error that left nothing: there is no answer to give. */
  boolean failed() {
    return !spoken && finish != null && finish.nativeWord() != null;
  }

  /** What Gemini says of an end that is no regular one. */
  String reason() {
    String word =
        finish == null || finish.nativeWord() == null ? "no finish reason" : finish.nativeWord();
    return finishMessage == null ? word : word + ": " + finishMessage;
  }

  /** The prompt was refused. */
  void block() {
    finish = FinishReason.FILTER;
  }

  /** Tells what waited for the end. */
  void end() {
    close();
    if (citations.any()) {
      ArrayNode annotations = citations.annotations(text);
      if (!annotations.isEmpty()) {
        told.extension(index, "annotations", annotations);
      }
    }
    if (signature != null) {
      told.extension(index, "extra_content", signature(signature));
    }
    FinishReason last = finish == null ? FinishReason.STOP : finish;
    boolean called = calls > 0 && last.word().equals(FinishReason.STOP.word());
    told.finish(index, called ? "tool_calls" : last.word(), last.nativeWord());
  }
}
