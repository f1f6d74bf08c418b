package io.keeptrusts.gateway.audit;

import static io.keeptrusts.gateway.audit.TrailFixture.deliver;
import static io.keeptrusts.gateway.audit.TrailFixture.head;
import static io.keeptrusts.gateway.audit.TrailFixture.open;
import static io.keeptrusts.gateway.audit.TrailFixture.records;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.audit.AuditSettings.Privacy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code log_all_access: false}: what waits for a verdict, and what becomes of it. */
class AuditExceptionsOnlyTest {
  private static final AuditSettings EXCEPTIONS_ONLY =
      new AuditSettings(365, false, true, false, Privacy.TEXT);

  @TempDir Path dir;

  @Test
  void withoutLogAllAccessOnlyExchangesWithAnObjectionAreRecordedAndThoseWhole()
      throws IOException {
    try (AuditTrail trail = open(dir, EXCEPTIONS_ONLY)) {
      Session fine = trail.shard().open(head("fine"));
      Session redacted = trail.shard().open(head("redacted"));
      fine.verdict("input", "prompt-injection", "allow", "", 0);
      deliver(fine, "one ");
      deliver(redacted, "two ");
      redacted.verdict("output", "pii-detector", "redact", "EMAIL", 1);
      deliver(redacted, "three");
      redacted.close("completed", null);
      fine.close("completed", null);
    }

    assertThat(records(dir)).extracting(r -> r.path("x").asText()).containsOnly("", "redacted");
    assertThat(records(dir))
        .extracting(r -> r.get("k").asText())
        .containsExactly("segment", "open", "delivered", "close");
    assertThat(delivered("redacted")).isEqualTo("two three");
    assertThat(AuditVerify.verify(dir).ok()).isTrue();
  }

  @Test
  void withoutLogAllAccessAnExchangeTooLongToWaitIsRecorded() throws IOException {
    try (AuditTrail trail = open(dir, EXCEPTIONS_ONLY)) {
      Session session = trail.shard().open(head("long"));
      for (int i = 0; i < 100; i++) {
        deliver(session, "z".repeat(1000));
      }
      session.close("completed", null);
    }

    assertThat(delivered("long")).hasSize(100_000);
    assertThat(records(dir, "open")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"completed, 0", "cancelled, 0", "refused, 0", "blocked, 1", "failed, 1"})
  void withoutAVerdictTheOutcomeDecides(String outcome, int recorded) throws IOException {
    try (AuditTrail trail = open(dir, EXCEPTIONS_ONLY)) {
      Session session = trail.shard().open(head("x"));
      deliver(session, "text");
      session.close(outcome, null);
    }

    assertThat(records(dir, "open")).hasSize(recorded);
    assertThat(delivered("x")).isEqualTo(recorded == 0 ? "" : "text");
    assertThat(AuditVerify.verify(dir).ok()).isTrue();
  }

  @Test
  void whatIsForgottenWhileAnExchangeWaitsIsNotRecordedLater() throws IOException {
    try (AuditTrail trail = open(dir, EXCEPTIONS_ONLY)) {
      Session session = trail.shard().open(head("x"));
      deliver(session, "kept ");
      byte[] dropped = "dropped".getBytes(StandardCharsets.UTF_8);
      session.delivered("0/content", dropped, 0, dropped.length);
      session.delivered("1/content", dropped, 0, dropped.length);
      session.forget();
      deliver(session, "too");
      session.close("failed", null);
    }

    assertThat(delivered("x")).isEqualTo("kept too");
    assertThat(records(dir).toString()).doesNotContain("dropped");
  }

  @Test
  void withPrivacyHashWhatHasWaitedCounts() throws Exception {
    try (AuditTrail trail = open(dir, new AuditSettings(365, false, true, false, Privacy.HASH))) {
      Session session = trail.shard().open(head("x"));
      deliver(session, "one ");
      deliver(session, "two ");
      session.verdict("output", "pii-detector", "redact", "EMAIL", 1);
      deliver(session, "three");
      session.close("completed", null);
    }

    List<JsonNode> delivered = records(dir, "delivered");
    byte[] all = "one two three".getBytes(StandardCharsets.UTF_8);
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all));
    assertThat(delivered.getLast().get("d"))
        .hasToString("[[\"0/content\",13,\"%s\"]]".formatted(digest));
  }

  private String delivered(String exchange) throws IOException {
    return records(dir, "delivered").stream()
        .filter(r -> r.get("x").asText().equals(exchange))
        .map(r -> r.get("d").get(0).get(1).asText())
        .collect(Collectors.joining());
  }
}
