package io.keeptrusts.gateway.limits;

import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.TestGateway;
import java.time.Duration;
import java.util.Map;

/** What is said in the tests of this package. */
final class Asking {
  static final String CHAT = "/v1/chat/completions";
  static final String ASK =
      """
      {"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]}""";
  static final String ASK_STREAM = ASK.replace("\"messages\"", "\"stream\":true,\"messages\"");
  static final String ANSWER =
      """
      {"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}""";
  static final String HEAD =
      """
      data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]}

      """;
  static final String STREAM =
      HEAD
          + """
          data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

          data: [DONE]

          """;

  private Asking() {}

  static String limited(FakeUpstream upstream, String limits) {
    return limited(upstream, "", limits);
  }

  static String limited(FakeUpstream upstream, String chain, String limits) {
    return TestGateway.pack(upstream.baseUrl(), chain, "") + "rate_limits: " + limits + "\n";
  }

  static RawClient ask(TestGateway gateway) {
    return ask(gateway, Map.of());
  }

  static RawClient ask(TestGateway gateway, Map<String, String> headers) {
    return ask(gateway, CHAT, headers, ASK);
  }

  /** A whole answer; what it cost is settled when this returns, if nobody else asks meanwhile. */
  static RawClient ask(TestGateway gateway, String path, Map<String, String> headers, String body) {
    try (RawClient client = RawClient.connect(gateway.url())) {
      client.post(path, headers, body).readAll();
      return client;
    }
  }

  static void awaitIdle(TestGateway gateway) {
    await()
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(5))
        .until(() -> gateway.gateway().openExchanges() == 0);
  }
}
