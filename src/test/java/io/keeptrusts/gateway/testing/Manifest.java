package io.keeptrusts.gateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The list of recorded provider answers; a test is skipped where it is missing. */
public final class Manifest {
  private Manifest() {}

  /** One recorded answer. */
  public record Entry(
      String file, String provider, String endpoint, boolean stream, int status, String fidelity) {
    public byte[] body() {
      return Recordings.read(dir().resolve(file));
    }

    /** Sizes of the reads in which a stream arrived; empty if nobody wrote them down. */
    public int[] reads() {
      Path reads = dir().resolve(file.replaceFirst("\\.[a-z]+$", ".reads.json"));
      if (!Files.exists(reads)) {
        return new int[0];
      }
      String digits =
          new String(Recordings.read(reads), StandardCharsets.UTF_8)
              .replaceAll("[^0-9]+", " ")
              .strip();
      return Stream.of(digits.split(" ")).mapToInt(Integer::parseInt).toArray();
    }

    @Override
    public String toString() {
      return file;
    }
  }

  private static Path dir() {
    return Path.of(System.getProperty("shared.dir", "../shared"), "wire");
  }

  /** Every recording of a provider. */
  public static List<Entry> of(String provider) {
    Path file = dir().resolve("MANIFEST.tsv");
    Assumptions.assumeTrue(Files.exists(file), () -> "no recordings: " + file + " is missing");
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .skip(1)
          .map(line -> line.split("\t", -1))
          .filter(cells -> cells[1].equals(provider))
          .map(
              c ->
                  new Entry(c[0], c[1], c[2], c[3].equals("stream"), Integer.parseInt(c[4]), c[12]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
