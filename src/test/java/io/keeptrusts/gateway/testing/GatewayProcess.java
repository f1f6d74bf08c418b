package io.keeptrusts.gateway.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The whole gateway in a process of its own, for tests that kill, starve or measure it. Ends with
 * the test, whatever happens. One thread at a time, but for {@link #kill}.
 */
public final class GatewayProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final Path log;
  private int port;

  private GatewayProcess(Process process, Path log) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.log = log;
  }

  /**
   * Starts it and does not wait.
   *
   * @param dir for its temporary files and its log
   * @param settings such as {@code gateway.audit.dir}
   * @param jvm options
   */
  public static GatewayProcess start(
      Path dir, Path pack, Map<String, String> settings, String... jvm) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of(jvm));
    command.addAll(List.of("-Djava.io.tmpdir=" + dir, "-cp", classPath()));
    command.addAll(List.of(GatewayMain.class.getName(), pack.toString()));
    settings.forEach((key, value) -> command.add(key + "=" + value));
    try {
      Path log = dir.resolve("gateway.log");
      ProcessBuilder builder = new ProcessBuilder(command).directory(dir.toFile());
      builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
      return new GatewayProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String classPath() {
    if (GatewayMain.class.getClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(URL::getPath)
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("java.class.path");
  }

  /** Waits until it listens. */
  public GatewayProcess awaitPort() {
    String line = line();
    if (!line.startsWith("port ")) {
      throw new AssertionError("the gateway did not start: " + line + "\n" + log());
    }
    port = Integer.parseInt(line.substring("port ".length()));
    return this;
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  public long pid() {
    return process.pid();
  }

  /** Has it load another pack, and waits for that. */
  public void repack(Path pack) {
    ask("pack " + pack);
  }

  /** What {@link GatewayMain} answers; "" if it is gone. */
  public String ask(String command) {
    try {
      process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      return line();
    } catch (IOException gone) {
      return "";
    }
  }

  private String line() {
    try {
      String line = out.readLine();
      return line == null ? "" : line;
    } catch (IOException gone) {
      return "";
    }
  }

  /** What it said on its standard error. */
  public String log() {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL, and waits until nothing is left of it. */
  public void kill() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
