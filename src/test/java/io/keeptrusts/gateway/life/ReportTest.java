package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.ASK_WHOLE;
import static io.keeptrusts.gateway.life.Talk.DONE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.responses.Told;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What policies report of an answer stands in its last event, and nothing else changes. */
class ReportTest {
  private static final String RESPONSES = "/v1/responses";
  private static final String ASK_RESPONSE =
      "{\"model\":\"gpt-4o\",\"stream\":%s,\"input\":\"Hello\"}";
  private static final String USAGE =
      "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-4o\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}}\n\n";
  private static final String REPORT = "{\"one\":{\"score\":0.5},\"two\":{\"score\":0.25}}";
  private static final String MEMBER = ",\"keeptrusts\":" + REPORT;

  private FakeUpstream upstream;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private static AnswerKind reporting(String name, double score, Verdict.OnAnswer then) {
    return new AnswerKind(
        name,
        (answer, prompt, judge) ->
            new Verdict.Report(JsonNodeFactory.instance.objectNode().put("score", score), then));
  }

  private Heard ask(
      Reply reply, String vendor, String path, String request, Verdict.OnAnswer second) {
    upstream.reply(reply);
    String pack =
        TestGateway.pack(upstream.baseUrl(), "pii-detector, one, two, audit-logger", "")
            .replace("provider: openai", "provider: " + vendor);
    AnswerKind one = reporting("one", 0.5, Verdict.ALLOW);
    AnswerKind two = reporting("two", 0.25, second);
    try (TestGateway gateway = TestGateway.start(Map.of(), pack, one, two)) {
      return Talk.send(gateway, "POST", path, Map.of(), request.getBytes(UTF_8));
    }
  }

  private Heard ask(Reply reply, String vendor, String path, String request) {
    return ask(reply, vendor, path, request, Verdict.ALLOW);
  }

  @Test
  void inTheFrameBeforeTheEndMark() {
    String stream = Talk.stream("All is ", "well. ");

    Heard heard = ask(Reply.sse(stream), "openai", Talk.CHAT, ASK);

    assertThat(heard.body())
        .isEqualTo(stream.replace("}\n\n" + DONE, MEMBER + "}\n\n" + DONE))
        .contains(REPORT);
  }

  @Test
  void inTheUsageChunkOfAClientThatAskedForIt() {
    String stream = Talk.stream("All is well.").replace(DONE, USAGE + DONE);

    Heard heard =
        ask(
            Reply.sse(stream),
            "openai",
            Talk.CHAT,
            Talk.ask(true, ",\"stream_options\":{\"include_usage\":true}"));

    assertThat(Talk.events(heard.body()).getLast())
        .isEqualTo(Talk.json(USAGE.substring(6).strip().replaceFirst("}$", MEMBER + "}")));
    assertThat(heard.body()).containsOnlyOnce("keeptrusts").endsWith(DONE);
  }

  @Test
  void inTheFinishChunkWhereUsageIsWithheld() {
    String stream = Talk.stream("All is well.").replace(DONE, USAGE + DONE);

    Heard heard = ask(Reply.sse(stream), "openai", Talk.CHAT, ASK);

    JsonNode last = Talk.events(heard.body()).getLast();
    assertThat(last.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(last.path("keeptrusts")).isEqualTo(Talk.json(REPORT));
  }

  @Test
  void inABodyThatIsNotStreamed() {
    String whole = Talk.whole("All is well.");

    Heard heard = ask(Reply.json(200, whole + "\n"), "openai", Talk.CHAT, ASK_WHOLE);

    assertThat(heard.body()).isEqualTo(whole.replaceFirst("}$", MEMBER + "}\n"));
  }

  @Test
  void inTheTerminalEventOfResponses() {
    String stream = Told.begin().text("All is ", "well.").completed();

    Heard heard = ask(Reply.sse(stream), "openai", RESPONSES, ASK_RESPONSE.formatted(true));

    assertThat(heard.body()).isEqualTo(stream.replaceFirst("}\n\n$", MEMBER + "}\n\n"));
  }

  @Test
  void inTheTerminalEventOfAnIncompleteResponse() {
    String stream = Told.begin().text("All is ", "well.").incomplete();

    Heard heard = ask(Reply.sse(stream), "openai", RESPONSES, ASK_RESPONSE.formatted(true));

    assertThat(heard.body()).isEqualTo(stream.replaceFirst("}\n\n$", MEMBER + "}\n\n"));
  }

  @Test
  void inAResponseThatIsNotStreamed() {
    String whole = Told.begin().text("All is well.").whole();

    Heard heard = ask(Reply.json(200, whole), "openai", RESPONSES, ASK_RESPONSE.formatted(false));

    assertThat(heard.body()).isEqualTo(whole.replaceFirst("}$", MEMBER + "}"));
  }

  @Test
  void inTheTerminalEventOfABridgedResponse() {
    Heard heard =
        ask(
            Reply.sse(Talk.stream("All is well.")),
            "groq",
            RESPONSES,
            ASK_RESPONSE.formatted(true));

    List<JsonNode> events = Talk.events(heard.body());
    assertThat(events.getLast().path("type").asText()).isEqualTo("response.completed");
    assertThat(events.getLast().path("keeptrusts")).isEqualTo(Talk.json(REPORT));
    assertThat(heard.body()).containsOnlyOnce("keeptrusts");
  }

  @Test
  void inABridgedResponseThatIsNotStreamed() {
    Heard heard =
        ask(
            Reply.json(200, Talk.whole("All is well.")),
            "groq",
            RESPONSES,
            ASK_RESPONSE.formatted(false));

    assertThat(Talk.json(heard.body()).path("object").asText()).isEqualTo("response");
    assertThat(Talk.json(heard.body()).path("keeptrusts")).isEqualTo(Talk.json(REPORT));
  }

  @Test
  void inThePlaceOfWhatTheProviderCallsSo() {
    String whole =
        Talk.whole("All is well.")
            .replace("\"object\"", "\"keeptrusts\":{\"one\":[1,\"x\"]},\"object\"");

    Heard heard = ask(Reply.json(200, whole), "openai", Talk.CHAT, ASK_WHOLE);

    assertThat(heard.body()).isEqualTo(whole.replace("{\"one\":[1,\"x\"]}", REPORT));
  }

  @Test
  void nowhereIfTheAnswerIsBlocked() {
    Heard heard =
        ask(
            Reply.sse(Talk.stream("All is well.")),
            "openai",
            Talk.CHAT,
            ASK,
            Verdict.block("two.low"));

    assertThat(heard.status()).isEqualTo(409);
    assertThat(heard.error().path("policy").asText()).isEqualTo("two");
    assertThat(heard.body()).doesNotContain("keeptrusts").doesNotContain("score");
  }
}
