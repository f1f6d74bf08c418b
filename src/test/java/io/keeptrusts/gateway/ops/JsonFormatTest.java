package io.keeptrusts.gateway.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.SpanReceiver;
import io.keeptrusts.gateway.testing.TestGateway;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a collector of logs gets, line by line. */
class JsonFormatTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String ASK =
      """
      {"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"a private question"}]}""";

  private final JsonFormat format = new JsonFormat();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final ExtHandler handler =
      new ExtHandler() {
        @Override
        protected void doPublish(ExtLogRecord record) {
          lines.add(format.format(record));
        }
      };
  private final Logger root = LogContext.getLogContext().getLogger("");
  private final Logger access = LogContext.getLogContext().getLogger("gateway.access");

  @BeforeEach
  void listen() {
    root.addHandler(handler);
    access.setLevel(Level.DEBUG);
  }

  @AfterEach
  void leave() {
    access.setLevel(null);
    root.removeHandler(handler);
  }

  /** Every line must be one JSON object; of these, the ones about exchanges. */
  private List<JsonNode> exchanges(int count) {
    await()
        .until(() -> lines.stream().filter(line -> line.contains("request_id")).count() >= count);
    return lines.stream()
        .map(JsonFormatTest::object)
        .filter(each -> each.has("request_id"))
        .toList();
  }

  private static JsonNode object(String line) {
    assertThat(line).endsWith("}\n").containsOnlyOnce("\n");
    try {
      JsonNode object = JSON.readTree(line);
      assertThat(object.isObject()).as(line).isTrue();
      return object;
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }

  @Test
  void anExchangeIsOneLineWithFixedKeysAndItsTrace() {
    try (FakeUpstream upstream = FakeUpstream.start();
        SpanReceiver receiver = new SpanReceiver();
        TestGateway gateway =
            TestGateway.start(
                receiver.settings(),
                TestGateway.pack(
                    upstream.baseUrl(), "pii-detector", "pii-detector: {action: block}"));
        RawClient client = RawClient.connect(gateway.url())) {
      upstream.reply(
          Reply.sse(
              """
              data: {"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"It is jane.doe@example.com. "},"finish_reason":null}]}

              """));

      client.post("/v1/chat/completions", ASK).readAll();
      String trace =
          receiver.spans(2).stream()
              .filter(span -> span.getKind() == SpanKind.SPAN_KIND_SERVER)
              .map(span -> SpanReceiver.hex(span.getTraceId()))
              .findFirst()
              .orElseThrow();

      assertThat(exchanges(1))
          .singleElement()
          .satisfies(
              line -> {
                assertThat(line.propertyStream().map(Map.Entry::getKey))
                    .containsExactlyInAnyOrder(
                        "timestamp",
                        "level",
                        "logger",
                        "message",
                        "request_id",
                        "trace_id",
                        "span_id",
                        "operation",
                        "model",
                        "provider",
                        "outcome",
                        "status",
                        "policy",
                        "code",
                        "duration_ms");
                assertThat(line.path("level").asText()).isEqualTo("INFO");
                assertThat(line.path("logger").asText()).isEqualTo("gateway.access");
                assertThat(line.path("request_id").asText())
                    .isEqualTo(client.header("x-request-id").orElseThrow());
                assertThat(line.path("trace_id").asText()).isEqualTo(trace);
                assertThat(line.path("status").intValue()).isEqualTo(409);
                assertThat(line.path("duration_ms").isNumber()).isTrue();
                assertThat(line.path("code").asText()).isEqualTo("output_blocked");
                assertThat(line.path("outcome").asText()).isEqualTo("blocked");
              });
      assertThat(String.join("", lines)).doesNotContain("jane", "private question", "sk-test");
    }
  }

  @Test
  void whatWentWellIsTheAccessLogsBusiness() {
    try (FakeUpstream upstream = FakeUpstream.start();
        TestGateway gateway = TestGateway.start(TestGateway.pack(upstream.baseUrl(), "", ""));
        RawClient client = RawClient.connect(gateway.url())) {
      upstream.reply(
          Reply.json(
              200,
              """
              {"id":"c1","object":"chat.completion","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Hi."},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}"""));

      client.post("/v1/chat/completions", ASK.replace("true", "false")).readAll();

      assertThat(exchanges(1))
          .singleElement()
          .satisfies(
              line -> {
                assertThat(line.path("level").asText()).isEqualTo("DEBUG");
                assertThat(line.path("output_tokens").intValue()).isEqualTo(5);
                assertThat(line.has("trace_id")).isFalse();
                assertThat(line.has("code")).isFalse();
              });
    }
  }

  @Test
  void aFailureTellsItsClassAndPlaceButNotItsMessage() {
    ExtLogRecord record = new ExtLogRecord(Level.ERROR, "reload=%s \"a\"\nb", "x");
    record.setMessage("reload=%s \"a\"\nb", ExtLogRecord.FormatStyle.PRINTF);
    record.setParameters(new Object[] {"failed"});
    record.setThrown(new IllegalStateException("what somebody said"));
    record.putMdc("message", "twice");

    JsonNode line = object(format.format(record));

    assertThat(line.path("message").asText()).isEqualTo("reload=failed \"a\"\nb");
    assertThat(line.path("error").asText())
        .startsWith("java.lang.IllegalStateException at " + getClass().getName())
        .doesNotContain("somebody");
    assertThat(line.path("timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");
  }
}
