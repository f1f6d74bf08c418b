package io.keeptrusts.gateway.embeddings;

import static io.keeptrusts.gateway.embeddings.Asked.answer;
import static io.keeptrusts.gateway.embeddings.Asked.ask;
import static io.keeptrusts.gateway.embeddings.Asked.json;
import static io.keeptrusts.gateway.embeddings.Asked.pack;
import static io.keeptrusts.gateway.embeddings.Asked.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.audit.AuditVerify;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Received;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes wrong with embeddings goes wrong as with a chat. */
class FaultsTest {
  private static final String INPUT = "\"input\":\"a\"";
  private FakeUpstream one;
  private FakeUpstream two;
  private TestGateway gateway;

  @BeforeEach
  void start() {
    one = FakeUpstream.start();
    two = FakeUpstream.start();
    gateway =
        TestGateway.start(
            Map.of(
                "gateway.upstream.first-byte", "2s",
                "gateway.upstream.idle", "2s",
                "gateway.sse.heartbeat", "50ms",
                "gateway.sse.max-event", "1K",
                "gateway.buffer.max-bytes", "64"),
            pack("audit-logger", target("openai", one.baseUrl())));
  }

  @AfterEach
  void stop() {
    await().until(() -> gateway.gateway().openExchanges() == 0);
    gateway.close();
    one.close();
    two.close();
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        arguments(
            "openai", Reply.json(500, "{\"error\":{\"message\":\"no\"}}"), 502, "upstream_error"),
        arguments(
            "openai", Reply.json(401, "{\"error\":{\"message\":\"no\"}}"), 502, "provider_auth"),
        arguments(
            "openai",
            Reply.json(400, "{\"error\":{\"message\":\"no\",\"code\":\"too_long\"}}"),
            400,
            "too_long"),
        arguments(
            "ollama", Reply.json(404, "{\"error\":\"no such model\"}"), 404, "invalid_request"),
        arguments(
            "google",
            Reply.json(
                400,
                "{\"error\":{\"code\":400,\"message\":\"no\",\"status\":\"INVALID_ARGUMENT\"}}"),
            400,
            "INVALID_ARGUMENT"),
        arguments(
            "vllm", Reply.json(200, "{\"error\":{\"code\":400,\"message\":\"no\"}}"), 400, "400"),
        arguments("openai", Reply.json(200, "{\"choices\":[]}"), 502, "upstream_error"),
        arguments("openai", Reply.json(200, "{\"data\":[]}"), 502, "upstream_error"),
        arguments("openai", Reply.json(200, "{\"data\":[{\"index\":0}]}"), 502, "upstream_error"),
        arguments("openai", Reply.json(200, "<html>"), 502, "upstream_error"),
        arguments("ollama", Reply.json(200, "{\"embeddings\":[]}"), 502, "upstream_error"),
        arguments("ollama", Reply.json(200, "{\"embeddings\":[\"x\"]}"), 502, "upstream_error"),
        arguments("ollama", Reply.json(200, "[]"), 502, "upstream_error"),
        arguments("google", Reply.json(200, "{\"embeddings\":[{}]}"), 502, "upstream_error"),
        arguments("google", Reply.json(200, "{\"embed"), 502, "upstream_error"),
        arguments(
            "openai", Reply.json(200, answer("[1]")).cuts(9).closeAfter(1), 502, "upstream_error"),
        arguments(
            "openai",
            Reply.json(200, answer("[1]")).cuts(9).stallAfter(1),
            504,
            "upstream_timeout"),
        arguments("openai", Reply.silent(), 504, "upstream_timeout"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureHasItsTrueStatus(String provider, Reply failure, int status, String code) {
    gateway.repack(pack("pii-detector", target(provider, one.baseUrl())));
    one.reply(failure);

    Asked asked = ask(gateway, INPUT);

    assertThat(asked.status()).isEqualTo(status);
    assertThat(asked.error().path("code").asText()).isEqualTo(code);
    assertThat(asked.headers()).containsKey("x-request-id");
  }

  @Test
  void aThrottleSaysWhenToComeBack() {
    one.reply(
        Reply.of(
            429,
            Map.of("retry-after", "7"),
            "{\"error\":{\"message\":\"slow\"}}".getBytes(StandardCharsets.UTF_8)));

    Asked asked = ask(gateway, INPUT);

    assertThat(asked.status()).isEqualTo(429);
    assertThat(asked.headers().get("retry-after")).isEqualTo("7");
  }

  @Test
  void vectorsMayBeEightTimesAsLongAsAnEvent() {
    String fits = answer("[" + "1,".repeat(3900) + "1]");
    one.reply(Reply.json(200, fits), Reply.json(200, answer("[" + "1,".repeat(4100) + "1]")));

    assertThat(ask(gateway, INPUT).text()).isEqualTo(fits);
    assertThat(ask(gateway, INPUT).status()).isEqualTo(502);
  }

  @Test
  void noOutputPolicyHoldsVectors() {
    gateway.repack(pack("pii-detector, quality-scorer", target("openai", one.baseUrl())));
    String more = answer("[" + "1,".repeat(64) + "1]"); // than such a policy may hold
    one.reply(Reply.json(200, more));

    assertThat(ask(gateway, INPUT).text()).isEqualTo(more);
  }

  @Test
  void theNextTargetAnswersWhatTheFirstCannot() {
    gateway.repack(pack("", target("openai", one.baseUrl()), target("ollama", two.baseUrl())));
    one.reply(Reply.json(503, "{}"));
    two.reply(Reply.json(200, "{\"embeddings\":[[1]],\"prompt_eval_count\":2}"));

    Asked asked = ask(gateway, INPUT);

    assertThat(asked.status()).isEqualTo(200);
    assertThat(asked.json().path("data").path(0).path("embedding")).isEqualTo(json("[1]"));
    assertThat(one.requests()).hasSize(1);
  }

  @Test
  void whoLeavesFreesTheProvider() {
    one.reply(Reply.json(200, answer("[1]")).cuts(9).stallAfter(1));
    Received request;
    try (RawClient client = RawClient.connect(gateway.url())) {
      client.post(Asked.PATH, "{\"model\":\"embed\"," + INPUT + "}");
      request = one.take();
    }

    assertThat(request.closedByPeer()).succeedsWithin(Duration.ofSeconds(5));
    await().until(() -> gateway.gateway().openExchanges() == 0);
    assertThat(count("requests", "outcome", "cancelled")).isEqualTo(1);
  }

  @Test
  void tokensAndRequestsAreCounted() {
    one.reply(Reply.json(200, answer("[1]", "[2]")));

    ask(gateway, INPUT);
    await().until(() -> gateway.gateway().openExchanges() == 0);

    assertThat(count("tokens", "provider", "openai", "direction", "input")).isEqualTo(5);
    assertThat(count("requests", "outcome", "completed", "status", "200", "stream", "false"))
        .isEqualTo(1);
  }

  private double count(String name, String... tags) {
    return gateway.metrics().get("keeptrusts.gateway." + name).tags(tags).counter().count();
  }

  @Test
  void theTrailTellsOfTheRequestAndItsOutcome() throws IOException {
    gateway.repack(pack("pii-detector, audit-logger", target("openai", one.baseUrl())));
    one.reply(Reply.json(200, answer("[1]")));

    ask(gateway, "\"input\":\"Ask jane.doe@example.com\"");
    await().until(() -> gateway.gateway().openExchanges() == 0);

    List<JsonNode> records = new ArrayList<>();
    try (Stream<Path> files = Files.list(gateway.auditDir())) {
      for (Path file : files.filter(path -> path.toString().endsWith(".jsonl")).toList()) {
        Files.readString(file)
            .replace("\u0000", "")
            .lines()
            .filter(line -> !line.isBlank())
            .forEach(line -> records.add(json(line)));
      }
    }
    assertThat(records.toString())
        .contains("\"model\":\"embed\"")
        .contains("[\"input\",\"pii-detector\",\"redact\"")
        .contains("\"outcome\":\"completed\"")
        .doesNotContain("jane");
    assertThat(AuditVerify.verify(gateway.auditDir()).ok()).isTrue();
  }
}
