package io.keeptrusts.gateway.audit;

import static io.keeptrusts.gateway.audit.TrailFixture.ALL;
import static io.keeptrusts.gateway.audit.TrailFixture.START;
import static io.keeptrusts.gateway.audit.TrailFixture.deliver;
import static io.keeptrusts.gateway.audit.TrailFixture.exchange;
import static io.keeptrusts.gateway.audit.TrailFixture.head;
import static io.keeptrusts.gateway.audit.TrailFixture.open;
import static io.keeptrusts.gateway.audit.TrailFixture.records;
import static io.keeptrusts.gateway.audit.TrailFixture.segments;
import static io.keeptrusts.gateway.audit.TrailFixture.series;
import static io.keeptrusts.gateway.audit.TrailFixture.small;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.audit.AuditSettings.Privacy;
import io.keeptrusts.gateway.exchange.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTrailTest {
  private static final AuditSettings HASHED =
      new AuditSettings(365, true, true, false, Privacy.HASH);
  private static final AuditSettings HIPAA = new AuditSettings(365, true, true, true, Privacy.TEXT);

  @TempDir Path dir;

  @Test
  void anExchangeIsRecordedFromItsHeadToItsUsage() throws IOException {
    try (AuditTrail trail = open(dir, ALL)) {
      Session session = trail.shard().open(head("x-1"));
      session.verdict("input", "prompt-injection", "allow", "", 0);
      session.commit();
      session.verdict("output", "pii-detector", "redact", "EMAIL", 2);
      session.delivered("0/content", bytes("write to "), 0, 9);
      session.delivered("0/content", bytes("[EMAIL]\\n\\u00e9é"), 0, 17);
      session.delivered("0/reasoning", bytes("..hm.."), 2, 4);
      session.commit();
      session.close("completed", new Usage(3, 4, 7));
    }

    List<JsonNode> records = records(dir);
    assertThat(records)
        .extracting(r -> r.get("k").asText())
        .containsExactly("segment", "open", "verdict", "delivered", "close");
    assertThat(records).extracting(r -> r.get("n").asInt()).containsExactly(0, 1, 2, 3, 4);
    assertThat(records)
        .allSatisfy(r -> assertThat(r.get("t").asText()).isEqualTo("2026-03-01T12:00:00.000042Z"));
    assertThat(records.subList(1, 5))
        .allSatisfy(r -> assertThat(r.get("x").asText()).isEqualTo("x-1"));
    assertThat(records.get(1).get("policies")).hasToString("[\"pii-detector\",\"audit-logger\"]");
    assertThat(records.get(2).get("v"))
        .hasToString("[[\"input\",\"prompt-injection\",\"allow\",\"\",0]]");
    assertThat(records.get(3).get("v"))
        .hasToString("[[\"output\",\"pii-detector\",\"redact\",\"EMAIL\",2]]");
    assertThat(records.get(3).get("d").get(0).get(1).asText()).isEqualTo("write to [EMAIL]\néé");
    assertThat(records.get(3).get("d").get(1)).hasToString("[\"0/reasoning\",\"hm\"]");
    assertThat(records.get(4).get("usage"))
        .hasToString("{\"prompt\":3,\"completion\":4,\"total\":7}");
    assertThat(AuditVerify.verify(dir).ok()).isTrue();
  }

  @Test
  void theFirst64PoliciesAreNamed() throws IOException {
    List<String> kinds = IntStream.range(0, 65).mapToObj(i -> "policy-" + i).toList();
    try (AuditTrail trail = open(dir, ALL)) {
      trail.shard().open(new Head("x-1", "", "m", "t", "p", kinds, true)).close("completed", null);
    }

    assertThat(records(dir).get(1).get("policies"))
        .extracting(JsonNode::asText)
        .isEqualTo(kinds.subList(0, 64));
  }

  @Test
  void aCommitWithNothingCollectedWritesNothing() throws IOException {
    try (AuditTrail trail = open(dir, ALL)) {
      Session session = trail.shard().open(head("x-1"));
      session.commit();
      session.delivered("0/content", bytes("abc"), 1, 1);
      session.commit();
    }

    assertThat(records(dir))
        .extracting(r -> r.get("k").asText())
        .containsExactly("segment", "open");
  }

  @Test
  void theCallerIsRecordedForHipaaOnlyAndSoAreTheCategories() throws IOException {
    Path plain = dir.resolve("plain");
    for (AuditSettings settings : List.of(ALL, HIPAA)) {
      try (AuditTrail trail = open(settings.equals(ALL) ? plain : dir, settings)) {
        Session session = trail.shard().open(head("x-1"));
        session.verdict("output", "pii-detector", "redact", "SSN", 1);
        session.verdict("output", "pii-detector", "redact", "EMAIL", 1);
        session.close("completed", null);
      }
    }

    assertThat(records(dir).subList(1, 4))
        .allSatisfy(r -> assertThat(r.get("caller").asText()).contains("ada@"));
    assertThat(records(dir, "close").getFirst().get("categories"))
        .hasToString("[\"EMAIL\",\"SSN\"]");
    assertThat(Files.readString(segments(plain).getFirst())).doesNotContain("ada@", "categories");
  }

  @Test
  void interleavedExchangesRollOverManySegmentsInOneChain() throws IOException {
    Random random = new Random(7);
    StringBuilder a = new StringBuilder();
    StringBuilder b = new StringBuilder();
    try (AuditTrail trail = open(dir, ALL)) {
      Session first = trail.shard().open(head("a"));
      Session second = trail.shard().open(head("b"));
      for (int i = 0; i < 6000; i++) {
        boolean toFirst = random.nextBoolean();
        String text = i + ":" + "y".repeat(random.nextInt(60)) + " ";
        (toFirst ? a : b).append(text);
        deliver(toFirst ? first : second, text);
        if (i % 100 == 0) {
          trail.prepare();
        }
        if (i % 700 == 0) {
          trail.force();
        }
      }
    }

    assertThat(segments(dir)).hasSizeGreaterThan(10);
    assertThat(delivered("a")).isEqualTo(a.toString());
    assertThat(delivered("b")).isEqualTo(b.toString());
    AuditVerify.Report report = AuditVerify.verify(dir);
    assertThat(report.ok()).isTrue();
    assertThat(series(report).getFirst().records()).isEqualTo(6002 + segments(dir).size());
  }

  @Test
  void textLongerThanARecordIsSplitBetweenCharactersAndEscapes() throws IOException {
    String unit = "a\\u00e4\\n€𝄞\\\\";
    String text = unit.repeat(20_000);
    try (AuditTrail trail = open(dir, ALL)) {
      deliver(trail.shard().open(head("long")), text);
    }

    assertThat(records(dir, "delivered")).hasSizeGreaterThan(20);
    assertThat(delivered("long")).isEqualTo("aä\n€𝄞\\".repeat(20_000));
    assertThat(AuditVerify.verify(dir).ok()).isTrue();
  }

  @Test
  void rawControlBytesCannotForgeOrTearARecord() throws IOException {
    try (AuditTrail trail = open(dir, ALL)) {
      deliver(trail.shard().open(head("\n\0\"\\")), "a\nb\0c\td");
    }

    assertThat(records(dir)).hasSize(3);
    assertThat(records(dir).get(2).get("x").asText()).isEqualTo("\n\0\"\\");
    assertThat(delivered("\n\0\"\\")).isEqualTo("a\nb\0c\td");
    assertThat(AuditVerify.verify(dir).ok()).isTrue();
  }

  @Test
  void eachThreadWritesItsOwnSeries() throws Exception {
    try (AuditTrail trail = open(dir, ALL)) {
      Thread one = Thread.ofPlatform().start(() -> exchange(trail, "one", 900));
      Thread two = Thread.ofPlatform().start(() -> exchange(trail, "two", 900));
      one.join();
      two.join();
    }

    AuditVerify.Report report = AuditVerify.verify(dir);
    assertThat(report.ok()).isTrue();
    assertThat(series(report))
        .hasSize(2)
        .allSatisfy(series -> assertThat(series.records()).isGreaterThan(902));
  }

  @Test
  void theShardOfAThreadThatEndedIsFinishedByTheNextForce() throws Exception {
    try (AuditTrail trail = open(dir, ALL)) {
      Thread.ofPlatform().start(() -> exchange(trail, "one", 1)).join();
      long preallocated = Files.size(segments(dir).getFirst());

      trail.force();

      assertThat(preallocated).isEqualTo(64 << 10);
      assertThat(Files.size(segments(dir).getFirst())).isLessThan(2000);
    }
  }

  @Test
  void aShardRefusesAForeignThread() throws Exception {
    try (AuditTrail trail = open(dir, ALL)) {
      Shard shard = trail.shard();

      Thread other =
          Thread.ofPlatform()
              .unstarted(
                  () -> assertThatIllegalStateException().isThrownBy(() -> shard.open(head("x"))));
      List<Throwable> failures = new CopyOnWriteArrayList<>();
      other.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
      other.start();
      other.join();

      assertThat(failures).isEmpty();
    }
  }

  @Test
  void withPrivacyHashOnlyLengthAndRunningDigestOfEachChannelAreKept() throws Exception {
    try (AuditTrail trail = open(dir, HASHED)) {
      Session session = trail.shard().open(head("x-1"));
      session.delivered("0/content", bytes("secret "), 0, 7);
      session.delivered("0/reasoning", bytes("musing"), 0, 6);
      session.commit();
      deliver(session, "words");
      session.close("completed", null);
    }

    List<JsonNode> delivered = records(dir, "delivered");
    assertThat(delivered.get(0).get("d")).hasSize(2);
    assertThat(delivered.get(1).get("d"))
        .hasToString("[[\"0/content\",12,\"%s\"]]".formatted(sha256("secret words")));
    assertThat(Files.readString(segments(dir).getFirst()))
        .doesNotContain("secret", "words", "musing");
    assertThat(AuditVerify.verify(dir).ok()).isTrue();
  }

  @Test
  void forgottenTextIsNotRecordedButItsVerdictsAre() throws IOException {
    try (AuditTrail trail = open(dir, ALL)) {
      Session session = trail.shard().open(head("x-1"));
      deliver(session, "kept ");
      session.delivered("0/content", bytes("dropped ".repeat(5000)), 0, 40_000);
      session.verdict("output", "safety-filter", "block", "violence", 1);
      session.forget();
      session.delivered("0/content", bytes("too"), 0, 3);
      session.close("blocked", null);
    }

    assertThat(delivered("x-1")).isEqualTo("kept too");
    assertThat(records(dir)).noneMatch(r -> r.toString().contains("dropped"));
    assertThat(records(dir).get(3).get("v"))
        .hasToString("[[\"output\",\"safety-filter\",\"block\",\"violence\",1]]");
  }

  @Test
  void withPrivacyHashForgottenTextDoesNotCount() throws Exception {
    try (AuditTrail trail = open(dir, HASHED)) {
      Session session = trail.shard().open(head("x-1"));
      deliver(session, "kept ");
      session.delivered("0/content", bytes("dropped"), 0, 7);
      session.forget();
      session.commit();
      deliver(session, "too");
    }

    assertThat(records(dir, "delivered"))
        .extracting(r -> r.get("d").toString())
        .containsExactly(
            "[[\"0/content\",5,\"%s\"]]".formatted(sha256("kept ")),
            "[[\"0/content\",8,\"%s\"]]".formatted(sha256("kept too")));
  }

  @Test
  void manyVerdictsOfOneCommitBecomeSeveralRecords() throws IOException {
    try (AuditTrail trail = open(dir, ALL)) {
      Session session = trail.shard().open(head("x-1"));
      for (int i = 0; i < 1000; i++) {
        session.verdict("output", "pii-detector", "redact", "LABEL_" + i, i);
      }
      session.commit();
    }

    List<JsonNode> verdicts =
        records(dir, "verdict").stream().flatMap(r -> r.get("v").valueStream()).toList();
    assertThat(records(dir, "verdict")).hasSizeGreaterThan(5);
    assertThat(verdicts)
        .extracting(v -> v.get(4).asInt())
        .isEqualTo(IntStream.range(0, 1000).boxed().toList());
    assertThat(AuditVerify.verify(dir).ok()).isTrue();
  }

  @Test
  void withoutImmutableRecordsCarryNoHashAndVerifySaysSo() throws IOException {
    try (AuditTrail trail = open(dir, new AuditSettings(365, true, false, false, Privacy.TEXT))) {
      exchange(trail, "x", 2000);
    }

    assertThat(records(dir)).noneMatch(r -> r.has("h")).hasSizeGreaterThan(2002);
    AuditVerify.Report report = AuditVerify.verify(dir);
    assertThat(report.ok()).isTrue();
    assertThat(report.toText()).contains("WITHOUT hash chain");
  }

  @Test
  void aClosedTrailRefusesRecordsAndKeepsItsFiles() throws IOException {
    AuditTrail trail = open(dir, ALL);
    Session session = trail.shard().open(head("x"));
    deliver(session, "before");
    trail.close();

    assertThatThrownBy(() -> deliver(session, "after")).isInstanceOf(AuditException.class);
    assertThatThrownBy(() -> trail.shard().open(head("y"))).isInstanceOf(AuditException.class);
    trail.force();
    trail.prepare();
    trail.retain(START);
    trail.close();

    assertThat(delivered("x")).isEqualTo("before");
    assertThat(dir).isDirectoryNotContaining("glob:**.lock");
  }

  @Test
  void aSessionIsClosedOnce() throws IOException {
    try (AuditTrail trail = open(dir, ALL)) {
      Session session = trail.shard().open(head("x"));
      session.close("blocked", null);
      session.close("failed", null);

      assertThatIllegalStateException().isThrownBy(session::commit);
    }
    assertThat(records(dir, "close"))
        .extracting(r -> r.get("outcome").asText())
        .containsExactly("blocked");
  }

  @Test
  void aRestartBeginsANewSeriesAndTheOldOneStaysWhole() throws IOException {
    for (int run = 0; run < 3; run++) {
      try (AuditTrail trail = AuditTrail.open(dir, ALL, small(InstantSource.system()))) {
        exchange(trail, "run-" + run, 3);
      }
    }

    AuditVerify.Report report = AuditVerify.verify(dir);
    assertThat(report.ok()).isTrue();
    assertThat(series(report))
        .hasSize(3)
        .allSatisfy(series -> assertThat(series.records()).isEqualTo(6));
  }

  @Test
  void aSecondTrailOnTheDirectoryLeavesTheLivingOneAlone() throws IOException {
    try (AuditTrail living = open(dir, ALL)) {
      Session session = living.shard().open(head("living"));
      deliver(session, "one ");
      try (AuditTrail second = open(dir, ALL)) {
        assertThat(second.recovered()).isEmpty();
        exchange(second, "second", 2);
        second.retain(START.plusSeconds(86_400L * 1000));
      }
      deliver(session, "two");
    }

    assertThat(delivered("living")).isEqualTo("one two");
    assertThat(AuditVerify.verify(dir).ok()).isTrue();
  }

  private String delivered(String exchange) throws IOException {
    return records(dir, "delivered").stream()
        .filter(r -> r.get("x").asText().equals(exchange))
        .map(r -> r.get("d").get(0).get(1).asText())
        .collect(Collectors.joining());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(text)));
  }
}
