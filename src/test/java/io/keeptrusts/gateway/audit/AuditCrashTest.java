package io.keeptrusts.gateway.audit;

import static io.keeptrusts.gateway.audit.TrailFixture.ALL;
import static io.keeptrusts.gateway.audit.TrailFixture.open;
import static io.keeptrusts.gateway.audit.TrailFixture.records;
import static io.keeptrusts.gateway.audit.TrailFixture.series;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.audit.AuditVerify.State;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Law L5: whatever a client could have received before {@code kill -9} is in the trail, in order.
 */
class AuditCrashTest {

  @TempDir Path dir;

  @RepeatedTest(20)
  void everythingCommittedBeforeAKillIsInTheTrailInOrder(RepetitionInfo round) throws Exception {
    // given: a process killed after it said some 100 to 600 kB
    List<String> said =
        runAndKill(100_000 + new Random(round.getCurrentRepetition()).nextInt(500_000));

    AuditVerify.Report crashed = AuditVerify.verify(dir);
    List<String> before = delivered("a");
    open(dir, ALL).close();

    assertThat(crashed.ok()).as(crashed.toText()).isTrue();
    for (String name : List.of("a", "b")) {
      List<String> received = said.stream().filter(piece -> piece.startsWith(name)).toList();
      List<String> held = delivered(name);
      assertThat(received).hasSizeGreaterThan(10);
      assertThat(held).hasSizeGreaterThanOrEqualTo(received.size());
      assertThat(held.subList(0, received.size())).isEqualTo(received);
    }
    assertThat(delivered("a")).as("recovery cuts no whole record").isEqualTo(before);
    AuditVerify.Report recovered = AuditVerify.verify(dir);
    assertThat(series(recovered)).hasSize(2);
    assertThat(series(recovered))
        .allSatisfy(series -> assertThat(series.state()).isEqualTo(new State.Ok()));
  }

  private List<String> runAndKill(int bytes) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classpath = codeOf(AuditTrail.class) + File.pathSeparator + codeOf(CrashWriter.class);
    Process process =
        new ProcessBuilder(
                java,
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                classpath,
                CrashWriter.class.getName(),
                dir + "")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    byte[] chunk = new byte[1 << 16];
    try (InputStream out = process.getInputStream()) {
      boolean killed = false;
      for (int read = out.read(chunk); read >= 0; read = out.read(chunk)) {
        said.write(chunk, 0, read);
        if (said.size() > bytes && !killed) {
          // Through its handle: the process object would close the pipe with what it said last.
          process.toHandle().destroyForcibly();
          killed = true;
        }
      }
      assertThat(killed).as("the process lived until it was killed").isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    String text = said.toString(StandardCharsets.UTF_8);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  private List<String> delivered(String name) throws IOException {
    return records(dir, "delivered").stream()
        .filter(record -> record.get("x").asText().equals(name))
        .map(record -> record.get("d").get(0).get(1).asText())
        .toList();
  }

  private static String codeOf(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }
}
