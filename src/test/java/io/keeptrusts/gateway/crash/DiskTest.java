package io.keeptrusts.gateway.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.audit.AuditException;
import io.keeptrusts.gateway.audit.AuditTrail;
import io.keeptrusts.gateway.audit.AuditVerify;
import io.keeptrusts.gateway.audit.Session;
import io.keeptrusts.gateway.audit.TrailFixture;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full or read-only follows the fail-mode, is said, and heals by itself. */
class DiskTest {
  private static final String ASK =
      """
      {"model":"gpt-4o","stream":false,"messages":[{"role":"user","content":"Hello"}]}""";
  private static final String TEXT = "word ".repeat(400);

  @TempDir Path dir;
  private SmallDisk disk;
  private FakeUpstream upstream;

  @BeforeEach
  void start() throws Exception {
    disk = SmallDisk.mount(dir.resolve("disk"), 1024);
    upstream = FakeUpstream.start();
    String answer =
        "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
            + TEXT
            + "\"},\"finish_reason\":\"stop\"}]}";
    upstream.handle(request -> Reply.json(200, answer));
  }

  @AfterEach
  void stop() throws Exception {
    if (upstream != null) {
      upstream.close();
    }
    if (disk != null) {
      disk.close();
    }
  }

  private TestGateway gateway(String failMode, String chain) {
    return TestGateway.start(
        Map.of(
            "gateway.fail-mode",
            failMode,
            "gateway.audit.dir",
            audit().toString(),
            "gateway.audit.segment",
            "64K"),
        TestGateway.pack(upstream.baseUrl(), chain, ""));
  }

  private Path audit() {
    return disk.directory().resolve("audit");
  }

  private static int post(TestGateway gateway) {
    try (RawClient client = RawClient.connect(gateway.url())) {
      client.post("/v1/chat/completions", ASK).readAll();
      if (client.status() != 200) {
        assertThat(client.body()).contains("output_blocked", "audit-logger").doesNotContain("word");
      }
      return client.status();
    }
  }

  private static double healthy(TestGateway gateway) {
    return gateway.metrics().get("keeptrusts.gateway.audit.healthy").gauge().value();
  }

  private long recorded() throws IOException {
    return TrailFixture.records(audit()).stream()
        .filter(record -> record.path("d").path(0).path(1).asText().equals(TEXT))
        .count();
  }

  private void assertVerifies() throws IOException {
    AuditVerify.Report report = AuditVerify.verify(audit());
    assertThat(report.ok()).as(report.toText()).isTrue();
  }

  @Test
  void aFullDiskBlocksWhatCannotBeRecordedUntilThereIsRoomAgain() throws Exception {
    try (TestGateway gateway = gateway("block", "audit-logger")) {
      assertThat(post(gateway)).isEqualTo(200);
      Path ballast = disk.fill();
      List<Integer> answers = new ArrayList<>();
      while (answers.size() < 1000 && !answers.contains(409)) {
        answers.add(post(gateway));
      }
      long delivered = 1 + answers.stream().filter(status -> status == 200).count();

      assertThat(answers).endsWith(409);
      assertThat(recorded()).isEqualTo(delivered);
      assertThat(healthy(gateway)).isZero();
      assertVerifies();

      Files.delete(ballast);

      await().untilAsserted(() -> assertThat(healthy(gateway)).isEqualTo(1));
      assertThat(post(gateway)).isEqualTo(200);
      assertThat(recorded()).isEqualTo(delivered + 1);
      assertVerifies();
    }
    assertVerifies();
  }

  @Test
  void aFullDiskStopsNobodyWhereTheOperatorAllowsIt() throws Exception {
    try (TestGateway gateway = gateway("allow", "audit-logger")) {
      assertThat(post(gateway)).isEqualTo(200);
      Path ballast = disk.fill();
      long asked = 1;
      while (asked < 1000 && recorded() == asked) {
        assertThat(post(gateway)).isEqualTo(200);
        asked++;
      }
      long recorded = recorded();

      assertThat(recorded).isPositive().isLessThan(asked);
      assertThat(healthy(gateway)).isZero();
      assertVerifies();

      Files.delete(ballast);

      await().untilAsserted(() -> assertThat(healthy(gateway)).isEqualTo(1));
      assertThat(post(gateway)).isEqualTo(200);
      assertThat(recorded()).isEqualTo(recorded + 1);
      assertVerifies();
    }
    assertVerifies();
  }

  /** Memory without blocks behind it would kill the process in the middle of a record. */
  @Test
  void aSegmentThatIsThereCanBeWrittenToItsEndOnAFullDisk() throws Exception {
    AuditTrail.Options options = TrailFixture.small(InstantSource.system());
    int committed = 0;
    try (AuditTrail trail = AuditTrail.open(audit(), TrailFixture.ALL, options)) {
      Session session = trail.shard().open(TrailFixture.head("x"));
      disk.fill();
      for (; committed < 50; committed++) {
        TrailFixture.deliver(session, "y".repeat(1000)); // 64 KiB have room for more
      }
      assertThatExceptionOfType(AuditException.class)
          .isThrownBy(
              () -> {
                for (int i = 0; i < 50; i++) {
                  TrailFixture.deliver(session, "z".repeat(1000));
                }
              })
          .withMessageContaining("the next audit segment cannot be made");
    }
    assertVerifies();
    assertThat(TrailFixture.records(audit()).toString().split("yyy\"").length - 1)
        .isEqualTo(committed);
  }

  @Test
  void aPackThatNeedsATrailOnAReadOnlyDiskIsRefusedAndTheOneBeforeStays() throws Exception {
    try (TestGateway gateway = gateway("block", "pii-detector");
        RawClient admin = RawClient.connect(gateway.url())) {
      disk.readOnly();
      String pack = TestGateway.pack(upstream.baseUrl(), "pii-detector, audit-logger", "");
      Files.writeString(gateway.packFile(), pack, UTF_8);

      admin.post("/keeptrusts/config/reload", "").readAll();

      assertThat(admin.status()).isEqualTo(422);
      assertThat(admin.body()).contains("E010", "The trail cannot be opened", "Read-only");
      assertThat(post(gateway)).isEqualTo(200);

      disk.writable();
      admin.post("/keeptrusts/config/reload", "").readAll();
      assertThat(admin.status()).isEqualTo(200);
      assertThat(post(gateway)).isEqualTo(200);
      assertThat(recorded()).isEqualTo(1);
    }
    assertVerifies();
  }
}
