package io.keeptrusts.gateway.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FilesTest {

  private static final Path MAIN = Path.of("src", "main", "java");
  private static final int MOST_LINES = 700;

  /** Dot-files are free. */
  private static final Set<String> TOP_LEVEL = Set.of("pom.xml", "src", "k8s", "mvnw", "README.md");

  private record SourceFile(Path path, int lines) {}

  @Test
  void noMainFileIsLongerThanAPersonReads() throws IOException {
    List<SourceFile> files = mainFiles();

    System.out.println("The ten longest main files:");
    files.stream()
        .limit(10)
        .forEach(file -> System.out.printf("%5d %s%n", file.lines(), MAIN.relativize(file.path())));
    assertThat(files).isNotEmpty().allMatch(file -> file.lines() <= MOST_LINES);
  }

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    Set<Path> packages =
        mainFiles().stream().map(file -> file.path().getParent()).collect(Collectors.toSet());

    assertThat(packages)
        .isNotEmpty()
        .allSatisfy(room -> assertThat(room.resolve("package-info.java")).exists());
  }

  @Test
  void theTopLevelHoldsOnlyWhatWasAgreed() throws Exception {
    assumeTrue(Files.exists(Path.of(".git")), "not a git tree");

    List<String> tracked = git("ls-files", "--cached");

    assertThat(tracked).contains("pom.xml");
    assertThat(tracked)
        .map(path -> path.split("/", 2)[0])
        .filteredOn(entry -> !entry.startsWith("."))
        .isSubsetOf(TOP_LEVEL);
  }

  private static List<SourceFile> mainFiles() throws IOException {
    try (Stream<Path> tree = Files.walk(MAIN)) {
      return tree.filter(path -> path.toString().endsWith(".java"))
          .map(path -> new SourceFile(path, countLines(path)))
          .sorted(Comparator.comparingInt(SourceFile::lines).reversed())
          .toList();
    }
  }

  private static int countLines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return Math.toIntExact(lines.count());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> git(String... arguments) throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(Stream.concat(Stream.of("git"), Stream.of(arguments)).toList())
              .start();
    } catch (IOException e) {
      assumeTrue(false, "git is not installed");
      throw e;
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assumeTrue(process.waitFor() == 0, "git refuses to read this tree");
    return output.lines().toList();
  }
}
