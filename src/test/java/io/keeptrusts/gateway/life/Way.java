package io.keeptrusts.gateway.life;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.responses.Told;
import io.keeptrusts.gateway.testing.Reply;

/** The ways an answer may go. */
enum Way {
  CHAT_STREAM("openai", Talk.CHAT, true),
  CHAT_WHOLE("openai", Talk.CHAT, false),
  RESPONSES_STREAM("openai", "/v1/responses", true),
  RESPONSES_WHOLE("openai", "/v1/responses", false),
  BRIDGED_STREAM("groq", "/v1/responses", true),
  BRIDGED_WHOLE("groq", "/v1/responses", false);

  private static final String USAGE =
      "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}";

  final String vendor;
  final String path;
  final boolean stream;

  Way(String vendor, String path, boolean stream) {
    this.vendor = vendor;
    this.path = path;
    this.stream = stream;
  }

  boolean chat() {
    return path.equals(Talk.CHAT);
  }

  String ask() {
    return chat()
        ? Talk.ask(stream, "")
        : "{\"model\":\"gpt-4o\",\"previous_response_id\":%s,\"stream\":%s,\"input\":\"Hello\"}"
            .formatted(vendor.equals("openai") ? "\"resp_0\"" : "null", stream);
  }

  Reply reply(String text) {
    if (chat() || vendor.equals("groq")) {
      String usage = Talk.chunk(0, "{}", null).replaceFirst("\\[.*]", "[]," + USAGE);
      String whole = Talk.whole(text).replaceFirst("}$", "," + USAGE + "}");
      return stream
          ? Reply.sse(Talk.stream(text).replace(Talk.DONE, usage + Talk.DONE))
          : Reply.json(200, whole);
    }
    Told told = Told.begin().text(text);
    return stream ? Reply.sse(told.completed()) : Reply.json(200, told.whole());
  }

  /** The text as the client puts it together; the last event is told apart. */
  String text(String body) {
    if (chat()) {
      return stream
          ? Talk.content(body)
          : Talk.json(body).at("/choices/0/message/content").asText();
    }
    return last(body).at("/output/0/content/0/text").asText();
  }

  /** The answer as a whole: in a stream of responses it stands in the last event. */
  JsonNode last(String body) {
    JsonNode last = stream ? Talk.events(body).getLast() : Talk.json(body);
    return !chat() && stream ? last.path("response") : last;
  }

  JsonNode report(String body) {
    return (stream ? Talk.events(body).getLast() : Talk.json(body)).path("keeptrusts");
  }
}
