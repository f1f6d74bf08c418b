package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.audit.AuditVerify;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every key of audit-logger changes what is on the disk, or is refused with a reason. */
class TrailSettingsTest {
  private static final String EMAIL = "Ask jane.doe@example.com please. ";

  @TempDir Path home;
  private FakeUpstream upstream;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private TestGateway gateway(Map<String, String> settings, String block) {
    String blocks = "pii-detector: {action: redact}\naudit-logger: {" + block + "}";
    return TestGateway.start(
        settings, TestGateway.pack(upstream.baseUrl(), "pii-detector, audit-logger", blocks));
  }

  /** One exchange of each kind: one with nothing to say against, one with something to redact. */
  private String trailOf(String block) throws IOException {
    upstream.reply(
        Reply.sse(Talk.stream("All is well. ")), Reply.sse(Talk.stream("Too bad. ", EMAIL)));
    Path dir = home.resolve("audit");
    try (TestGateway gateway = gateway(Map.of("gateway.audit.dir", dir.toString()), block)) {
      assertThat(post(gateway, ASK).status()).isEqualTo(200);
      assertThat(post(gateway, ASK).status()).isEqualTo(200);
      Talk.awaitIdle(gateway);
    }
    assertThat(AuditVerify.verify(dir).ok()).isTrue();
    return trail(dir);
  }

  private static String trail(Path dir) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(dir)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".jsonl")).sorted().toList()) {
        all.append(Files.readString(file).replace("\u0000", ""));
      }
    }
    return all.toString();
  }

  @Test
  void byDefaultAllIsRecordedChainedAndSignedAsDelivered() throws IOException {
    assertThat(trailOf(""))
        .contains("All is well. ", "Too bad. Ask [EMAIL_REDACTED]", "\"h\":\"", "\"sig\":\"")
        .doesNotContain("jane", "127.0.0.1", "categories");
  }

  @Test
  void withoutLogAllAccessWhatNobodyObjectedToIsNotRecorded() throws IOException {
    assertThat(trailOf("log_all_access: false"))
        .contains("Too bad. Ask [EMAIL_REDACTED]")
        .doesNotContain("All is well");
  }

  @Test
  void withoutImmutableNothingIsChainedOrSigned() throws IOException {
    assertThat(trailOf("immutable: false"))
        .contains("All is well. ")
        .doesNotContain("\"h\":\"", "\"sig\":\"", "checkpoint");
  }

  @Test
  void withPrivacyHashNoTextIsRecorded() throws IOException {
    assertThat(trailOf("privacy: hash"))
        .contains("[\"0/content\",13,\"")
        .doesNotContain("All is well", "Too bad");
  }

  @Test
  void withHipaaControlsCallerAndCategoriesAreRecorded() throws IOException {
    assertThat(trailOf("hipaa_audit_controls: true"))
        .contains("\"caller\":\"127.0.0.1\"", "\"categories\":[\"EMAIL\"]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "retention_days: 0               | retention_days | must be between 1 and 36500",
        "retention_days: 36501           | retention_days | must be between 1 and 36500",
        "privacy: redacted               | privacy        | `redacted` is not known here",
        "immutable: nope                 | immutable      | true or false is wanted",
        "raw_input: true                 | raw_input      | unknown key `raw_input`",
        "sinks: [{type: otlp}]           | sinks          | give an http or https URL",
        "'sinks: [{type: kafka, topic: t, bootstrap_servers: [nohost]}]' | sinks | list of `host:port`",
        "'sinks: [{type: kafka, bootstrap_servers: [\"k:1\"]}]' | topic | give the name of a Kafka topic",
        "'sinks: [{type: otlp, endpoint: \"http://c/v1/logs\", topic: t}]' | topic | does not belong to `type: otlp`",
        "'sinks: [{type: otlp, endpoint: \"http://c/v1/logs\", max_lag_mb: 0}]' | max_lag_mb | must be between 1",
        "'sinks: [{type: otlp, endpoint: \"http://u:p@c/\"}]' | endpoint | without user or query",
        "'sinks: [{type: kafka, topic: t, bootstrap_servers: [\"k:1\"], security: sasl_ssl}]' | security | need `username` and `secret_key_ref`",
        "'immutable: false, sinks: [{type: otlp, endpoint: \"http://c/v1/logs\"}]' | sinks | need `immutable: true`",
        "'sinks: [{endpoint: \"http://c/v1/logs\"}]' | type | is missing: otlp or kafka",
      })
  void whatCannotBeIsRefusedByItsKey(String block, String key, String message) {
    assertThatThrownBy(() -> gateway(Map.of(), block).close())
        .hasMessageContaining(key)
        .hasMessageContaining(message)
        .hasMessageNotContaining("u:p@");
  }

  @Test
  void theNameOfAModelThatNobodyKnowsIsRecordedAsAnAnswersTextWouldBe() throws IOException {
    String asked = "card 4111 1111 1111 1111";
    try (TestGateway gateway = gateway(Map.of(), "")) {
      assertThat(post(gateway, ASK.replace("gpt-4o", asked)).status()).isEqualTo(404);
      Talk.awaitIdle(gateway);

      assertThat(trail(gateway.auditDir())).contains("\"model\":\"card [").doesNotContain("4111");
    }
  }

  @Test
  void noTextOfARequestIsRecordedWhateverBecomesOfIt() throws IOException {
    upstream.reply(Reply.sse(Talk.stream("Fine. ")));
    try (TestGateway gateway = gateway(Map.of(), "")) {
      post(gateway, ASK.replace("Hello", "I am jane.doe@example.com, hello"));
      post(gateway, ASK.replace("gpt-4o", "unknown").replace("Hello", "jane.doe@example.com"));
      post(gateway, "{\"model\":\"gpt-4o\",\"messages\":\"jane.doe@example.com\"}");
      Talk.awaitIdle(gateway);

      assertThat(trail(gateway.auditDir()))
          .contains("[\"input\",\"pii-detector\",\"redact\",\"EMAIL\",1]")
          .doesNotContain("jane", "hello");
    }
  }

  @Test
  void aSigningKeyThatIsMissingKeepsThePackOut() {
    Map<String, String> settings =
        Map.of("gateway.audit.signing-key", "audit.pem", "gateway.secrets-dir", home.toString());

    assertThatThrownBy(() -> gateway(settings, ""))
        .hasMessageContaining("E010")
        .hasMessageContaining("there is no key file " + home.resolve("audit.pem"));
  }

  @Test
  void aSinkThatMissesItsSecretKeepsThePackOut() {
    String sink =
        "sinks: [{type: otlp, endpoint: \"http://127.0.0.1:1/v1/logs\", secret_key_ref: {env: NO_SUCH_KEY_HERE}}]";

    assertThatThrownBy(() -> gateway(Map.of(), sink))
        .hasMessageContaining("policy.audit-logger.sinks")
        .hasMessageContaining("environment variable NO_SUCH_KEY_HERE is not set");
  }

  @Test
  void withoutSinksThereIsNoThreadAndNoClient() throws IOException {
    upstream.reply(Reply.sse(Talk.stream("Fine. ")));
    try (TestGateway gateway = gateway(Map.of(), "")) {
      post(gateway, ASK);
      Talk.awaitIdle(gateway);

      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .noneMatch(name -> name.startsWith("gateway-audit-sink"))
          .noneMatch(name -> name.contains("kafka"))
          .noneMatch(name -> name.startsWith("HttpClient"));
      assertThat(gateway.auditDir()).isDirectoryNotContaining("glob:**/sink-*");
    }
  }

  @Test
  void aSinkGetsWhatWasDeliveredAndEndsWithItsPack() throws IOException {
    Files.writeString(home.resolve("otlp"), "the-key\n");
    try (FakeUpstream collector = FakeUpstream.start()) {
      collector.handle(request -> Reply.json(200, "{}"));
      upstream.reply(Reply.sse(Talk.stream("Too bad. ", EMAIL)));
      String sink =
          "sinks: [{type: otlp, endpoint: \"%s/v1/logs\", secret_key_ref: {store: otlp}}]"
              .formatted(collector.baseUrl());
      try (TestGateway gateway = gateway(Map.of("gateway.secrets-dir", home.toString()), sink)) {
        post(gateway, ASK);
        await()
            .until(
                () ->
                    collector.requests().stream()
                        .anyMatch(r -> r.text().contains("\\\"close\\\"")));

        String all = String.join("", collector.requests().stream().map(r -> r.text()).toList());
        assertThat(all).contains("Ask [EMAIL_REDACTED]").doesNotContain("jane", "the-key");
        assertThat(collector.requests().getFirst().headers().get("Authorization"))
            .isEqualTo("Bearer the-key");
        await().until(() -> counted(gateway, "sent") > 2);

        gateway.repack(TestGateway.pack(upstream.baseUrl(), "audit-logger", ""));
        assertThat(Thread.getAllStackTraces().keySet())
            .extracting(Thread::getName)
            .doesNotContain("gateway-audit-sink");
      }
    }
  }

  private static double counted(TestGateway gateway, String what) {
    return gateway
        .metrics()
        .get("keeptrusts.gateway.audit.sink." + what)
        .tag("type", "otlp")
        .functionCounter()
        .count();
  }

  @ParameterizedTest
  @CsvSource({"block, 503", "allow, 200"})
  void aSinkThatIsTooFarBehindFollowsTheFailMode(String mode, int status) throws IOException {
    upstream.handle(request -> Reply.sse(Talk.stream("word ".repeat(300_000))));
    String sink = "sinks: [{type: otlp, endpoint: \"http://127.0.0.1:1/v1/logs\", max_lag_mb: 1}]";
    Map<String, String> settings =
        Map.of("gateway.fail-mode", mode, "gateway.audit.flush", "100ms");
    try (TestGateway gateway = gateway(settings, sink)) {
      assertThat(post(gateway, ASK).status()).isEqualTo(200);
      if (status == 503) {
        await().until(() -> post(gateway, ASK).status() == 503);
        Talk.Heard heard = post(gateway, ASK);

        assertThat(heard.code()).isEqualTo("audit_sink_behind");
        assertThat(heard.headers()).containsKey("retry-after");
      } else {
        await().until(() -> counted(gateway, "lost") > 0);

        assertThat(post(gateway, ASK).status()).isEqualTo(200);
        assertThat(trail(gateway.auditDir())).contains("\"k\":\"left-out\"");
      }
      Talk.awaitIdle(gateway);
    }
  }
}
