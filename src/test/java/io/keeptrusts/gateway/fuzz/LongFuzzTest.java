package io.keeptrusts.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each target in a process of its own under Jazzer, for {@code fuzz.seconds}. What it found is kept
 * below {@code target/fuzz}, so that the next run begins there.
 */
@Tag("fuzz")
class LongFuzzTest {
  private static final int SECONDS = Integer.getInteger("fuzz.seconds", 240);

  @ParameterizedTest
  @EnumSource
  void nothingIsFound(Fuzzed fuzzed) throws IOException, InterruptedException {
    Path dir = Path.of("target", "fuzz", fuzzed.name().toLowerCase(Locale.ROOT)).toAbsolutePath();
    Path corpus = Files.createDirectories(dir.resolve("corpus"));
    int number = 0;
    for (byte[] seed : fuzzed.seeds()) {
      Files.write(corpus.resolve("seed-" + number++), seed);
    }

    int status = jazzer(fuzzed, dir, corpus);

    assertThat(status).as("Jazzer's report: %s", dir.resolve("report.txt")).isZero();
  }

  private static int jazzer(Fuzzed fuzzed, Path dir, Path corpus)
      throws IOException, InterruptedException {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+EnableDynamicAgentLoading",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            "-cp",
            path,
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + fuzzed.target.getName(),
            "--instrumentation_includes=io.keeptrusts.gateway.**",
            "-max_total_time=" + SECONDS,
            "-max_len=16384",
            "-timeout=60",
            "-rss_limit_mb=3000",
            corpus.toString());
    Process process =
        new ProcessBuilder(command)
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("report.txt").toFile())
            .start();
    try {
      assertThat(process.waitFor(SECONDS + 120L, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}
