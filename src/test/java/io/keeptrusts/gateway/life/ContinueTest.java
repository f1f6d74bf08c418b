package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.ROLE;
import static io.keeptrusts.gateway.life.Talk.ask;
import static io.keeptrusts.gateway.life.Talk.chunk;
import static io.keeptrusts.gateway.life.Talk.post;
import static io.keeptrusts.gateway.life.Talk.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.responses.Told;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream whose provider breaks off: another target goes on with it, or it ends with an error. */
class ContinueTest {
  private static final String USAGE =
      "data: {\"id\":\"c2\",\"object\":\"chat.completion.chunk\",\"created\":2,\"model\":\"other\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,\"total_tokens\":13}}\n\n";
  private static TestGateway gateway;
  private FakeUpstream one;
  private FakeUpstream two;

  @BeforeAll
  static void startGateway() {
    gateway =
        TestGateway.start(
            Map.of("gateway.upstream.idle", "500ms"),
            TestGateway.pack("http://127.0.0.1:9", "", ""));
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  @BeforeEach
  void start() {
    one = FakeUpstream.start();
    two = FakeUpstream.start();
    pack("vllm", "max_retries: 2", "pii-detector");
  }

  @AfterEach
  void stop() {
    Talk.awaitIdle(gateway);
    one.close();
    two.close();
  }

  private void pack(String second, String fallback, String chain) {
    gateway.repack(packed(second, "gpt-4o", fallback, chain));
  }

  private String packed(String second, String model, String fallback, String chain) {
    return """
        pack: {name: test, version: 1.0.0}
        providers:
          stream_failure: continue
          targets:
            - {id: one, provider: openai, model: gpt-4o, base_url: "%s", secret_key_ref: {env: TEST_KEY}}
            - {id: two, provider: %s, model: %s, base_url: "%s", secret_key_ref: {env: TEST_KEY}}
          model_groups:
            - {name: both, targets: [one, two], aliases: [gpt-4o]}
          fallback: {%s}
        policies:
          chain: [%s]
        policy: {}
        """
        .formatted(one.baseUrl(), second, model, two.baseUrl(), fallback, chain);
  }

  /** Says something and breaks off. */
  private static Reply dies(String... events) {
    String said = String.join("", events);
    return Reply.sse(said + "data: {").cuts(said.getBytes(UTF_8).length).closeAfter(1);
  }

  /** The same under another id. */
  private static String other(String events) {
    return events
        .replace("\"c1\"", "\"c2\"")
        .replace("\"created\":1", "\"created\":2")
        .replace("gpt-4o", "other");
  }

  private static Reply goesOn(String... contents) {
    return Reply.sse(other(Talk.stream(contents)).replace(Talk.DONE, USAGE + Talk.DONE));
  }

  private static void assertWhole(Heard heard, String content) {
    assertThat(heard.status()).isEqualTo(200);
    assertThat(Talk.content(heard.body())).as(heard.body()).isEqualTo(content);
    assertThat(Talk.finishes(heard.body())).containsExactly("0:stop");
    assertThat(heard.body()).endsWith(Talk.DONE).doesNotContain("\"error\"");
  }

  @Test
  void itIsOneStream() {
    one.reply(dies(ROLE, text("The tide "), text("comes ")));
    two.reply(goesOn(" in", " at noon."));

    Heard heard = post(gateway, ask(true, ",\"stream_options\":{\"include_usage\":true}"));

    assertWhole(heard, "The tide comes in at noon.");
    for (JsonNode event : Talk.events(heard.body())) {
      assertThat(event.path("id").asText()).isEqualTo("c1");
      assertThat(event.path("model").asText()).isEqualTo("gpt-4o");
      assertThat(event.path("created").asInt()).isEqualTo(1);
    }
    assertThat(heard.body().split("\"role\"", -1)).as("one beginning").hasSize(2);
    assertThat(Talk.events(heard.body()).getLast().at("/usage/prompt_tokens").asInt()).isEqualTo(9);
  }

  @Test
  void whatBothHaveCountedAddsUp() {
    String counted =
        text("Half ")
            .replace(
                "}]}",
                "}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":1,\"total_tokens\":6}}");
    one.reply(dies(ROLE, counted));
    two.reply(goesOn("whole."));

    Heard heard = post(gateway, ask(true, ",\"stream_options\":{\"include_usage\":true}"));

    JsonNode usage = Talk.events(heard.body()).getLast().path("usage");
    assertThat(usage.toString())
        .isEqualTo("{\"prompt_tokens\":14,\"completion_tokens\":5,\"total_tokens\":19}");
  }

  static Stream<Arguments> vendors() {
    String asked =
        "[{\"role\":\"user\",\"content\":\"Hello\"},{\"role\":\"assistant\",\"content\":\"To [EMAIL_REDACTED] it\"%s}]";
    String anthropic =
        """
        data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"claude","content":[],"usage":{"input_tokens":9,"output_tokens":1}}}

        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" went."}}

        data: {"type":"content_block_stop","index":0}

        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":4}}

        data: {"type":"message_stop"}

        """;
    String ollama =
        """
        {"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":" went."},"done":false}
        {"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":4}
        """;
    return Stream.of(
        Arguments.of("mistral", "m", asked.formatted(",\"prefix\":true"), "", goesOn(" went.")),
        Arguments.of(
            "vllm",
            "m",
            asked.formatted(""),
            "\"continue_final_message\":true,\"add_generation_prompt\":false",
            goesOn(" went.")),
        Arguments.of(
            "ollama",
            "m",
            asked.formatted(""),
            "",
            Reply.of(200, Map.of("content-type", "application/x-ndjson"), ollama.getBytes(UTF_8))),
        Arguments.of(
            "anthropic",
            "claude-sonnet-4-5",
            "\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"To [EMAIL_REDACTED] it\"}]",
            "",
            Reply.sse(anthropic)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("vendors")
  void theNextTargetIsGivenWhatTheClientHas(
      String vendor, String model, String messages, String flags, Reply reply) {
    gateway.repack(packed(vendor, model, "max_retries: 1", "pii-detector"));
    one.reply(dies(ROLE, text("To jane.doe@example.com it "), text("joh")));
    two.reply(reply);

    Heard heard = post(gateway, ASK);

    assertWhole(heard, "To [EMAIL_REDACTED] it went.");
    assertThat(two.requests().getFirst().text())
        .contains(messages)
        .contains(flags)
        .doesNotContain("jane")
        .doesNotContain("joh");
  }

  @Test
  void aTextGoesOnThroughThePoliciesAsOne() {
    one.reply(dies(ROLE, text("Not here: my password is "), text("hun")));
    two.reply(goesOn("hunter2secret, and ", "jane.doe@", "example.com."));

    Heard heard = post(gateway, ASK);

    assertThat(Talk.content(heard.body()))
        .isEqualTo("Not here: my password is [PASSWORD_REDACTED], and [EMAIL_REDACTED].");
  }

  /** What can be asked or said so that nobody can go on. */
  static Stream<Arguments> hopeless() {
    String said = ROLE + text("The tide ");
    return Stream.of(
        Arguments.of("two choices", ASK, said + text(1, "Or ")),
        Arguments.of(
            "a tool call",
            ASK,
            said
                + chunk(
                    0,
                    "{\"tool_calls\":[{\"index\":0,\"id\":\"t\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}",
                    null)),
        Arguments.of("a refusal", ASK, said + chunk(0, "{\"refusal\":\"I will not. \"}", null)),
        Arguments.of("thoughts", ASK, said + chunk(0, "{\"reasoning\":\"Hm. \"}", null)),
        Arguments.of("a form", ask(true, ",\"response_format\":{\"type\":\"json_object\"}"), said),
        Arguments.of("a form of vllm's", ask(true, ",\"guided_choice\":[\"a\"]"), said),
        Arguments.of(
            "a beginning of the client's",
            ASK.replace("}]", "},{\"role\":\"assistant\",\"content\":\"So\"}]"),
            said),
        Arguments.of(
            "a match that could reach over the seam",
            ASK,
            ROLE + text("Call 415 555 26x") + text("x1")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hopeless")
  void whereNobodyCanGoOnItEndsWithAnError(String name, String ask, String said) {
    one.reply(dies(said));

    Heard heard = post(gateway, ask);

    assertThat(heard.status()).isEqualTo(200);
    Talk.assertEnvelope(Talk.lastError(heard.body()), "upstream_error", "upstream_error", null);
    assertThat(two.requests()).isEmpty();
  }

  @Test
  void anAnswerThatHasToldItsEndIsNotGoneOnWith() {
    one.reply(Reply.sse(ROLE + text("The tide ") + chunk(0, "{}", "length")).stall());

    Heard heard = post(gateway, ASK);

    assertThat(Talk.lastError(heard.body()).path("code").asText()).isEqualTo("upstream_timeout");
    assertThat(two.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "groq", "google"})
  void aTargetThatTakesNoBeginningIsNotAsked(String vendor) {
    pack(vendor, "max_retries: 2", "pii-detector");
    one.reply(dies(ROLE, text("The tide ")));

    Heard heard = post(gateway, ASK);

    assertThat(Talk.lastError(heard.body()).path("code").asText()).isEqualTo("upstream_error");
    assertThat(two.requests()).isEmpty();
    assertThat(one.requests()).hasSize(1);
  }

  @Test
  void aModelThatRefusesItIsNotAsked() {
    gateway.repack(packed("anthropic", "claude-opus-4-6", "max_retries: 2", "pii-detector"));
    one.reply(dies(ROLE, text("The tide ")));

    assertThat(Talk.lastError(post(gateway, ASK).body()).path("code").asText())
        .isEqualTo("upstream_error");
    assertThat(two.requests()).isEmpty();
  }

  @Test
  void thoughtsThatCameBeforeAreNoObstacle() {
    one.reply(dies(ROLE, chunk(0, "{\"reasoning\":\"Hm. \"}", null), text("The tide ")));
    two.reply(goesOn("comes in."));

    assertWhole(post(gateway, ASK), "The tide comes in.");
  }

  @Test
  void withoutTheKeyItEndsWithAnError() {
    gateway.repack(
        packed("vllm", "gpt-4o", "max_retries: 2", "pii-detector")
            .replace("stream_failure: continue", "stream_failure: error"));
    one.reply(dies(ROLE, text("The tide ")));

    assertThat(Talk.lastError(post(gateway, ASK).body()).path("code").asText())
        .isEqualTo("upstream_error");
    assertThat(two.requests()).isEmpty();
  }

  @Test
  void severalMayGoOnOneAfterTheOtherUntilRetriesAreUsedUp() {
    pack("vllm", "max_retries: 2", "pii-detector");
    one.reply(dies(ROLE, text("One ")));
    two.reply(dies(ROLE, text("two ")));

    Heard heard = post(gateway, ASK);

    // The first target comes next, but it is of a vendor that takes no beginning.
    assertThat(Talk.content(heard.body())).isEqualTo("One two ");
    assertThat(Talk.lastError(heard.body()).path("code").asText()).isEqualTo("upstream_error");
    assertThat(two.requests()).hasSize(1);

    pack("vllm", "max_retries: 5, strategy: ordered", "pii-detector");
    one.reply(dies(ROLE, text("One ")));
    two.reply(dies(ROLE, text("two ")), dies(ROLE, text("three ")), goesOn("four."));

    assertWhole(post(gateway, ASK), "One two three four.");
  }

  @Test
  void aTargetThatRefusesTheBeginningDoesNotMakeItTheClientsMistake() {
    pack("vllm", "max_retries: 1", "pii-detector");
    one.reply(dies(ROLE, text("The tide ")));
    two.reply(Reply.json(400, "{\"error\":{\"message\":\"No such field.\"}}"));

    Heard heard = post(gateway, ASK);

    Talk.assertEnvelope(Talk.lastError(heard.body()), "upstream_error", "upstream_error", null);
    assertThat(Talk.content(heard.body())).isEqualTo("The tide ");
    assertThat(two.requests()).hasSize(1);
  }

  @Test
  void aBlockBehindTheSeamIsOneOfTheWholeStream() {
    gateway.repack(
        packed("vllm", "gpt-4o", "max_retries: 1", "dlp-filter")
            .replace(
                "policy: {}", "policy: {dlp-filter: {blocked_terms: [nightjar], action: block}}"));
    one.reply(dies(ROLE, text("A bird: ")));
    two.reply(goesOn("the ", "nightjar sings."));

    Heard heard = post(gateway, ASK);

    assertThat(Talk.content(heard.body())).isEqualTo("A bird: the ");
    assertThat(Talk.lastError(heard.body()).path("code").asText()).isEqualTo("output_blocked");
    assertThat(Talk.finishes(heard.body())).containsExactly("0:content_filter");
    assertThat(Talk.events(heard.body()))
        .allMatch(e -> !e.has("id") || e.path("id").asText().equals("c1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {" and on.", "\\n\\nAnd on.", "And on."})
  void whiteSpaceAtTheSeamIsSaidOnce(String next) {
    one.reply(dies(ROLE, text("So far.\\n\\n")));
    two.reply(goesOn(next));

    String content = Talk.content(post(gateway, ASK).body());

    assertThat(content)
        .isEqualTo("So far.\n\n" + next.replace("\\n", "\n").replaceFirst("^\n+", ""));
    assertThat(two.requests().getFirst().text()).contains("\"content\":\"So far.\"");
  }

  @Test
  void theSeamIsInTheTrailAndInTheMetrics() throws Exception {
    pack("vllm", "max_retries: 1", "pii-detector, audit-logger");
    one.reply(dies(ROLE, text("The tide ")));
    two.reply(goesOn("comes in."));

    String id = post(gateway, ASK).headers().get("x-request-id");
    Talk.awaitIdle(gateway);

    List<JsonNode> records = trail(id);
    assertThat(records.stream().map(one -> one.path("k").asText()))
        .startsWith("open", "delivered", "seam", "delivered")
        .endsWith("close");
    JsonNode seam = records.get(2);
    assertThat(seam.path("target").asText()).isEqualTo("two");
    assertThat(records.get(1).at("/d/0/1").asText()).isEqualTo("The tide ");
    assertThat(
            gateway
                .metrics()
                .get("keeptrusts.gateway.streams.continued")
                .tag("target", "two")
                .counter()
                .count())
        .isGreaterThanOrEqualTo(1);
    Heard metrics =
        Talk.send(gateway, "GET", "/keeptrusts/providers/metrics", Map.of(), new byte[0]);
    assertThat(Talk.json(metrics.body()).at("/targets/1/continued").asInt())
        .isGreaterThanOrEqualTo(1);
    assertThat(Talk.json(metrics.body()).at("/targets/0/continued").asInt()).isZero();
  }

  private static List<JsonNode> trail(String id) throws IOException {
    List<JsonNode> records = new ArrayList<>();
    try (Stream<Path> files = Files.list(gateway.auditDir())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jsonl")).toList()) {
        for (String line : new String(Files.readAllBytes(file), UTF_8).split("\n")) {
          if (line.contains("\"" + id + "\"")) {
            records.add(Talk.json(line));
          }
        }
      }
    }
    return records;
  }

  @Test
  void aBridgedResponseGoesOn() {
    gateway.repack(
        packed("mistral", "gpt-4o", "max_retries: 1", "pii-detector")
            .replace("provider: openai", "provider: groq"));
    one.reply(dies(ROLE, text("The tide ")));
    two.reply(goesOn("comes in."));

    Heard heard =
        Talk.send(
            gateway,
            "POST",
            "/v1/responses",
            Map.of(),
            "{\"model\":\"gpt-4o\",\"stream\":true,\"input\":\"Hello\"}".getBytes(UTF_8));

    JsonNode last = Talk.events(heard.body()).getLast();
    assertThat(last.path("type").asText()).as(heard.body()).isEqualTo("response.completed");
    assertThat(last.at("/response/output/0/content/0/text").asText())
        .isEqualTo("The tide comes in.");
    assertThat(last.at("/response/output")).hasSize(1);
  }

  @Test
  void aResponseThatIsPassedThroughEndsWithAnError() {
    gateway.repack(packed("vllm", "gpt-4o", "max_retries: 1", "pii-detector"));
    String full = Told.begin().text("The tide comes in.").completed();
    int cut = full.indexOf("response.output_text.done");
    one.reply(Reply.sse(full).cuts(full.lastIndexOf("\n\n", cut) + 2).closeAfter(1));

    Heard heard =
        Talk.send(
            gateway,
            "POST",
            "/v1/responses",
            Map.of(),
            "{\"model\":\"gpt-4o\",\"stream\":true,\"input\":\"Hello\"}".getBytes(UTF_8));

    assertThat(Talk.events(heard.body()).getLast().path("type").asText())
        .isEqualTo("response.failed");
    assertThat(two.requests()).isEmpty();
  }

  @Test
  void whatAPolicyCollectsIsPlainlyAskedAnew() {
    pack("vllm", "max_retries: 1", "pii-detector, quality-scorer");
    one.reply(dies(ROLE, text("Half of a decent answer ")));
    two.reply(Reply.sse(Talk.stream("A whole and decent answer. ")));

    assertWhole(post(gateway, ASK), "A whole and decent answer. ");
    assertThat(two.requests().getFirst().text()).doesNotContain("assistant");
  }
}
