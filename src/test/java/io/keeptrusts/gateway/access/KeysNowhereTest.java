package io.keeptrusts.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.LogTape;
import io.keeptrusts.gateway.testing.RawClient;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Keys are planted wherever keys may stand, and errors are provoked of every kind; then everything
 * that came out anywhere is searched for them.
 */
class KeysNowhereTest {
  private static final String STORED = "stored-Zq7xWv93LmKp0042";
  private static final String LITERAL = "literal-Hd82jQnn5TyB1177";
  private static final String SINK = "sink-Pw61mXr4JbVc9033";
  private static final String ADMIN = "admin-Gk50tYs8RfDz2266";
  private static final String APP = "app-Cn39uEh7WqLx4455";
  private static final String WRONG = "wrong-Mv28oIa6SgJy5588";
  private static final List<String> KEYS =
      List.of(TestGateway.KEY, STORED, LITERAL, SINK, ADMIN, APP, WRONG);

  /** What providers say. */
  private static final List<String> QUOTED = List.of(TestGateway.KEY, STORED, LITERAL, APP);

  @TempDir Path dir;

  private final LogTape log = LogTape.start();
  private final FakeUpstream upstream = FakeUpstream.start();
  private final List<String> outputs = new ArrayList<>();
  private TestGateway gateway;

  @BeforeEach
  void start() throws IOException {
    Path store = Files.createDirectory(dir.resolve("secrets"));
    Files.writeString(store.resolve("stored"), STORED);
    Files.writeString(store.resolve("sink"), SINK);
    Path tokens = Files.createDirectory(dir.resolve("tokens"));
    Files.writeString(tokens.resolve("app"), APP);
    gateway =
        TestGateway.start(
            Map.of(
                "gateway.secrets-dir",
                store.toString(),
                "gateway.tokens-dir",
                tokens.toString(),
                "gateway.admin.token",
                ADMIN,
                "gateway.upstream.first-byte",
                "300ms",
                "gateway.audit.flush",
                "100ms"),
            pack(""));
  }

  @AfterEach
  void stop() {
    gateway.close();
    upstream.close();
    log.close();
  }

  private String pack(String target) {
    return """
        pack: {name: test, version: 1.0.0}
        providers:
          fallback: {max_retries: 0}
          targets:
            - {id: env, provider: openai, model: m, base_url: "%1$s", secret_key_ref: {env: TEST_KEY}}
            - {id: stored, provider: anthropic, model: m, base_url: "%1$s", secret_key_ref: {store: stored}}
            - {id: literal, provider: openai, model: m, base_url: "%1$s", api_key: %2$s, api_key_header: X-Own, api_key_prefix: "Own "}
            - {id: google, provider: google, model: m, base_url: "%1$s", secret_key_ref: {store: stored}}
            - {id: gone, provider: openai, model: m, base_url: "http://127.0.0.1:1", secret_key_ref: {store: stored}}
            %3$s
        policies: {chain: [pii-detector, audit-logger]}
        policy:
          audit-logger:
            sinks: [{type: otlp, endpoint: "http://127.0.0.1:1/v1/logs", secret_key_ref: {store: sink}}]
        """
        .formatted(upstream.baseUrl(), LITERAL, target);
  }

  private int send(String method, String path, String token, String body) {
    try (RawClient client = RawClient.connect(gateway.url())) {
      client
          .request(
              method,
              path,
              Map.of("authorization", "Bearer " + token),
              body.getBytes(StandardCharsets.UTF_8))
          .readAll();
      outputs.add(new String(client.raw(), StandardCharsets.UTF_8));
      return client.raw().length == 0 ? 0 : client.status();
    }
  }

  private static List<Reply> failures() {
    List<Reply> all = new ArrayList<>();
    String said =
        "{\"error\":{\"message\":\"Incorrect API key provided: %s.\",\"type\":\"t\",\"code\":\"c\",\"param\":null}}";
    for (int status : List.of(400, 401, 403, 404, 422, 429, 500, 503)) {
      QUOTED.forEach(key -> all.add(Reply.json(status, said.formatted(key))));
    }
    QUOTED.forEach(key -> all.add(Reply.json(200, "{\"not\": \"an answer\", \"key\": \"" + key)));
    QUOTED.forEach(
        key -> all.add(Reply.sse("data: " + said.formatted(key) + "\n\ndata: [DONE]\n\n")));
    QUOTED.forEach(
        key ->
            all.add(
                Reply.sse(
                    "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                        + "\"delta\":{\"content\":\"So \"},\"finish_reason\":null}]}\n\ndata: "
                        + said.formatted(key)
                        + "\n\n")));
    all.add(Reply.silent().closeAfter(0));
    all.add(Reply.silent());
    all.add(Reply.json(302, "{}"));
    return all;
  }

  private String everything() throws IOException {
    StringBuilder all = new StringBuilder(log.text());
    outputs.forEach(all::append);
    gateway.metrics().getMeters().forEach(meter -> all.append(meter.getId()).append('\n'));
    try (Stream<Path> trail = Files.walk(gateway.auditDir())) {
      for (Path file : trail.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }

  @Test
  void noKeyIsInAnyAnswerLogMetricTrailOrView() throws IOException {
    for (String target : List.of("env", "stored", "literal", "google", "gone")) {
      for (boolean stream : new boolean[] {true, false}) {
        String ask =
            "{\"model\":\"%s\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                .formatted(target, stream);
        for (Reply reply : target.equals("gone") ? List.of(Reply.silent()) : failures()) {
          upstream.handle(request -> reply);
          assertThat(send("POST", "/v1/chat/completions", APP, ask)).isPositive();
        }
        assertThat(send("POST", "/v1/chat/completions", WRONG, ask)).isEqualTo(401);
      }
    }
    for (String path : List.of("/keeptrusts/config", "/keeptrusts/providers/metrics")) {
      assertThat(send("GET", path, ADMIN, "")).isEqualTo(200);
      assertThat(send("GET", path, APP, "")).isEqualTo(401);
    }
    Files.writeString(dir.resolve("tokens").resolve("bad name"), WRONG);
    Files.writeString(dir.resolve("tokens").resolve("short"), WRONG.substring(0, 9));
    assertThat(send("POST", "/keeptrusts/config/reload", ADMIN, "")).isEqualTo(422);
    await().atMost(Duration.ofSeconds(10)).until(() -> log.text().contains("otlp"));

    String all = everything();

    assertThat(all).contains("provider_auth", "upstream_timeout", "[KEY_REDACTED]", "TEST_KEY");
    for (String key : KEYS) {
      assertThat(all.contains(key)).as(key.substring(0, 6)).isFalse();
    }
    assertThat(all).doesNotContain(WRONG.substring(0, 9));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- {id: x, provider: openai, model: m, base_url: \"https://user:KEY@127.0.0.1/\"}",
        "- {id: x, provider: openai, model: m, base_url: \"https://127.0.0.1/?key=KEY\"}",
        "- {id: x, provider: openai, model: m, base_url: \"https://127.0.0.1/#KEY\"}",
        "- {id: x, provider: openai, model: m, base_url: \"KEY\"}",
        "- {id: x, provider: openai, model: m, api_key: [KEY]}",
        "- {id: x, provider: openai, model: m, api_key: {KEY: 1}}",
        "- {id: x, provider: openai, model: m, api_keys: KEY}",
        "- {id: x, provider: openai, model: m, api_key: KEY, secret_key_ref: {env: TEST_KEY}}",
        "- {id: x, provider: openai, model: m, secret_key_ref: KEY}",
        "- {id: x, provider: openai, model: m, secret_key_ref: {env: \"KEY \"}}",
        "- {id: x, provider: openai, model: m, secret_key_ref: {store: \"../KEY\"}}",
        "- {id: x, provider: openai, model: m, secret_key_ref: {key: KEY}}",
        "- {id: x, provider: openai, model: m, api_key: \"KEY\\u00e9\"}",
        "- {id: x, provider: openai, model: m, api_key_header: \"KEY :\", api_key: a}",
        "- {id: x, provider: openai, model: m, api_key: \"KEY}",
        "- {id: x, provider: openai, model: m, api_key: *KEY}",
        "- {id: x, provider: openai, model: m, api_key: !KEY a}",
        "- {id: x, provider: openai, model: m, api_key: %KEY}",
        "- {id: x, provider: openai, model: m, api_key: @KEY}",
        "- {id: x, provider: openai, model: m, api_key: a, api_key: KEY}"
      })
  void aPackThatIsWrongAboutAKeyIsRefusedWithoutSayingIt(String target) throws IOException {
    String key = WRONG.replace("-", "");
    Files.writeString(gateway.packFile(), pack(target.replace("KEY", key)));

    int status = send("POST", "/keeptrusts/config/reload", ADMIN, "");

    assertThat(status).isEqualTo(422);
    assertThat(outputs.getLast()).contains("\"errors\"").doesNotContain(key);
    assertThat(log.text()).doesNotContain(key);
  }
}
