package io.keeptrusts.gateway.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Node.js and the packages of {@code src/test/node}, installed once into {@code target/node}. */
final class Node {
  private static final Path SCRIPTS = Path.of("src", "test", "node");
  private static final Path HOME = Path.of("target", "node");
  private static final List<String> FILES =
      List.of("package.json", "package-lock.json", "clients.mjs");
  private static final Duration INSTALL = Duration.ofSeconds(60);

  private record Run(int status, String output, String errors) {}

  private Node() {}

  /**
   * A directory with the scripts and all that they import; skips the test where that cannot be had.
   */
  static Path installed() throws IOException {
    assumeFalse("false".equals(System.getProperty("node.tests")), "not wanted: node.tests=false");
    assumeTrue(version() >= 18, "Node.js 18 or newer is not installed");
    Files.createDirectories(HOME);
    Path lock = HOME.resolve("package-lock.json");
    boolean same =
        Files.exists(lock) && Files.mismatch(lock, SCRIPTS.resolve("package-lock.json")) < 0;
    for (String file : FILES) {
      Files.copy(SCRIPTS.resolve(file), HOME.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    Path done = HOME.resolve("node_modules/.package-lock.json"); // npm writes it last
    if (!same || !Files.exists(done)) {
      try {
        Run npm =
            run(
                HOME,
                INSTALL,
                "npm",
                "ci",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--fetch-retries=0");
        assumeTrue(
            npm.status() == 0 && Files.exists(done),
            "npm cannot install the clients: " + npm.errors());
      } catch (IOException e) {
        abort("npm is not installed or does not come to an end: " + e.getMessage());
      }
    }
    return HOME;
  }

  /** What a script prints; it must end well within the time. */
  static String script(Path home, Duration most, String... arguments) throws IOException {
    String[] command = new String[arguments.length + 1];
    command[0] = "node";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Run run = run(home, most, command);
    assertThat(run.status()).as(run.errors()).isZero();
    return run.output();
  }

  private static int version() {
    try {
      String said =
          run(Path.of("."), Duration.ofSeconds(10), "node", "--version")
              .output()
              .strip(); // v20.20.2
      return Integer.parseInt(said.substring(1, said.indexOf('.')));
    } catch (IOException e) {
      return 0;
    }
  }

  private static Run run(Path directory, Duration most, String... command) throws IOException {
    Path out = Files.createTempFile("node", ".out");
    Path err = Files.createTempFile("node", ".err");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(command[0] + " did not end within " + most.toSeconds() + " s");
      }
      return new Run(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      process.destroyForcibly();
      Files.delete(out);
      Files.delete(err);
    }
  }
}
