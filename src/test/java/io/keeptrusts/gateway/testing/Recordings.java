package io.keeptrusts.gateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Recorded provider answers. Those of the world are read from where property {@code shared.dir}
 * points, and a test is skipped where they are missing; the project's own, written for it, lie in
 * the test resources.
 */
public final class Recordings {
  private static final Pattern ERROR = Pattern.compile("error(\\d{3})\\..*");

  private Recordings() {}

  /** All recorded files whose name ends so, shortest first. */
  public static List<Path> ending(String suffix) {
    return files(shared()).filter(file -> file.getFileName().toString().endsWith(suffix)).toList();
  }

  /** Every row of the manifest, shortest first. */
  public static List<Recording> manifest() {
    Path dir = shared();
    try (Stream<String> lines = Files.lines(dir.resolve("MANIFEST.tsv"))) {
      return lines
          .skip(1)
          .map(line -> row(dir, line.split("\t", -1)))
          .sorted(
              Comparator.comparingLong((Recording row) -> row.file().toFile().length())
                  .thenComparing(Recording::name))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Recording row(Path dir, String[] column) {
    int status = column[4].isEmpty() ? 0 : Integer.parseInt(column[4]);
    return new Recording(
        column[0],
        column[1],
        column[2],
        column[3].equals("stream"),
        status,
        column[5],
        dir.resolve(column[0]));
  }

  /**
   * The project's own chat answers, shortest first: {@code <provider>/<name>.sse}, {@code .json},
   * and for an answer with another status than 200 {@code <provider>/error<status>.<name>.json}.
   */
  public static List<Recording> own() {
    Path dir = resource("recorded");
    return files(dir).map(file -> own(dir, file)).toList();
  }

  private static Recording own(Path dir, Path file) {
    String name = dir.relativize(file).toString().replace('\\', '/');
    boolean stream = name.endsWith(".sse");
    Matcher error = ERROR.matcher(file.getFileName().toString());
    int status = error.matches() ? Integer.parseInt(error.group(1)) : 200;
    String contentType = stream ? "text/event-stream" : "application/json";
    String provider = name.substring(0, name.indexOf('/'));
    return new Recording(name, provider, "/v1/chat/completions", stream, status, contentType, file);
  }

  private static Path resource(String name) {
    URL url = Objects.requireNonNull(Recordings.class.getClassLoader().getResource(name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path shared() {
    Path dir = Path.of(System.getProperty("shared.dir", "../shared"), "wire");
    Assumptions.assumeTrue(Files.isDirectory(dir), () -> "no recordings in " + dir);
    return dir;
  }

  private static Stream<Path> files(Path dir) {
    try (Stream<Path> files = Files.walk(dir)) {
      return files
          .filter(Files::isRegularFile)
          .sorted(
              Comparator.<Path>comparingLong(file -> file.toFile().length())
                  .thenComparing(file -> file))
          .toList()
          .stream();
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
