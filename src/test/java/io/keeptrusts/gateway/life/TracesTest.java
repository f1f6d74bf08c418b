package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.CHAT;
import static io.keeptrusts.gateway.life.Talk.DONE;
import static io.keeptrusts.gateway.life.Talk.ROLE;
import static io.keeptrusts.gateway.life.Talk.STOP;
import static io.keeptrusts.gateway.life.Talk.post;
import static io.keeptrusts.gateway.life.Talk.text;
import static io.keeptrusts.gateway.testing.SpanReceiver.attributes;
import static io.keeptrusts.gateway.testing.SpanReceiver.hex;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Received;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.SpanReceiver;
import io.keeptrusts.gateway.testing.TestGateway;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a collector of traces gets to see of exchanges. */
class TracesTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";
  private static final String USAGE =
      "data: {\"id\":\"c1\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5,\"total_tokens\":8}}\n\n";

  private SpanReceiver receiver;
  private FakeUpstream one;
  private FakeUpstream two;
  private TestGateway gateway;

  @BeforeEach
  void start() {
    receiver = new SpanReceiver();
    one = FakeUpstream.start();
    two = FakeUpstream.start();
  }

  @AfterEach
  void stop() {
    gateway.close();
    one.close();
    two.close();
    receiver.close();
  }

  private void gateway(Map<String, String> more, String chain, String blocks) {
    Map<String, String> settings = new HashMap<>(receiver.settings());
    settings.putAll(more);
    gateway =
        TestGateway.start(
            settings,
            Talk.twoTargets(one.baseUrl(), two.baseUrl(), "{max_retries: 1}", chain)
                .replace("policy: {}", "policy: {" + blocks + "}"));
  }

  private static Span ofKind(List<Span> spans, SpanKind kind) {
    List<Span> found = spans.stream().filter(span -> span.getKind() == kind).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private static Stream<String> events(Span span) {
    return span.getEventsList().stream().map(Span.Event::getName);
  }

  private static List<Map<String, String>> verdicts(Span span) {
    return span.getEventsList().stream()
        .filter(event -> event.getName().equals("keeptrusts.verdict"))
        .map(event -> attributes(event.getAttributesList()))
        .toList();
  }

  @Test
  void aFinishedStreamIsAServerSpanAroundAClientSpanByTheConventions() {
    one.reply(Reply.sse(ROLE + text("Ask jane.doe@example.com now. ") + STOP + USAGE + DONE));
    gateway(Map.of(), "pii-detector", "");

    post(gateway, ASK);
    List<Span> spans = receiver.spans(2);

    Span server = ofKind(spans, SpanKind.SPAN_KIND_SERVER);
    assertThat(server.getName()).isEqualTo("chat gpt-4o");
    assertThat(server.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
    assertThat(attributes(server))
        .containsEntry("gen_ai.operation.name", "chat")
        .containsEntry("gen_ai.provider.name", "openai")
        .containsEntry("gen_ai.request.model", "gpt-4o")
        .containsEntry("gen_ai.response.model", "gpt-4o")
        .containsEntry("gen_ai.response.id", "c1")
        .containsEntry("gen_ai.response.finish_reasons", "[stop]")
        .containsEntry("gen_ai.usage.input_tokens", "3")
        .containsEntry("gen_ai.usage.output_tokens", "5")
        .containsEntry("http.request.method", "POST")
        .containsEntry("http.response.status_code", "200")
        .containsEntry("keeptrusts.outcome", "completed")
        .containsEntry("keeptrusts.redacted", "1")
        .doesNotContainKey("error.type");
    assertThat(events(server)).contains("gen_ai.first_token");
    assertThat(verdicts(server))
        .containsExactly(
            Map.of(
                "keeptrusts.phase", "output",
                "keeptrusts.policy", "pii-detector",
                "keeptrusts.verdict", "redact",
                "keeptrusts.code", "EMAIL"));
    Span client = ofKind(spans, SpanKind.SPAN_KIND_CLIENT);
    assertThat(client.getName()).isEqualTo("chat gpt-4o");
    assertThat(client.getParentSpanId()).isEqualTo(server.getSpanId());
    assertThat(client.getTraceId()).isEqualTo(server.getTraceId());
    assertThat(attributes(client))
        .containsEntry("gen_ai.operation.name", "chat")
        .containsEntry("gen_ai.provider.name", "openai")
        .containsEntry("gen_ai.request.model", "gpt-4o")
        .containsEntry("gen_ai.response.id", "c1")
        .containsEntry("gen_ai.usage.output_tokens", "5")
        .containsEntry("server.address", "127.0.0.1")
        .containsEntry("server.port", Integer.toString(one.port()))
        .containsEntry("http.response.status_code", "200")
        .containsEntry("keeptrusts.target", "one");
    assertThat(events(client)).containsExactly("gen_ai.first_token");
    assertThat(receiver.resource()).containsEntry("service.name", "keeptrusts-gateway");
  }

  @Test
  void aTraceComesInWithTheRequestAndGoesOnToTheProviderWithoutBaggage() {
    one.reply(Reply.sse(Talk.stream("Hi.")));
    gateway(Map.of(), "", "");

    Talk.send(
        gateway,
        "POST",
        CHAT,
        Map.of(
            "traceparent", "00-" + TRACE + "-" + CALLER + "-01",
            "tracestate", "vendor=abc",
            "baggage", "user=jane"),
        ASK.getBytes(UTF_8));
    List<Span> spans = receiver.spans(2);

    Span server = ofKind(spans, SpanKind.SPAN_KIND_SERVER);
    assertThat(hex(server.getTraceId())).isEqualTo(TRACE);
    assertThat(hex(server.getParentSpanId())).isEqualTo(CALLER);
    Received request = one.take();
    assertThat(request.headers().get("traceparent"))
        .isEqualTo(
            "00-"
                + TRACE
                + "-"
                + hex(ofKind(spans, SpanKind.SPAN_KIND_CLIENT).getSpanId())
                + "-01");
    assertThat(request.headers().get("tracestate")).isEqualTo("vendor=abc");
    assertThat(request.headers().contains("baggage")).isFalse();
  }

  @Test
  void aCallerThatDoesNotSampleIsNotTracedAndTheProviderHearsThat() {
    one.reply(Reply.sse(Talk.stream("Hi.")), Reply.sse(Talk.stream("Hi.")));
    gateway(Map.of(), "", "");

    Talk.send(
        gateway,
        "POST",
        CHAT,
        Map.of("traceparent", "00-" + TRACE + "-" + CALLER + "-00"),
        ASK.getBytes(UTF_8));
    post(gateway, ASK);
    List<Span> spans = receiver.spans(2);

    assertThat(one.take().headers().get("traceparent")).startsWith("00-" + TRACE).endsWith("-00");
    assertThat(spans).hasSize(2).noneMatch(span -> hex(span.getTraceId()).equals(TRACE));
  }

  @Test
  void theSpansOfAClientThatLeavesEndWithIt() {
    one.reply(Reply.sse(ROLE + text("Hi.")).stall());
    gateway(Map.of(), "", "");

    try (RawClient client = RawClient.connect(gateway.url())) {
      client.post(CHAT, ASK).readUntil("Hi.");
      client.reset();
    }
    List<Span> spans = receiver.spans(2);

    assertThat(attributes(ofKind(spans, SpanKind.SPAN_KIND_SERVER)))
        .containsEntry("keeptrusts.outcome", "cancelled");
    assertThat(attributes(ofKind(spans, SpanKind.SPAN_KIND_CLIENT)))
        .containsEntry("keeptrusts.outcome", "cancelled")
        .doesNotContainKey("error.type");
  }

  @Test
  void aBlockedStreamNamesPolicyAndCodeAndNothingOfWhatWasFound() {
    one.reply(Reply.sse(ROLE + text("It is jane.doe@example.com now. ") + STOP + DONE));
    gateway(Map.of(), "pii-detector", "pii-detector: {action: block}");

    post(gateway, ASK.replace("Hello", "a very private question"));
    List<Span> spans = receiver.spans(2);

    Span server = ofKind(spans, SpanKind.SPAN_KIND_SERVER);
    assertThat(attributes(server))
        .containsEntry("keeptrusts.outcome", "blocked")
        .containsEntry("keeptrusts.policy", "pii-detector")
        .containsEntry("error.type", "output_blocked");
    assertThat(server.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
    assertThat(verdicts(server))
        .contains(
            Map.of(
                "keeptrusts.phase", "output",
                "keeptrusts.policy", "pii-detector",
                "keeptrusts.verdict", "block",
                "keeptrusts.code", "pii.detected"));
    assertThat(attributes(ofKind(spans, SpanKind.SPAN_KIND_CLIENT)))
        .containsEntry("keeptrusts.outcome", "cancelled");
    assertThat(receiver.everything())
        .contains("output_blocked")
        .doesNotContain("jane", "example.com", "private question", "sk-test");
  }

  @Test
  void aFallbackIsTwoClientSpansOfOneServerSpan() {
    one.reply(Reply.json(503, "{\"error\":{\"message\":\"down\",\"code\":\"so_down\"}}"));
    two.reply(Reply.sse(Talk.stream("Hi.")));
    gateway(Map.of(), "", "");

    post(gateway, ASK);
    List<Span> spans = receiver.spans(3);

    Span server = ofKind(spans, SpanKind.SPAN_KIND_SERVER);
    assertThat(spans)
        .filteredOn(span -> span.getKind() == SpanKind.SPAN_KIND_CLIENT)
        .allMatch(span -> span.getParentSpanId().equals(server.getSpanId()))
        .extracting(
            span -> attributes(span).get("keeptrusts.target"),
            span -> attributes(span).get("error.type"),
            span -> attributes(span).get("http.response.status_code"),
            span -> span.getStatus().getCode())
        .containsExactly(
            tuple("one", "server", "503", StatusCode.STATUS_CODE_ERROR),
            tuple("two", null, "200", StatusCode.STATUS_CODE_UNSET));
    assertThat(attributes(server)).doesNotContainKey("error.type");
  }

  @Test
  void aStreamThatBreaksIsAnErrorOfBothSpans() {
    one.reply(
        Reply.sse(ROLE + text("Hi. ") + text("There. "))
            .cutEvery(40)
            .delay(Duration.ofMillis(5))
            .resetAfter(12));
    gateway(Map.of(), "", "");

    post(gateway, ASK);
    List<Span> spans = receiver.spans(2);

    Span server = ofKind(spans, SpanKind.SPAN_KIND_SERVER);
    assertThat(server.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(attributes(server))
        .containsEntry("keeptrusts.outcome", "failed")
        .containsEntry("error.type", "upstream_error");
    assertThat(attributes(ofKind(spans, SpanKind.SPAN_KIND_CLIENT)))
        .containsEntry("error.type", "connection");
  }

  @Test
  void whatAProviderCallsItsErrorIsNotTold() {
    one.reply(Reply.json(400, "{\"error\":{\"message\":\"no\",\"code\":\"you_said_hello\"}}"));
    gateway(Map.of(), "", "");

    String answer = post(gateway, ASK).body();
    List<Span> spans = receiver.spans(2);

    assertThat(answer).contains("you_said_hello");
    assertThat(attributes(ofKind(spans, SpanKind.SPAN_KIND_SERVER)))
        .containsEntry("error.type", "validation_error");
    assertThat(receiver.everything()).doesNotContain("you_said_hello");
  }

  @Test
  void aModelThatThePackDoesNotKnowIsNotNamed() {
    gateway(Map.of(), "", "");

    post(gateway, ASK.replace("gpt-4o", "my-secret-model"));
    List<Span> spans = receiver.spans(1);

    assertThat(spans).hasSize(1);
    assertThat(spans.getFirst().getName()).isEqualTo("chat");
    assertThat(attributes(spans.getFirst())).containsEntry("error.type", "model_not_found");
    assertThat(receiver.everything()).doesNotContain("my-secret-model");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jane.doe@example.com", "two words and more", ""})
  void aResponseIdThatIsNoPlainNameIsNotTold(String id) {
    String frame = STOP.replace("\"c1\"", "\"" + id + "\"");
    one.reply(Reply.sse(frame + DONE));
    gateway(Map.of(), "", "");

    post(gateway, ASK);
    List<Span> spans = receiver.spans(2);

    assertThat(attributes(ofKind(spans, SpanKind.SPAN_KIND_CLIENT)))
        .doesNotContainKey("gen_ai.response.id");
  }

  @Test
  void aCollectorThatHangsHoldsNobodyUp() {
    try (FakeUpstream deaf = FakeUpstream.start()) {
      deaf.handle(request -> Reply.silent());
      one.handle(request -> Reply.sse(Talk.stream("Hi.")));
      gateway(Map.of("otel.exporter.otlp.endpoint", deaf.baseUrl()), "", "");

      for (int i = 0; i < 20; i++) {
        assertThat(post(gateway, ASK).status()).isEqualTo(200);
      }
      assertThat(deaf.take().uri()).isEqualTo("/v1/traces");
    }
  }
}
