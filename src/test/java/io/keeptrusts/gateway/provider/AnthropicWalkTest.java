package io.keeptrusts.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Received;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.Sse;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A chat client asks Anthropic through the whole gateway, over real sockets, with policies in
 * between.
 */
class AnthropicWalkTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ASK =
      """
      {"model":"claude-sonnet-4-5","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hello"}]}""";

  private FakeUpstream upstream;
  private TestGateway gateway;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
    gateway =
        TestGateway.start(
            TestGateway.pack(upstream.baseUrl(), "pii-detector, audit-logger", "")
                .replace("provider: openai", "provider: anthropic")
                .replace("gpt-4o", "claude-sonnet-4-5"));
  }

  @AfterEach
  void stop() {
    gateway.close();
    upstream.close();
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A message whose content is these blocks. */
  private static JsonNode message(String blocks, String stop) {
    return json(
        """
        {"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[%s],"stop_reason":"%s",
         "usage":{"input_tokens":3,"output_tokens":4}}"""
            .formatted(blocks, stop));
  }

  private static String stream(JsonNode message, int size) {
    AnthropicSse sse = new AnthropicSse().start(message);
    int index = 0;
    for (JsonNode block : message.path("content")) {
      sse.block(index++, block, size);
    }
    return sse.stop(message).toString();
  }

  private String ask(String body) {
    try (RawClient client = RawClient.connect(gateway.url())) {
      return client.post("/v1/chat/completions", body).readAll();
    }
  }

  private JsonNode streamed(JsonNode message, int size) {
    upstream.reply(Reply.sse(stream(message, size)).cutRandomly(size));
    List<JsonNode> frames = new ArrayList<>();
    List<Sse.Event> events = Sse.parse(ask(ASK));
    assertThat(events.getLast().data()).isEqualTo("[DONE]");
    events.subList(0, events.size() - 1).forEach(event -> frames.add(json(event.data())));
    return new Told(frames, true, null).answer();
  }

  private JsonNode whole(JsonNode message) {
    upstream.reply(Reply.json(200, message.toString()));
    return json(
        ask(ASK.replace("\"stream\":true,\"stream_options\":{\"include_usage\":true},", "")));
  }

  /** Every way to read the message: whole, and streamed in pieces of several sizes. */
  private Stream<JsonNode> everyWay(JsonNode message) {
    return Stream.concat(
        Stream.of(whole(message)),
        Stream.of(1, 2, 3, 5, 8, 13, 1000).map(size -> streamed(message, size)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'text','text':'Write to '},{'type':'text','text':'jane.doe@exam'},{'type':'text','text':'ple.com'}",
        "{'type':'text','text':'See','citations':[{'type':'web_search_result_location','url':'https://a.example/','title':'by jane.doe@example.com'}]}"
      })
  void aSecretIsMaskedAcrossBlocksAndInCitations(String blocks) {
    JsonNode message = message(blocks.replace('\'', '"'), "end_turn");
    assertThat(everyWay(message))
        .allSatisfy(
            answer -> {
              assertThat(answer.toString())
                  .contains("[EMAIL_REDACTED]")
                  .doesNotContain("jane", "doe@", "ple.com");
              Told.complete(answer);
            });
  }

  @Test
  void aThoughtThatWasMaskedLosesItsSignatureAndOnlyThat() {
    JsonNode message =
        message(
            """
        {"type":"thinking","thinking":"The tide.","signature":"b25l"},
        {"type":"thinking","thinking":"I write to jane.doe@example.com","signature":"dHdv"},
        {"type":"thinking","thinking":"It ends in jane.doe@exam","signature":"dGhyZWU="},
        {"type":"text","text":"Done."}""",
            "end_turn");
    assertThat(everyWay(message))
        .allSatisfy(
            answer ->
                assertThat(answer.at("/choices/0/message/thinking_blocks"))
                    .isEqualTo(
                        json(
                            """
            [{"index":0,"type":"thinking","thinking":"The tide.","signature":"b25l"},
             {"index":1,"type":"thinking","thinking":"I write to [EMAIL_REDACTED]","signature":""},
             {"index":2,"type":"thinking","thinking":"It ends in jane.doe@exam","signature":"dGhyZWU="}]""")));
  }

  @Test
  void aSignatureThatAnotherGatewayPassesOnStaysOnlyOverAnUnchangedText() {
    String chunk =
        "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{%s},\"finish_reason\":%s}]}\n\n";
    String[] blocks = {"I write to ", "jane.doe@exam", "ple.com"};
    StringBuilder stream = new StringBuilder(chunk.formatted("\"role\":\"assistant\"", "null"));
    for (String text : blocks) {
      stream.append(
          chunk.formatted(
              "\"thinking_blocks\":[{\"index\":0,\"type\":\"thinking\",\"thinking\":\""
                  + text
                  + "\"}]",
              "null"));
      stream.append(
          chunk.formatted(
              "\"thinking_blocks\":[{\"index\":1,\"type\":\"thinking\",\"thinking\":\"tide@\"}]",
              "null"));
    }
    stream.append(
        chunk.formatted("\"thinking_blocks\":[{\"index\":0,\"signature\":\"b25l\"}]", "null"));
    stream.append(
        chunk.formatted("\"thinking_blocks\":[{\"index\":1,\"signature\":\"dHdv\"}]", "null"));
    stream
        .append(chunk.formatted("\"content\":\"Done.\"", "null"))
        .append(chunk.formatted("", "\"stop\""))
        .append("data: [DONE]\n\n");
    upstream.reply(Reply.sse(stream.toString()));
    gateway.repack(
        TestGateway.pack(upstream.baseUrl(), "pii-detector", "")
            .replace("gpt-4o", "claude-sonnet-4-5"));
    StringBuilder[] texts = {new StringBuilder(), new StringBuilder()};
    StringBuilder[] signatures = {new StringBuilder(), new StringBuilder()};
    for (Sse.Event event : Sse.parse(ask(ASK))) {
      if (!event.data().equals("[DONE]")) {
        for (JsonNode block : json(event.data()).at("/choices/0/delta/thinking_blocks")) {
          int index = block.path("index").asInt();
          assertThat(signatures[index]).as("the signature closes its text").isEmpty();
          texts[index].append(block.path("thinking").asText(""));
          signatures[index].append(block.path("signature").asText(""));
        }
      }
    }
    assertThat(texts)
        .extracting(StringBuilder::toString)
        .containsExactly("I write to [EMAIL_REDACTED]", "tide@tide@tide@");
    assertThat(signatures).extracting(StringBuilder::toString).containsExactly("", "dHdv");
  }

  @Test
  void theGatewaysKeyIsSentAndWhatIsDroppedIsSaid() {
    upstream.reply(
        Reply.sse(stream(message("{\"type\":\"text\",\"text\":\"Hi\"}", "end_turn"), 9)));
    try (RawClient client = RawClient.connect(gateway.url())) {
      client
          .post(
              "/v1/chat/completions",
              ASK.replace("\"stream\":true", "\"stream\":true,\"seed\":7,\"temperature\":1.5"))
          .readAll();
      assertThat(client.header("x-keeptrusts-dropped").orElseThrow().split(", "))
          .containsExactlyInAnyOrder("seed", "temperature");
    }
    Received request = upstream.requests().getLast();
    assertThat(request.uri()).isEqualTo("/v1/messages");
    assertThat(request.headers().get("x-api-key")).isEqualTo("sk-test-0123456789abcdef");
    assertThat(request.headers().get("anthropic-version")).isEqualTo("2023-06-01");
    assertThat(json(request.text()).path("temperature").asInt()).isEqualTo(1);
  }

  @Test
  void aConversationWithThinkingAndToolsGoesOn() {
    JsonNode message =
        message(
            """
        {"type":"thinking","thinking":"The tide.","signature":"b25l"},
        {"type":"redacted_thinking","data":"dHdv"},
        {"type":"tool_use","id":"toolu_1","name":"tide","input":{"at":"noon"}}""",
            "tool_use");
    JsonNode turn = streamed(message, 4).at("/choices/0/message");
    String next =
        json(ASK).path("messages").get(0)
            + ","
            + turn
            + ",{\"role\":\"tool\",\"tool_call_id\":\"toolu_1\",\"content\":\"3 m\"}";
    upstream.reply(
        Reply.sse(stream(message("{\"type\":\"text\",\"text\":\"3 m.\"}", "end_turn"), 3)));
    ask(
        """
        {"model":"claude-sonnet-4-5","stream":true,"reasoning_effort":"low","messages":[%s],
         "tools":[{"type":"function","function":{"name":"tide"}}]}"""
            .formatted(next));
    JsonNode sent = json(upstream.requests().getLast().text());
    assertThat(sent.at("/thinking/type").asText()).isEqualTo("enabled");
    assertThat(sent.at("/messages/1/content")).isEqualTo(message.path("content"));
    assertThat(sent.at("/messages/2/content/0/tool_use_id").asText()).isEqualTo("toolu_1");
  }
}
