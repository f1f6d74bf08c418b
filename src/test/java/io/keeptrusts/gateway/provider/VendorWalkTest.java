package io.keeptrusts.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Received;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.Sse;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ollama, Azure and the vendors of OpenAI's protocol behind the whole gateway, over real sockets,
 * with pii-detector.
 */
class VendorWalkTest {
  private static final String ASK =
      "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

  private FakeUpstream upstream;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private TestGateway gateway(String vendor, String base, String more) {
    return TestGateway.start(
        """
        pack: {name: test, version: 1.0.0}
        providers:
          targets:
            - {id: up, provider: %s, model: m, base_url: "%s%s", secret_key_ref: {env: TEST_KEY}%s}
        policies: {chain: [pii-detector, audit-logger]}
        policy: {}
        """
            .formatted(vendor, upstream.baseUrl(), base, more));
  }

  private static String ask(TestGateway gateway, String body) {
    try (RawClient client = RawClient.connect(gateway.url())) {
      return client.post("/v1/chat/completions", body).readAll();
    }
  }

  private static Transcript read(String sse) {
    assertThat(sse).endsWith("data: [DONE]\n\n");
    List<JsonNode> frames =
        Sse.parse(sse).stream()
            .map(Sse.Event::data)
            .filter(data -> !data.equals("[DONE]"))
            .map(Played::tree)
            .toList();
    return Transcript.of(frames);
  }

  private static byte[] resource(String name) {
    try (InputStream in = VendorWalkTest.class.getResourceAsStream("/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Reply ndjson(String body) {
    return Reply.of(
        200, Map.of("content-type", "application/x-ndjson"), body.getBytes(StandardCharsets.UTF_8));
  }

  private static String line(String message) {
    return "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\","
        + message
        + "},\"done\":false}\n";
  }

  private static final String LAST =
      "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"eval_count\":3}\n";

  @Test
  void ollamaIsAskedOnItsOwnPathAndWhatItCannotTakeIsAnnounced() {
    upstream.reply(ndjson(line("\"content\":\"Hi\"") + LAST));
    try (TestGateway gateway = gateway("ollama", "/v1", "");
        RawClient client = RawClient.connect(gateway.url())) {
      client.post(
          "/v1/chat/completions",
          ASK.replace(
              "\"stream\"",
              "\"user\":\"u\",\"stream_options\":{\"include_usage\":true},\"stream\""));
      String answer = client.readAll();

      Received request = upstream.take();
      assertThat(request.uri()).isEqualTo("/api/chat");
      assertThat(request.headers().get("Authorization"))
          .isEqualTo("Bearer sk-test-0123456789abcdef");
      assertThat(client.header("x-keeptrusts-dropped")).contains("user");
      assertThat(read(answer).usage().path("completion_tokens").asInt()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''         | ''                                                              | /openai/deployments/m/chat/completions?api-version=2024-10-21",
        "/openai    | , azure_deployment: d-1, azure_api_version: 2025-01-01-preview  | /openai/deployments/d-1/chat/completions?api-version=2025-01-01-preview",
        "/openai/v1 | , azure_deployment: d-1                                         | /openai/v1/chat/completions",
        "''         | , path_template: '/models/chat/completions?api-version=2024-05-01-preview' | /models/chat/completions?api-version=2024-05-01-preview"
      })
  void azureIsAskedWhereItsDeploymentsAre(String base, String more, String path) {
    upstream.reply(Reply.sse(resource("azure/filtered.sse")));
    try (TestGateway gateway = gateway("azure-openai", base, more)) {
      String answer = ask(gateway, ASK);

      Received request = upstream.take();
      assertThat(request.uri()).isEqualTo(path);
      assertThat(request.headers().get("api-key")).isEqualTo("sk-test-0123456789abcdef");
      assertThat(request.headers().contains("Authorization")).isFalse();
      assertThat(read(answer).broken()).isEmpty();
      assertThat(read(answer).only())
          .hasToString("content=Be kind. reasoning= refusal= tools=[] finish=stop");
      assertThat(answer).contains("prompt_filter_results").contains("content_filter_offsets");
    }
  }
}
