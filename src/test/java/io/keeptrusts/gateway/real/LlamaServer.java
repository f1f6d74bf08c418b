package io.keeptrusts.gateway.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keeptrusts.gateway.testing.Ports;
import io.keeptrusts.gateway.testing.RawClient;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** llama.cpp's own server with the {@link TinyModel}, where it is installed. */
final class LlamaServer implements AutoCloseable {
  private static final String NAME = "llama-server";

  private final Process process;
  private final int port;

  private LlamaServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Skips the test where {@code llama-server} is not on the PATH. */
  static LlamaServer start(Path dir) {
    assumeTrue(
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(path -> Files.isExecutable(Path.of(path, NAME))),
        NAME + " (llama.cpp) is not on the PATH");
    try {
      Path model = dir.resolve("tiny.gguf");
      TinyModel.write(model);
      int port = Ports.free();
      List<String> command =
          List.of(
              NAME,
              "--model",
              model.toString(),
              "--host",
              "127.0.0.1",
              "--port",
              Integer.toString(port),
              "--ctx-size",
              "65536",
              "--threads",
              "1");
      File log = dir.resolve("server.log").toFile();
      Process process =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
      LlamaServer server = new LlamaServer(process, port);
      await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(server::answers);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean answers() {
    assertThat(process.isAlive()).as(NAME + " has ended").isTrue();
    try (RawClient client = RawClient.connect(url())) {
      return client.get("/health").status() == 200;
    }
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Whether it generates for anybody at the moment. */
  boolean isBusy() {
    try (RawClient client = RawClient.connect(url())) {
      return client.get("/slots").readAll().contains("\"is_processing\":true");
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
