package io.keeptrusts.gateway.sdk;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import io.keeptrusts.gateway.policy.kind.pii.PiiDetector;
import io.keeptrusts.gateway.policy.text.TextCheck;
import io.keeptrusts.gateway.policy.text.TextRules;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Recording;
import io.keeptrusts.gateway.testing.Recordings;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** OpenAI's Java client, a gateway with a target for every vendor, and a provider that replays. */
final class Stage implements AutoCloseable {
  static final List<String> PROVIDERS =
      List.of("openai", "azure", "anthropic", "gemini", "groq", "mistral", "ollama", "vllm");

  /** Vendors, and what makes a chat completion of a request for a response. */
  private static final Map<String, String> VENDORS =
      Map.of(
          "openai", "/v1/chat/completions",
          "azure-openai", "/v1/chat/completions",
          "vllm", "/v1/chat/completions",
          "ollama", "/api/chat",
          "anthropic", "",
          "google", "",
          "groq", "",
          "mistral", "");

  private static final TextRules PII =
      TextRules.compile(
          new PiiDetector()
              .compile(new PiiDetector.Config(null, null, null, null, null)).output().stream()
                  .map(rule -> new TextRules.Owned("pii-detector", rule))
                  .toList());

  final FakeUpstream upstream = FakeUpstream.start();
  final TestGateway gateway;
  final OpenAIClient client;

  /** {@code chain} is empty or pii-detector. */
  Stage(String chain) {
    String targets =
        VENDORS.entrySet().stream()
            .map(vendor -> targets(vendor.getKey(), vendor.getValue()))
            .collect(Collectors.joining());
    gateway =
        TestGateway.start(
            """
            pack: {name: stage, version: 1.0.0}
            providers:
              targets:
            %spolicies:
              chain: [%s]
            """
                .formatted(targets, chain));
    client =
        OpenAIOkHttpClient.builder()
            .baseUrl(gateway.url() + "/v1")
            .apiKey("any")
            .maxRetries(0)
            .timeout(Duration.ofSeconds(10))
            .build();
  }

  /** A vendor, and once more so that its responses go over the bridge. */
  private String targets(String vendor, String path) {
    String line =
        "    - {id: %s, provider: %s, model: %1$s-m, base_url: '%s', secret_key_ref: {env: TEST_KEY}%s}\n";
    String bridged =
        line.formatted(
            "bridged-" + vendor, vendor, upstream.baseUrl(), ", path_template: '" + path + "'");
    return line.formatted(vendor, vendor, upstream.baseUrl(), "") + (path.isEmpty() ? "" : bridged);
  }

  /** The vendor whose protocol a recording is in. */
  static String vendor(Recording recording) {
    return switch (recording.family()) {
      case "gemini" -> "google";
      case "azure" -> "azure-openai";
      // Its second API is OpenAI-shaped: who wants it configures it as such a vendor.
      case "ollama" -> Recorded.isOllamas(recording) ? "ollama" : "vllm";
      default -> recording.family();
    };
  }

  static String bridged(Recording recording) {
    String vendor = vendor(recording);
    return VENDORS.get(vendor).isEmpty() ? vendor : "bridged-" + vendor;
  }

  /** The recording as the provider's answer. */
  void play(Recording recording) {
    String type =
        !recording.contentType().isEmpty()
            ? recording.contentType()
            : recording.name().endsWith(".ndjson")
                ? "application/x-ndjson"
                : recording.stream() ? "text/event-stream" : "application/json";
    upstream.reply(
        Reply.of(recording.status(), Map.of("content-type", type), recording.body())
            .cutEvery(1 + recording.body().length / 16));
  }

  /** A text as the policy leaves it. */
  static String masked(String text) {
    return applied(PII.plain(), text);
  }

  /** Calls as the policy leaves them. */
  static List<Recorded.Call> masked(List<Recorded.Call> calls) {
    return calls.stream()
        .map(
            call -> {
              boolean json = call.arguments().isContainerNode();
              String text = json ? call.arguments().toString() : call.arguments().asText();
              return Recorded.Call.of(call.name(), applied(PII.arguments(), text));
            })
        .toList();
  }

  private static String applied(TextCheck check, String text) {
    StringBuilder out = new StringBuilder();
    if (check.feed(text.toCharArray(), 0, text.length(), out)) {
      out.append(text);
    }
    check.end(out);
    return out.toString();
  }

  /** Recordings of an endpoint of all these providers, shortest first. */
  static List<Recording> recordings(String endpoint) {
    return Recordings.manifest().stream()
        .filter(row -> PROVIDERS.contains(row.provider()) && row.endpoint().contains(endpoint))
        .toList();
  }

  @Override
  public void close() {
    client.close();
    gateway.close();
    upstream.close();
  }
}
