package io.keeptrusts.gateway.responses;

import java.util.ArrayList;
import java.util.List;

/** A Responses stream as OpenAI would tell it, written event by event. */
public final class Told {
  private static final String RESPONSE =
      """
      "response":{"id":"resp_1","object":"response","created_at":1700000000,"status":"%s","error":null,"incomplete_details":%s,\
      "instructions":null,"metadata":{},"model":"gpt-4o","output":[%s],"parallel_tool_calls":true,"temperature":1.0,\
      "tool_choice":"auto","tools":[],"top_p":1.0,"usage":%s}""";
  private static final String USAGE =
      """
      {"input_tokens":9,"input_tokens_details":{"cached_tokens":4},"output_tokens":12,\
      "output_tokens_details":{"reasoning_tokens":3},"total_tokens":21}""";

  private final StringBuilder stream = new StringBuilder();
  private final List<String> output = new ArrayList<>();
  private int number;

  public static Told begin() {
    return new Told()
        .event("response.created", RESPONSE.formatted("in_progress", "null", "", "null"))
        .event("response.in_progress", RESPONSE.formatted("in_progress", "null", "", "null"));
  }

  /**
   * @param members of the event, without its braces
   */
  public Told event(String type, String members) {
    stream
        .append("event: ")
        .append(type)
        .append("\ndata: {\"type\":\"")
        .append(type)
        .append("\",\"sequence_number\":");
    stream.append(number++).append(',').append(members).append("}\n\n");
    return this;
  }

  public Told text(String... pieces) {
    int index = output.size();
    String at = "\"item_id\":\"msg_1\",\"output_index\":" + index + ",\"content_index\":0";
    String part =
        "{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":\""
            + String.join("", pieces)
            + "\"}";
    String empty = "{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"\"}";
    String item =
        "{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\"%s\",\"content\":[%s],\"role\":\"assistant\"}";
    added(item.formatted("in_progress", ""));
    event("response.content_part.added", at + ",\"part\":" + empty);
    for (String piece : pieces) {
      event("response.output_text.delta", at + ",\"delta\":\"" + piece + "\",\"logprobs\":[]");
    }
    event(
        "response.output_text.done",
        at + ",\"text\":\"" + String.join("", pieces) + "\",\"logprobs\":[]");
    event("response.content_part.done", at + ",\"part\":" + part);
    return done(item.formatted("completed", part));
  }

  /**
   * @param pieces of JSON, escaped as in a JSON string
   */
  public Told call(String name, String... pieces) {
    String at = "\"item_id\":\"fc_1\",\"output_index\":" + output.size();
    String item =
        "{\"id\":\"fc_1\",\"type\":\"function_call\",\"status\":\"%s\",\"arguments\":\"%s\",\"call_id\":\"call_1\",\"name\":\""
            + name
            + "\"}";
    added(item.formatted("in_progress", ""));
    for (String piece : pieces) {
      event("response.function_call_arguments.delta", at + ",\"delta\":\"" + piece + "\"");
    }
    event(
        "response.function_call_arguments.done",
        at + ",\"arguments\":\"" + String.join("", pieces) + "\"");
    return done(item.formatted("completed", String.join("", pieces)));
  }

  public Told reasoning(String... pieces) {
    String at = "\"item_id\":\"rs_1\",\"output_index\":" + output.size() + ",\"summary_index\":0";
    String part = "{\"type\":\"summary_text\",\"text\":\"%s\"}";
    String item =
        "{\"id\":\"rs_1\",\"type\":\"reasoning\",\"summary\":[%s],\"encrypted_content\":\"gAAAA1\"}";
    String whole = part.formatted(String.join("", pieces));
    added(item.formatted(""));
    event("response.reasoning_summary_part.added", at + ",\"part\":" + part.formatted(""));
    for (String piece : pieces) {
      event("response.reasoning_summary_text.delta", at + ",\"delta\":\"" + piece + "\"");
    }
    event(
        "response.reasoning_summary_text.done",
        at + ",\"text\":\"" + String.join("", pieces) + "\"");
    event("response.reasoning_summary_part.done", at + ",\"part\":" + whole);
    return done(item.formatted(whole));
  }

  public Told added(String item) {
    return event(
        "response.output_item.added", "\"output_index\":" + output.size() + ",\"item\":" + item);
  }

  public Told done(String item) {
    event("response.output_item.done", "\"output_index\":" + output.size() + ",\"item\":" + item);
    output.add(item);
    return this;
  }

  public String completed() {
    event(
        "response.completed",
        RESPONSE.formatted("completed", "null", String.join(",", output), USAGE));
    return stream.toString();
  }

  public String incomplete() {
    String details = "{\"reason\":\"max_output_tokens\"}";
    event(
        "response.incomplete",
        RESPONSE.formatted("incomplete", details, String.join(",", output), USAGE));
    return stream.toString();
  }

  /** What was told so far, without an end. */
  public String cut() {
    return stream.toString();
  }

  /** The same answer, not streamed. */
  public String whole() {
    return "{"
        + RESPONSE
            .substring("\"response\":{".length())
            .formatted("completed", "null", String.join(",", output), USAGE);
  }
}
