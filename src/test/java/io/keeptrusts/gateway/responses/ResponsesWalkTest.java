package io.keeptrusts.gateway.responses;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResponsesWalkTest {
  private static final String ASK =
      """
      {"model":"gpt-4o","stream":true,"input":"Hello"}""";

  private FakeUpstream upstream;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private static String events(String... events) {
    StringBuilder stream = new StringBuilder();
    int number = 0;
    for (String event : events) {
      int space = event.indexOf(' ');
      String type = event.substring(0, space);
      stream.append("event: ").append(type).append("\ndata: {\"type\":\"").append(type);
      stream.append("\",\"sequence_number\":").append(number++).append(',').append(event.substring(space + 1)).append("}\n\n");
    }
    return stream.toString();
  }

  private static String text(String... pieces) {
    String whole = String.join("", pieces);
    String at = "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0";
    String part = "{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"%s\"}";
    String item = "{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\"%s\",\"content\":[%s],\"role\":\"assistant\"}";
    String response = "\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1,\"status\":\"%s\",\"model\":\"gpt-4o\",\"output\":[%s]}";
    java.util.List<String> events = new java.util.ArrayList<>();
    events.add("response.created " + response.formatted("in_progress", ""));
    events.add("response.output_item.added \"output_index\":0,\"item\":" + item.formatted("in_progress", ""));
    events.add("response.content_part.added " + at + ",\"part\":" + part.formatted(""));
    for (String piece : pieces) {
      events.add("response.output_text.delta " + at + ",\"delta\":\"" + piece + "\",\"logprobs\":[]");
    }
    events.add("response.output_text.done " + at + ",\"text\":\"" + whole + "\",\"logprobs\":[]");
    events.add("response.content_part.done " + at + ",\"part\":" + part.formatted(whole));
    String done = item.formatted("completed", part.formatted(whole));
    events.add("response.output_item.done \"output_index\":0,\"item\":" + done);
    events.add("response.completed " + response.formatted("completed", done));
    return events(events.toArray(String[]::new));
  }

  private String ask(TestGateway gateway, String body) {
    try (RawClient client = RawClient.connect(gateway.url())) {
      return client.post("/v1/responses", body).readAll();
    }
  }

  @Test
  void bytesThatNoPolicyChangedGoOutAsTheyCame() {
    String stream = text("Hi ", "there. ");
    upstream.reply(Reply.sse(stream));
    try (TestGateway gateway = TestGateway.start(TestGateway.pack(upstream.baseUrl(), "pii-detector", ""))) {
      assertThat(ask(gateway, ASK)).isEqualTo(stream);
      assertThat(upstream.take().uri()).isEqualTo("/v1/responses");
    }
  }

  @Test
  void anAddressCutAcrossDeltasIsMaskedWhereverItIsRepeated() {
    upstream.reply(Reply.sse(text("Write to jane.d", "oe@exam", "ple.com")));
    try (TestGateway gateway = TestGateway.start(TestGateway.pack(upstream.baseUrl(), "pii-detector", ""))) {
      String answer = ask(gateway, ASK);
      assertThat(answer).doesNotContain("jane").doesNotContain("exam");
      assertThat(answer).isEqualTo(text("Write to ", "[EMAIL_REDACTED]"));
    }
  }
}
