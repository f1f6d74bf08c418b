package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.CHAT;
import static io.keeptrusts.gateway.life.Talk.ROLE;
import static io.keeptrusts.gateway.life.Talk.assertError;
import static io.keeptrusts.gateway.life.Talk.post;
import static io.keeptrusts.gateway.life.Talk.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.audit.AuditVerify;
import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.IOException;
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

/**
 * What a client received is in the trail, in order, however its answer ended; and a trail that
 * fails follows the fail-mode.
 */
class TrailTest {
  private static final String FIRST =
      ROLE + text("First. ") + text("Ask jane.doe@example.com please. ");
  private FakeUpstream upstream;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private TestGateway gateway(String mode, String action) {
    String pack =
        TestGateway.pack(
            upstream.baseUrl(),
            "pii-detector, audit-logger",
            "pii-detector: {action: " + action + "}");
    return TestGateway.start(
        Map.of("gateway.fail-mode", mode, "gateway.audit.segment", "64K"), pack);
  }

  /** All records of the trail, as they stand. */
  private static List<JsonNode> records(TestGateway gateway) throws IOException {
    List<JsonNode> records = new ArrayList<>();
    try (Stream<Path> files = Files.list(gateway.auditDir())) {
      for (Path file : files.filter(path -> path.toString().endsWith(".jsonl")).sorted().toList()) {
        for (String line : Files.readString(file).replace("\u0000", "").split("\n")) {
          if (!line.isBlank()) {
            records.add(Talk.json(line));
          }
        }
      }
    }
    return records;
  }

  private static String recorded(List<JsonNode> records) {
    StringBuilder text = new StringBuilder();
    for (JsonNode record : records) {
      record
          .path("d")
          .forEach(
              piece ->
                  text.append(
                      piece.path(0).asText().endsWith("content") ? piece.path(1).asText() : ""));
    }
    return text.toString();
  }

  private static List<String> verdicts(List<JsonNode> records) {
    return records.stream()
        .flatMap(record -> record.path("v").valueStream())
        .map(
            verdict ->
                verdict.path(0).asText()
                    + " "
                    + verdict.path(1).asText()
                    + " "
                    + verdict.path(2).asText()
                    + " "
                    + verdict.path(4).asInt())
        .toList();
  }

  private static String outcome(List<JsonNode> records) {
    return records.stream()
        .filter(record -> record.path("k").asText().equals("close"))
        .findFirst()
        .orElseThrow()
        .path("outcome")
        .asText();
  }

  private static void assertVerifies(TestGateway gateway) throws IOException {
    AuditVerify.Report report = AuditVerify.verify(gateway.auditDir());
    assertThat(report.ok()).as(report.toText()).isTrue();
    assertThat(report.series()).isNotEmpty();
  }

  @Test
  void aWholeAnswerIsRecordedAsDelivered() throws IOException {
    upstream.reply(Reply.sse(FIRST + text("Last. ") + Talk.STOP + Talk.DONE).cutEvery(50));
    try (TestGateway gateway = gateway("block", "redact")) {
      Heard heard = post(gateway, ASK);
      Talk.awaitIdle(gateway);

      List<JsonNode> records = records(gateway);
      assertThat(recorded(records))
          .isEqualTo(Talk.content(heard.body()))
          .contains("[EMAIL_REDACTED]");
      assertThat(verdicts(records)).containsExactly("output pii-detector redact 1");
      assertThat(outcome(records)).isEqualTo("completed");
      assertVerifies(gateway);
    }
  }

  @Test
  void whatAClientGotThatLeftIsRecorded() throws IOException {
    upstream.reply(Reply.sse(FIRST).stall());
    try (TestGateway gateway = gateway("block", "redact");
        RawClient client = RawClient.connect(gateway.url())) {
      client.post(CHAT, ASK).readUntil("please. ");
      client.reset();
      Talk.awaitIdle(gateway);

      List<JsonNode> records = records(gateway);
      assertThat(recorded(records))
          .startsWith(Talk.content(client.body()))
          .startsWith("First. Ask [EMAIL_REDACTED]");
      assertThat(verdicts(records)).containsExactly("output pii-detector redact 1");
      assertThat(outcome(records)).isEqualTo("cancelled");
      assertVerifies(gateway);
    }
  }

  @Test
  void whileAStreamIsOpenTheTrailHoldsWhatTheClientHas() throws IOException {
    upstream.reply(Reply.sse(FIRST).stall());
    try (TestGateway gateway = gateway("block", "redact");
        RawClient client = RawClient.connect(gateway.url())) {
      client.post(CHAT, ASK).readUntil("please. ");

      List<JsonNode> records = records(gateway);
      assertThat(recorded(records)).startsWith(Talk.content(client.body()));
      assertThat(verdicts(records)).containsExactly("output pii-detector redact 1");
      assertVerifies(gateway);
      client.reset();
      Talk.awaitIdle(gateway);
    }
  }

  @Test
  void aBlockedStreamIsRecordedUpToItsBlock() throws IOException {
    String before = ROLE + text("First. ");
    upstream.reply(
        Reply.sse(before + text("Ask jane.doe@example.com please. "))
            .cuts(before.length())
            .delay(Duration.ofMillis(200)));
    try (TestGateway gateway = gateway("block", "block")) {
      Heard heard = post(gateway, ASK);
      Talk.awaitIdle(gateway);

      List<JsonNode> records = records(gateway);
      assertThat(recorded(records)).isEqualTo(Talk.content(heard.body())).startsWith("First. ");
      assertThat(verdicts(records)).containsExactly("output pii-detector block 1");
      assertThat(outcome(records)).isEqualTo("blocked");
      assertVerifies(gateway);
    }
  }

  @Test
  void aFailedStreamIsRecordedUpToItsFailure() throws IOException {
    upstream.reply(
        Reply.sse(FIRST + text("Held: jane.d") + "data: ")
            .cuts(FIRST.length())
            .delay(Duration.ofMillis(200))
            .resetAfter(2));
    try (TestGateway gateway = gateway("block", "redact")) {
      Heard heard = post(gateway, ASK);
      Talk.awaitIdle(gateway);

      List<JsonNode> records = records(gateway);
      assertThat(recorded(records))
          .isEqualTo(Talk.content(heard.body()))
          .endsWith("please. Held: ");
      assertThat(outcome(records)).isEqualTo("failed");
      assertVerifies(gateway);
    }
  }

  @Test
  void aBlockedPromptIsRecorded() throws IOException {
    try (TestGateway gateway = gateway("block", "block")) {
      assertThat(post(gateway, ASK.replace("Hello", "jane.doe@example.com")).status())
          .isEqualTo(409);
      Talk.awaitIdle(gateway);

      List<JsonNode> records = records(gateway);
      assertThat(verdicts(records)).containsExactly("input pii-detector block 1");
      assertThat(records.toString()).doesNotContain("jane");
      assertVerifies(gateway);
    }
  }

  /** The next segment cannot be made: its directory is a file now. */
  private static void breakTrail(TestGateway gateway) throws IOException {
    Files.move(gateway.auditDir(), gateway.auditDir().resolveSibling("gone"));
    Files.writeString(gateway.auditDir(), "not a directory");
  }

  @Test
  void aTrailThatCannotBeginBlocksEverything() throws IOException {
    upstream.handle(
        request ->
            request.text().contains("\"stream\":true")
                ? Reply.sse(FIRST + Talk.STOP + Talk.DONE)
                : Reply.json(200, Talk.whole("First. ")));
    try (TestGateway gateway = gateway("block", "redact")) {
      breakTrail(gateway);

      for (String ask : List.of(ASK, Talk.ASK_WHOLE)) {
        Heard heard = post(gateway, ask);

        assertError(heard, 409, "policy_violation", "output_blocked", null);
        assertThat(heard.error().path("policy").asText()).isEqualTo("audit-logger");
        assertThat(heard.body()).doesNotContain("First");
      }
      assertThat(post(gateway, ASK.replace("gpt-4o", "nobody")).status()).isEqualTo(404);
      assertThat(post(gateway, "{}").status()).isEqualTo(422);
      Talk.awaitIdle(gateway);
    }
  }

  @Test
  void aTrailThatCannotGoOnBlocksTheStreamThatNeedsIt() throws IOException {
    upstream.reply(
        Reply.endless((text("word ".repeat(200))).getBytes(UTF_8)).delay(Duration.ofMillis(1)));
    try (TestGateway gateway = gateway("block", "redact");
        RawClient client = RawClient.connect(gateway.url())) {
      client.post(CHAT, ASK).readUntil("word ");
      breakTrail(gateway);

      String body = client.readAll();

      JsonNode error = Talk.lastError(body);
      Talk.assertEnvelope(error, "policy_violation", "output_blocked", null);
      assertThat(error.path("policy").asText()).isEqualTo("audit-logger");
      assertThat(Talk.finishes(body)).containsExactly("0:content_filter");
      assertThat(upstream.requests().getFirst().closedByPeer())
          .succeedsWithin(Duration.ofSeconds(5));
      Talk.awaitIdle(gateway);
    }
  }

  @Test
  void aTrailThatFailsIsGoneWithoutWhereTheOperatorAllowsIt() throws IOException {
    upstream.reply(Reply.sse(FIRST + text("word ".repeat(30_000)) + Talk.STOP + Talk.DONE));
    try (TestGateway gateway = gateway("allow", "redact")) {
      breakTrail(gateway);

      Heard heard = post(gateway, ASK);

      assertThat(heard.status()).isEqualTo(200);
      assertThat(heard.body()).endsWith(Talk.STOP + Talk.DONE).doesNotContain("jane");
      await().until(() -> gateway.gateway().openExchanges() == 0);
    }
  }
}
