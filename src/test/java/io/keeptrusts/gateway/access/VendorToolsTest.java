package io.keeptrusts.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that a provider tells in words of its own are held against the same names. */
class VendorToolsTest {
  private static final String ASK =
      """
      {"model":"gpt-4o","stream":%b,"messages":[{"role":"user","content":"Hello"}]}""";

  private static Reply reply(String file) {
    try (var in = VendorToolsTest.class.getResourceAsStream("/" + file)) {
      String type =
          file.endsWith(".sse")
              ? "text/event-stream"
              : file.endsWith(".ndjson") ? "application/x-ndjson" : "application/json";
      return Reply.of(
          200, Map.of("content-type", type), Objects.requireNonNull(in, file).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String ask(String provider, String file, String firewall) {
    try (FakeUpstream upstream = FakeUpstream.start().reply(reply(file));
        TestGateway gateway =
            TestGateway.start(
                TestGateway.pack(
                        upstream.baseUrl(), "agent-firewall", "agent-firewall: " + firewall)
                    .replace("provider: openai", "provider: " + provider));
        RawClient client = RawClient.connect(gateway.url())) {
      return client.post("/v1/chat/completions", ASK.formatted(!file.endsWith(".json"))).readAll();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "anthropic, anthropic/tools.sse",
    "anthropic, anthropic/tools.json",
    "google, google/tools.sse",
    "ollama, ollama/tools.ndjson",
    "ollama, ollama/tools.json",
    "mistral, mistral/tools.sse",
    "groq, groq/tools.sse",
    "vllm, vllm/tools.sse",
  })
  void callsOfAnyProviderAreDecidedAtTheirName(String provider, String file) {
    String open = ask(provider, file, "{blocked_tools: [no-such-tool]}");
    String shut = ask(provider, file, "{allowed_tools: [no-such-tool]}");

    assertThat(open).contains("\"tool_calls\":[{").contains("\"name\":\"");
    assertThat(shut)
        .contains("\"code\":\"tool_forbidden\"")
        .doesNotContain("\"tool_calls\":[{")
        .doesNotContain("\"name\":\"");
  }
}
