package io.keeptrusts.gateway.limits;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keeptrusts.gateway.testing.Ports;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A Valkey or Redis server of its own, where one is installed; keeps nothing on the disk. */
final class RealRedis implements AutoCloseable {
  private final int port;
  private final List<String> command;
  private Process process;

  private RealRedis(int port, List<String> command) {
    this.port = port;
    this.command = command;
    this.process = run();
  }

  /** Skips the test where neither server is on the PATH. */
  static RealRedis start(String... more) {
    String name =
        Stream.of("valkey-server", "redis-server").filter(RealRedis::there).findFirst().orElse("");
    assumeTrue(!name.isEmpty(), "neither valkey-server nor redis-server is on the PATH");
    int port = Ports.free();
    List<String> command =
        new ArrayList<>(
            List.of(
                name,
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--save",
                "",
                "--appendonly",
                "no"));
    command.addAll(List.of(more));
    return new RealRedis(port, command);
  }

  private static boolean there(String name) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(path -> Files.isExecutable(Path.of(path, name)));
  }

  private Process run() {
    try {
      Process started =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> !say("PING").isEmpty());
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** One inline command, and what comes back at once. */
  String say(String inline) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(2000);
      socket.getOutputStream().write((inline + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void kill() {
    process.destroyForcibly().onExit().join();
  }

  void startAgain() {
    process = run();
  }

  @Override
  public void close() {
    kill();
  }
}
