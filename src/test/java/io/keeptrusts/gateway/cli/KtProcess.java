package io.keeptrusts.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code target/kt} as a process of its own, which ends with the test. Standard output and error
 * are told apart.
 */
final class KtProcess implements AutoCloseable {
  static final Path LAUNCHER = Path.of("target", "kt").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Process process;
  private final Path out;
  private final Path err;

  private KtProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  static KtProcess start(Path directory, Map<String, String> environment, String... arguments) {
    try {
      Path out = Files.createTempFile(directory, "kt", ".out");
      Path err = Files.createTempFile(directory, "kt", ".err");
      List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
      command.addAll(List.of(arguments));
      ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
      builder
          .environment()
          .keySet()
          .removeIf(name -> name.startsWith("KEEPTRUSTS_") || name.startsWith("GATEWAY_"));
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      builder.environment().put("KT_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
      builder.environment().putAll(environment);
      return new KtProcess(
          builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String output() {
    return read(out);
  }

  String errors() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  KtProcess awaitOutput(String text) {
    await().atMost(PATIENCE).until(() -> output().contains(text) || !process.isAlive());
    assertThat(output()).as("standard error: %s", errors()).contains(text);
    return this;
  }

  KtProcess signal(String name) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
      assertThat(kill.waitFor()).isZero();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Waits for the end. */
  int exitCode() {
    try {
      assertThat(process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
          .as(output() + errors())
          .isTrue();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
