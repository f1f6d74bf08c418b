package io.keeptrusts.gateway.cli;

import static io.keeptrusts.gateway.cli.KtRun.kt;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.cli.Finding.Level;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Ports;
import io.keeptrusts.gateway.testing.Received;
import io.keeptrusts.gateway.testing.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  private static final String KEY = "sk-of-the-doctor-0123456789";

  @TempDir Path directory;

  private KtRun doctor(String pack, String... more) throws IOException {
    Path file = Files.writeString(directory.resolve("pack.yaml"), pack);
    String[] line = new String[3 + more.length];
    System.arraycopy(new String[] {"doctor", "--policy-config", file.toString()}, 0, line, 0, 3);
    System.arraycopy(more, 0, line, 3, more.length);
    return kt(line);
  }

  private static String pack(String chain, String blocks, String target) {
    return """
        pack: {name: test, version: 1.0.0}
        providers: {targets: [%s]}
        policies: {chain: [%s]}
        policy: {%s}
        """
        .formatted(target, chain, blocks);
  }

  private static String at(String url) {
    return "{id: up, provider: openai, model: gpt-4o, base_url: \"%s\", api_key: %s}"
        .formatted(url, KEY);
  }

  @Test
  void bothQuestionsAboutAStreamAreAnswered() throws IOException {
    KtRun run =
        doctor(
            pack(
                "prompt-injection, pii-detector, safety-filter, quality-scorer",
                "safety-filter: {enabled: false}",
                "{id: d, provider: demo}"));

    assertThat(run.code()).as(run.output() + run.errors()).isZero();
    assertThat(run.output())
        .contains("prompt-injection: looks at requests alone")
        .contains("pii-detector: requests and answers, realtime: holds only what may still")
        .contains("safety-filter: inert, its block says `enabled: false`")
        .contains("quality-scorer: answers, buffered: holds an answer until it is whole")
        .contains("chunks of answers are filtered by pii-detector, quality-scorer")
        .contains("every stream is held to its end by quality-scorer")
        .contains("d: answers inside the process", "0 problem(s)");
  }

  @Test
  void aChainThatLeavesAnswersAloneIsWarnedOf() throws IOException {
    KtRun run = doctor(pack("prompt-injection", "", "{id: d, provider: demo}"));

    assertThat(run.output())
        .contains("no policy looks at answers: their chunks leave as they came")
        .contains("no policy holds a stream");
  }

  @Test
  void aTargetThatAnswersIsFineAndGetsNoRequestUnasked() throws IOException {
    try (FakeUpstream upstream = FakeUpstream.start()) {
      KtRun run = doctor(pack("pii-detector", "", at(upstream.baseUrl())));

      assertThat(run.code()).as(run.output() + run.errors()).isZero();
      assertThat(run.output()).contains("up: key is present", "127.0.0.1:" + upstream.port());
      assertThat(run.output() + run.errors()).doesNotContain(KEY);
      assertThat(upstream.requests()).isEmpty();
    }
  }

  @Test
  void aProbeFindsARefusedKeyAndAClockThatIsWrong() throws IOException {
    String past =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.now(ZoneOffset.UTC).minusMinutes(5));
    try (FakeUpstream upstream = FakeUpstream.start()) {
      upstream.reply(Reply.of(401, Map.of("date", past), "{}".getBytes(UTF_8)));

      KtRun run = doctor(pack("pii-detector", "", at(upstream.baseUrl())), "--probe");

      Received asked = upstream.take();
      assertThat(asked.method()).isEqualTo("GET");
      assertThat(asked.headers().get("Authorization")).isEqualTo("Bearer " + KEY);
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.output())
          .contains("up: the provider refuses the key (401)")
          .containsPattern("warning +clock +this clock is (299|30\\d) s ahead of that of up");
      assertThat(run.output()).doesNotContain(KEY);
    }
  }

  @Test
  void whatCannotBeReachedAndWhatHasNoKeyAreProblems() throws Exception {
    int port = Ports.free();
    String target =
        "{id: up, provider: openai, model: gpt-4o, base_url: \"http://127.0.0.1:%d\","
                .formatted(port)
            + " secret_key_ref: {env: KT_NOT_SET_ANYWHERE}}";

    KtRun run = doctor(pack("pii-detector", "", target), "--json");

    JsonNode report = new ObjectMapper().readTree(run.output());
    assertThat(run.code()).isEqualTo(1);
    assertThat(report.path("ok").asBoolean(true)).isFalse();
    assertThat(report.path("findings"))
        .anySatisfy(
            finding -> {
              assertThat(finding.path("area").asText()).isEqualTo("key");
              assertThat(finding.path("text").asText()).contains("KT_NOT_SET_ANYWHERE is not set");
            })
        .anySatisfy(
            finding -> {
              assertThat(finding.path("area").asText()).isEqualTo("reach");
              assertThat(finding.path("level").asText()).isEqualTo("problem");
              assertThat(finding.path("text").asText()).contains("127.0.0.1:" + port);
            });
  }

  @Test
  void aRefusedPackIsAProblemWithItsReasons() throws IOException {
    KtRun run = doctor(pack("pii-detektor", "", "{id: d, provider: demo}"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.output()).contains("refused: the gateway does not start", "E001");
  }

  @Test
  void directoriesThatDoNotLastAreKnownByTheirMounts() {
    List<String> mounts =
        List.of(
            "22 1 0:20 / / rw - overlay overlay rw",
            "23 22 0:21 / /dev/shm rw - tmpfs shm rw",
            "24 22 8:1 /var/lib/kubelet/pods/u/volumes/kubernetes.io~empty-dir/trail /audit rw - ext4 /dev/sda1 rw",
            "25 22 8:2 / /data rw shared:1 - ext4 /dev/sdb1 rw");

    assertThat(HostSurvey.passing(mounts, Path.of("/srv/audit"))).contains("container's own layer");
    assertThat(HostSurvey.passing(mounts, Path.of("/dev/shm/audit"))).contains("tmpfs");
    assertThat(HostSurvey.passing(mounts, Path.of("/audit/a"))).contains("emptyDir");
    assertThat(HostSurvey.passing(mounts, Path.of("/data/audit"))).isNull();
  }

  @Test
  void tooFewDescriptorsForTheExchangesAreWarnedOf() {
    assertThat(HostSurvey.descriptors(1024, 10_000).level()).isEqualTo(Level.WARNING);
    assertThat(HostSurvey.descriptors(1 << 20, 10_000).level()).isEqualTo(Level.OK);
  }
}
