package io.keeptrusts.gateway.cli;

import static io.keeptrusts.gateway.cli.KtRun.kt;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code kt init} writes, and that it passes as it is. */
class InitAndTestTest {
  @TempDir Path directory;

  @Test
  void theStarterPassesItsOwnTests() {
    KtRun init = kt("init", "--dir", directory.toString());

    KtRun run =
        kt(
            "policy",
            "test",
            "--policy-config",
            directory.resolve("policy-config.yaml").toString(),
            "--tests",
            directory.resolve("tests").toString());

    assertThat(init.code()).as(init.errors()).isZero();
    assertThat(init.output()).contains("Next: cd " + directory + " && kt policy test");
    assertThat(run.code()).as(run.output() + run.errors()).isZero();
    assertThat(run.output()).contains("4 fixture(s), 0 failed", "cut anew 20 times", "--seed ");
  }

  @Test
  void nothingIsOverwrittenUnlessForced() throws Exception {
    Path pack = directory.resolve("policy-config.yaml");
    Files.writeString(pack, "mine");

    KtRun refused = kt("init", "--dir", directory.toString());

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.errors()).contains("policy-config.yaml is there", "--force");
    assertThat(Files.readString(pack)).isEqualTo("mine");
    assertThat(directory.resolve("tests")).doesNotExist();
    assertThat(kt("init", "--force", "--dir", directory.toString()).code()).isZero();
    assertThat(Files.readString(pack)).contains("name: starter");
  }

  @Test
  void completionForBashIsPrinted() {
    KtRun run = kt("generate-completion");

    assertThat(run.code()).isZero();
    assertThat(run.output()).contains("complete -F _complete_kt", "--policy-config");
  }
}
