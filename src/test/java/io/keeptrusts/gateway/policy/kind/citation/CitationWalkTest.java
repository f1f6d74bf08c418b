package io.keeptrusts.gateway.policy.kind.citation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.responses.Told;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.Sse;
import io.keeptrusts.gateway.testing.TestGateway;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole way, over real sockets. */
class CitationWalkTest {
  private static final String CHUNK =
      "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}\n\n";
  private static final String WHOLE =
      "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},\"finish_reason\":\"stop\"}]}";
  private static final String SYSTEM =
      "[1] The mill was built of red brick in 1841.\\n[2] The canal was dug by hand.";
  private static final String[] GOOD = {
    "The mill was built of red brick ", "in 1841 [", "1]. The canal was dug by hand [2]."
  };
  private static final String[] WRONG = {"The mill was built of red brick ", "in 18", "51 [1]."};

  private FakeUpstream upstream;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  /** The four ways to ask. */
  enum Ask {
    CHAT_STREAM("/v1/chat/completions", true),
    CHAT_WHOLE("/v1/chat/completions", false),
    RESPONSES_STREAM("/v1/responses", true),
    RESPONSES_WHOLE("/v1/responses", false);

    private final String path;
    private final boolean stream;

    Ask(String path, boolean stream) {
      this.path = path;
      this.stream = stream;
    }

    String request() {
      String texts =
          path.endsWith("responses")
              ? "\"instructions\":\"" + SYSTEM + "\",\"input\":\"Tell me.\""
              : "\"messages\":[{\"role\":\"system\",\"content\":\""
                  + SYSTEM
                  + "\"},{\"role\":\"user\",\"content\":\"Tell me.\"}]";
      return "{\"model\":\"gpt-4o\",\"stream\":" + stream + "," + texts + "}";
    }

    Reply reply(String... parts) {
      String text = String.join("", parts);
      if (path.endsWith("responses")) {
        Told told = Told.begin().text(parts);
        return stream ? Reply.sse(told.completed()) : Reply.json(200, told.whole());
      }
      if (!stream) {
        return Reply.json(200, WHOLE.formatted(text));
      }
      StringBuilder events = new StringBuilder();
      for (String part : parts) {
        events.append(CHUNK.formatted("{\"content\":\"" + part + "\"}", "null"));
      }
      return Reply.sse(events + CHUNK.formatted("{}", "\"stop\"") + "data: [DONE]\n\n");
    }
  }

  private record Heard(int status, String body) {

    /** The last event, or the body. */
    JsonNode last() {
      if (body.startsWith("{")) {
        return json(body);
      }
      List<String> events =
          Sse.parse(body).stream()
              .map(Sse.Event::data)
              .filter(data -> !data.equals("[DONE]"))
              .toList();
      return json(events.getLast());
    }

    private static JsonNode json(String text) {
      try {
        return new ObjectMapper().readTree(text);
      } catch (JsonProcessingException e) {
        throw new AssertionError("not JSON: " + text, e);
      }
    }
  }

  private Heard ask(Ask ask, String config, String... answer) {
    upstream.reply(ask.reply(answer));
    String pack =
        TestGateway.pack(
            upstream.baseUrl(), "citation-verifier, audit-logger", "citation-verifier: " + config);
    try (TestGateway gateway = TestGateway.start(pack);
        RawClient client = RawClient.connect(gateway.url())) {
      String body = client.post(ask.path, ask.request()).readAll();
      return new Heard(client.status(), body);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theReportStandsInTheLastEvent(Ask ask) {
    Heard heard = ask(ask, "{}", GOOD);

    assertThat(heard.status()).isEqualTo(200);
    assertThat(heard.body()).containsOnlyOnce("\"citation-verifier\"").contains("in 1841 [");
    JsonNode report = heard.last().at("/keeptrusts/citation-verifier");
    assertThat(report.findValuesAsText("status")).containsExactly("verified", "verified");
    assertThat(report.findValuesAsText("source")).containsExactly("1", "2");
    assertThat(report.path("coverage").asDouble()).isEqualTo(1);
    assertThat(report.path("groundedness").asDouble()).isGreaterThan(0.8);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotTheSourcesIsReportedAndGoesOutUnlessTheActionBlocks(Ask ask) {
    Heard heard = ask(ask, "{}", WRONG);

    assertThat(heard.status()).isEqualTo(200);
    assertThat(heard.last().at("/keeptrusts/citation-verifier").findValuesAsText("status"))
        .containsExactly("mismatch");
  }

  @ParameterizedTest
  @EnumSource
  void aBlockIsA409BeforeAnythingWasSent(Ask ask) {
    Heard heard = ask(ask, "{output_action: {hallucination_action: block}}", WRONG);

    assertThat(heard.status()).isEqualTo(409);
    assertThat(heard.body())
        .contains("\"policy\":\"citation-verifier\"")
        .contains("\"code\":\"output_blocked\"")
        .doesNotContain("mill")
        .doesNotContain("data:");
  }

  @ParameterizedTest
  @EnumSource
  void withoutTheReportAGoodAnswerIsNotTouched(Ask ask) {
    Heard heard = ask(ask, "{response: {include_verification_report: false}}", GOOD);

    assertThat(heard.status()).isEqualTo(200);
    assertThat(heard.body()).doesNotContain("keeptrusts");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {external_resolver: {endpoint: "https://example.com"}} | external_resolver: not supported
          {min_confidence: 2}                                    | min_confidence: must be between 0 and 1
          {extract_patterns: [url, footnotes]}                   | valid: academic, legal, numbered, quote, url
          {output_action: {unverified_action: redact}}           | is not known here
          """)
  void aPackThatAsksForMoreIsRefused(String config, String reason) {
    String pack =
        TestGateway.pack(upstream.baseUrl(), "citation-verifier", "citation-verifier: " + config);

    assertThat(refusal(pack)).contains(reason);
  }

  private static String refusal(String pack) {
    try (TestGateway _ = TestGateway.start(pack)) {
      return "";
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }
}
