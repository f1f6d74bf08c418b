package io.keeptrusts.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of {@code kt} that end by themselves. */
@DisabledOnOs(OS.WINDOWS)
class CommandsIT {
  private static final Path PACKS = Path.of("src", "test", "resources", "packs").toAbsolutePath();
  private static final String BAD =
      """
      pack: {name: bad, version: x}
      policies: {chain: [pii-detektor, safety-filter]}
      policy: {safety-filter: {moode: automotive}}
      """;

  private record Run(int code, String output, String errors) {}

  @TempDir Path directory;

  @BeforeAll
  static void itIsBuilt() {
    assumeTrue(Files.isExecutable(KtProcess.LAUNCHER), "target/kt is not there: package first");
  }

  private Run kt(String... arguments) {
    try (KtProcess kt = KtProcess.start(directory, Map.of(), arguments)) {
      int code = kt.exitCode();
      return new Run(code, kt.output(), kt.errors());
    }
  }

  @Test
  void helpListsTheCommands() {
    Run run = kt("--help");

    assertThat(run.code()).isZero();
    assertThat(run.output()).contains("Usage: kt", "gateway", "policy", "audit");
  }

  @Test
  void theVersionIsThatOfTheBuild() {
    Run run = kt("--version");

    assertThat(run.code()).isZero();
    assertThat(run.output()).matches("kt \\d+\\.\\d+\\.\\d+\\S*\\R");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "gateway",
        "gateway run --listen 99999",
        "gateway run --listen :99999",
        "gateway run --fail-mode perhaps",
        "gateway run --max-concurrency 0",
        "policy lint"
      })
  void aWrongCommandLineIsSaidAtOnceWithTheUsage(String line) {
    Run run = kt(line.split(" "));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.errors()).contains("Usage: kt").doesNotContain("Exception", "\tat ");
    assertThat(run.output()).as("nothing was started").isEmpty();
  }

  @Test
  void aFlagThatIsNearlyRightIsSuggested() {
    Run run = kt("gateway", "run", "--lisen", ":8080");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.errors()).contains("--lisen").contains("Possible solutions: --listen");
  }

  @Test
  void lintPraisesAValidPack() {
    Run run = kt("policy", "lint", "--file", PACKS.resolve("design-example.yaml").toString());

    assertThat(run.code()).as(run.output() + run.errors()).isZero();
    assertThat(run.output()).contains(": valid", "pii-detector -> ");
    assertThat(run.errors()).isEmpty();
  }

  @Test
  void lintListsAllProblems() throws Exception {
    Path file = Files.writeString(directory.resolve("bad.yaml"), BAD);

    Run run = kt("policy", "lint", "--file", file.toString());

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.output())
        .contains("invalid, 3 error(s)", "bad.yaml:1:", "bad.yaml:2:", "bad.yaml:3:");
    assertThat(run.errors()).isEmpty();
  }

  @Test
  void lintPrintsOneLineOfJsonForScripts() throws Exception {
    Path file = Files.writeString(directory.resolve("bad.yaml"), BAD);

    Run run = kt("policy", "lint", "--json", "--file", file.toString());

    JsonNode report = new ObjectMapper().readTree(run.output());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.output().lines()).hasSize(1);
    assertThat(report.path("valid").asBoolean(true)).isFalse();
    assertThat(report.path("errors")).hasSize(3);
  }

  @Test
  void lintMergesLayers() throws Exception {
    Path good = PACKS.resolve("streaming-sse-providers-1.yaml");
    Path layer = Files.writeString(directory.resolve("layer.yaml"), "pack: {name: layered}\n");

    Run run = kt("policy", "lint", "--file", good.toString(), "--file", layer.toString());

    assertThat(run.code()).as(run.output()).isZero();
    assertThat(run.output()).contains("Pack: layered");
  }

  @Test
  void verifyingWhatIsNoTrailIsSaidInASentence() {
    Run run = kt("audit", "verify", directory.resolve("nowhere").toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.errors()).contains("nowhere").doesNotContain("Exception", "\tat ");
    assertThat(run.errors().lines()).hasSize(1);
  }

  @Test
  void aPublicKeyThatIsNoneIsSaidInASentence() throws Exception {
    Path key = Files.writeString(directory.resolve("key.pem"), "not a key");

    Run run = kt("audit", "verify", "--public-key", key.toString(), directory.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.errors()).contains("key.pem is no PEM file with a PUBLIC KEY");
    assertThat(run.errors().lines()).hasSize(1);
  }
}
