package io.keeptrusts.gateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Recorded provider answers, read from where property {@code shared.dir} points; a test is skipped
 * where they are missing.
 */
public final class Recordings {
  private Recordings() {}

  /** All recorded files whose name ends so, shortest first. */
  public static List<Path> ending(String suffix) {
    Path dir = Path.of(System.getProperty("shared.dir", "../shared"), "wire");
    Assumptions.assumeTrue(Files.isDirectory(dir), () -> "no recordings in " + dir);
    try (var files = Files.walk(dir)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(suffix))
          .sorted(
              Comparator.<Path>comparingLong(file -> file.toFile().length())
                  .thenComparing(file -> file))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
