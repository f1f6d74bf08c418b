package io.keeptrusts.gateway.crash;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file system of its own in memory, of some kilobytes. Where this user may not mount one, the
 * test is skipped.
 */
final class SmallDisk implements AutoCloseable {
  private final Path directory;

  private SmallDisk(Path directory) {
    this.directory = directory;
  }

  static SmallDisk mount(Path directory, int kilobytes) throws IOException {
    Files.createDirectories(directory);
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k", "tmpfs", directory.toString()),
        "a file system of its own cannot be mounted here");
    return new SmallDisk(directory);
  }

  Path directory() {
    return directory;
  }

  /** Writes into a file until not a byte more fits. */
  Path fill() throws IOException {
    Path ballast = directory.resolve("ballast");
    try (OutputStream out = Files.newOutputStream(ballast)) {
      byte[] page = new byte[4096];
      while (true) {
        out.write(page);
      }
    } catch (IOException full) {
      return ballast;
    }
  }

  void readOnly() throws IOException {
    if (!run("mount", "-o", "remount,ro", directory.toString())) {
      throw new IOException(directory + " cannot be made read-only");
    }
  }

  void writable() throws IOException {
    if (!run("mount", "-o", "remount,rw", directory.toString())) {
      throw new IOException(directory + " cannot be made writable");
    }
  }

  private static boolean run(String... command) throws IOException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException noSuchCommand) {
      return false;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** Lazily: a segment may still be mapped into memory. */
  @Override
  public void close() throws IOException {
    run("umount", "-l", directory.toString());
  }
}
