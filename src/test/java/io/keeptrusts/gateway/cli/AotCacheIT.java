package io.keeptrusts.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The cache that the build has trained beside the jar. */
@DisabledOnOs(OS.WINDOWS)
class AotCacheIT {
  private static final Path CACHE = KtProcess.LAUNCHER.resolveSibling("quarkus-app/app.aot");

  @TempDir Path directory;

  @BeforeAll
  static void itIsTrained() {
    assumeTrue(Files.exists(CACHE), "there is no cache: aot.skip was set");
  }

  /** With {@code AOTMode=on} Java refuses to run without the cache. */
  @Test
  void itFitsTheOptionsOfTheLauncher() {
    try (KtProcess kt = version("-XX:AOTMode=on")) {
      assertThat(kt.exitCode()).as(kt.output() + kt.errors()).isZero();
    }
    try (KtProcess kt = version("-XX:AOTMode=on -XX:+UseCompactObjectHeaders")) {
      assertThat(kt.exitCode()).isNotZero();
    }
  }

  @Test
  void oneThatDoesNotFitIsPassedOverInSilence() throws Exception {
    Path broken = Files.writeString(directory.resolve("broken.aot"), "no cache");

    for (String options :
        new String[] {"-XX:+UseCompactObjectHeaders", "-XX:+UseZGC", "-XX:AOTCache=" + broken}) {
      try (KtProcess kt = version(options)) {
        assertThat(kt.exitCode()).as(options).isZero();
        assertThat(kt.output()).as(options).startsWith("kt ").hasLineCount(1);
        assertThat(kt.errors()).as(options).isEmpty();
      }
    }
  }

  private KtProcess version(String options) {
    return KtProcess.start(directory, Map.of("KT_JAVA_OPTS", options), "--version");
  }
}
