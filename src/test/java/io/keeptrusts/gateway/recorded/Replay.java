package io.keeptrusts.gateway.recorded;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Recording;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The whole gateway between a provider that plays recordings and a client. Every family is played
 * through the plain protocol of OpenAI, which repairs nothing: what a vendor's own row makes of its
 * answers is tested with that row.
 */
final class Replay implements AutoCloseable {
  /** The key that the gateway gives to its providers; no client may ever see it. */
  static final String KEY = "sk-test-0123456789abcdef";

  static final List<String> FAMILIES = List.of("openai", "groq", "mistral", "vllm", "other");

  /** A term of the pack that no recording holds. */
  static final String TERM = "quorxandrel";

  private static final String POLICIES = "pii-detector, dlp-filter, safety-filter, audit-logger";
  private static final String BLOCKS = "dlp-filter: {blocked_terms: [" + TERM + "]}";

  /** What a client got. */
  record Got(int status, Map<String, String> headers, String body, RawClient.End end) {}

  private final FakeUpstream upstream = FakeUpstream.start();
  private final TestGateway gateway;
  private RawClient client;

  private Replay(String chain, String blocks) {
    String targets =
        FAMILIES.stream()
            .map(
                family ->
                    "    - {id: to-%s, provider: openai, model: %s, base_url: \"%s\", secret_key_ref: {env: TEST_KEY}}\n"
                        .formatted(family, family, upstream.baseUrl()))
            .collect(Collectors.joining());
    gateway =
        TestGateway.start(
            """
            pack: {name: replay, version: 1.0.0}
            providers:
              targets:
            %spolicies:
              chain: [%s]
            policy: {%s}
            """
                .formatted(targets, chain, blocks));
    client = RawClient.connect(gateway.url());
  }

  /** With a chain that does nothing. */
  static Replay withoutPolicies() {
    return new Replay("", "");
  }

  /** With every kind of realtime policy. */
  static Replay withPolicies() {
    return new Replay(POLICIES, BLOCKS);
  }

  /** The recording as the provider's answer, headers and all, in one piece. */
  static Reply reply(Recording recording, byte[] body) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (!recording.contentType().isEmpty()) {
      headers.put("content-type", recording.contentType());
    }
    if (recording.status() >= 400) {
      headers.put("retry-after", "7");
    }
    return Reply.of(recording.status() == 0 ? 400 : recording.status(), headers, body);
  }

  Got ask(Recording recording, Reply reply, boolean stream, boolean usage) {
    return ask(recording.family(), reply, stream, usage);
  }

  /**
   * @param usage the client asks for the usage chunk
   */
  Got ask(String family, Reply reply, boolean stream, boolean usage) {
    upstream.reply(reply);
    String options = usage ? ",\"stream_options\":{\"include_usage\":true}" : "";
    String body =
        """
        {"model":"%s","stream":%s%s,"messages":[{"role":"user","content":"Hello"}]}"""
            .formatted(family, stream, options);
    if (client.end() != RawClient.End.WHOLE) {
      client.close();
      client = RawClient.connect(gateway.url());
    }
    client.post("/v1/chat/completions", body).readAll();
    return new Got(client.status(), client.headers(), client.body(), client.end());
  }

  @Override
  public void close() {
    client.close();
    gateway.close();
    upstream.close();
  }
}
