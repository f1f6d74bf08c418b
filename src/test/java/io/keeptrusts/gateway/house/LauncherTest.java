package io.keeptrusts.gateway.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both scripts find a Java 25 by themselves, whatever the default java is. No test here needs the
 * network.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

  private static final Path MVNW = Path.of("mvnw").toAbsolutePath();
  private static final Path KT = Path.of("src", "main", "launcher", "kt").toAbsolutePath();
  private static final Pattern BLOCK =
      Pattern.compile("^# --- .*, begin.*?^# --- .*, end\\.$", Pattern.MULTILINE | Pattern.DOTALL);

  private record Run(int status, String output) {}

  @TempDir Path directory;

  @Test
  void mavenRunsOnJava25WhereJava17IsTheDefault() throws Exception {
    assumeTrue(
        mavenIsHere(), "Maven's distribution is not here yet: the build was not started by mvnw");
    Path java17 = java17();

    Run run = run(Map.of("JAVA_HOME", java17.toString()), java17, MVNW, "-v");

    assertThat(run.status()).as(run.output()).isZero();
    assertThat(run.output()).containsPattern("Java version: (2[5-9]|[3-9]\\d)");
  }

  @Test
  void mavenRunsOnJava25WithoutJavaHome() throws Exception {
    assumeTrue(
        mavenIsHere(), "Maven's distribution is not here yet: the build was not started by mvnw");
    Path java17 = java17();

    Run run = run(Map.of(), java17, MVNW, "-v");

    assertThat(run.status()).as(run.output()).isZero();
    assertThat(run.output()).containsPattern("Java version: (2[5-9]|[3-9]\\d)");
  }

  @Test
  void theNewestOfSeveralIsTaken() throws Exception {
    fakeJava("old", "24.0.2");
    Path newest = fakeJava("newest", "126-ea");
    fakeJava("enough", "25.0.3");

    Run run =
        run(
            Map.of("KT_JDKS", directory + "/*"),
            directory.resolve("old"),
            KT,
            "policy",
            "two words");

    assertThat(run.status()).as(run.output()).isZero();
    assertThat(run.output())
        .startsWith(newest + " ")
        .contains("-jar|" + KT.getParent() + "/quarkus-app/quarkus-run.jar");
    assertThat(run.output().strip()).endsWith("policy|two words");
  }

  @Test
  void aSymlinkLeadsHome() throws Exception {
    Path java = fakeJava("jdk", "25");
    Path home = Files.createDirectory(directory.resolve("target")).toRealPath();
    Files.copy(KT, home.resolve("kt"), StandardCopyOption.COPY_ATTRIBUTES);
    Path link = Files.createSymbolicLink(directory.resolve("kt"), home.resolve("kt"));

    Run run =
        run(Map.of("JAVA_HOME", java.toString(), "KT_JAVA_OPTS", "-Xmx1g -Xss1m"), java, link);

    assertThat(run.output())
        .contains("|-XX:MinHeapSize=24m|")
        .contains(
            "|-XX:ArchiveRelocationMode=0|-XX:Tier4LoadFeedback=1|-XX:-AOTReplayTraining|-Xmx1g|-Xss1m|-jar|"
                + home
                + "/quarkus-app/quarkus-run.jar");
  }

  @Test
  void anotherCollectorReplacesTheDefault() throws Exception {
    Path java = fakeJava("jdk", "25");

    Run byDefault = run(Map.of("JAVA_HOME", java.toString()), java, KT);
    Run chosen =
        run(
            Map.of("JAVA_HOME", java.toString(), "KT_JAVA_OPTS", "-Xmx1g -XX:+UseSerialGC"),
            java,
            KT);

    assertThat(byDefault.output()).contains("|-XX:+UseG1GC|");
    assertThat(chosen.output()).contains("|-Xmx1g|-XX:+UseSerialGC|").doesNotContain("G1");
  }

  @Test
  void anAotCacheBesideTheProgramIsUsed() throws Exception {
    Path java = fakeJava("jdk", "25");
    Path home = Files.createDirectory(directory.resolve("with space")).toRealPath();
    Path kt = home.resolve("kt");
    Files.copy(KT, kt, StandardCopyOption.COPY_ATTRIBUTES);
    Path cache = Files.createDirectory(home.resolve("quarkus-app")).resolve("app.aot");

    Run without = run(Map.of("JAVA_HOME", java.toString()), java, kt);
    Files.createFile(cache);
    Run with = run(Map.of("JAVA_HOME", java.toString()), java, kt);

    assertThat(without.output()).doesNotContain("AOTCache");
    assertThat(with.output()).contains("|-XX:AOTCache=" + cache + "|-Xlog:aot*=off|-jar|");
  }

  @Test
  void withoutJava25BothSayWhatToInstall() throws Exception {
    Path old = fakeJava("old", "17.0.15");

    List<Run> runs =
        Stream.of(MVNW, KT)
            .map(script -> run(Map.of("KT_JDKS", directory + "/*"), old, script, "-v"))
            .toList();

    assertThat(runs)
        .allSatisfy(
            run -> {
              assertThat(run.status()).isOne();
              assertThat(run.output().lines())
                  .singleElement()
                  .asString()
                  .contains("install a JDK 25 or newer");
            });
  }

  @Test
  void bothScriptsHaveTheSameLookup() throws IOException {
    List<String> maven = lookup(MVNW);

    assertThat(maven).hasSizeBetween(5, 13).contains("tool=javac");
    assertThat(lookup(KT))
        .isEqualTo(maven.stream().map(line -> line.replace("tool=javac", "tool=java")).toList());
  }

  /** The lines between the two marks. */
  private static List<String> lookup(Path script) throws IOException {
    var block = BLOCK.matcher(Files.readString(script));
    assertThat(block.find()).as("marked block in %s", script).isTrue();
    List<String> lines = block.group().lines().toList();
    return lines.subList(1, lines.size() - 1);
  }

  /** Whether mvnw has its distribution already, found as mvnw finds it. */
  private static boolean mavenIsHere() throws IOException {
    var wrapper = new Properties();
    try (var reader =
        Files.newBufferedReader(Path.of(".mvn", "wrapper", "maven-wrapper.properties"))) {
      wrapper.load(reader);
    }
    String archive = Path.of(wrapper.getProperty("distributionUrl")).getFileName().toString();
    Map<String, String> env = System.getenv();
    String home = env.getOrDefault("MAVEN_USER_HOME", env.get("HOME") + "/.m2");
    return Files.isDirectory(Path.of(home, "wrapper", "dists", archive.replace("-bin.zip", "")));
  }

  private static Path java17() throws IOException {
    Path homes = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(homes)) {
      try (Stream<Path> tree = Files.list(homes)) {
        var found =
            tree.filter(
                    home ->
                        home.toString().contains("17") && Files.exists(home.resolve("bin/javac")))
                .findFirst();
        if (found.isPresent()) {
          return found.get();
        }
      }
    }
    return abort("no JDK 17 under " + homes);
  }

  /** A Java that prints its home and then its arguments, joined by "|". */
  private Path fakeJava(String name, String version) throws IOException {
    Path home = Files.createDirectories(directory.resolve(name).resolve("bin")).getParent();
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"us\"\nJAVA_VERSION=\"%s\"\n".formatted(version));
    for (String tool : List.of("java", "javac")) {
      Path script = home.resolve("bin").resolve(tool);
      Files.writeString(
          script, "#!/bin/sh\nIFS='|'\nprintf '%%s %%s\\n' '%s' \"$*\"\n".formatted(home));
      assertThat(script.toFile().setExecutable(true)).isTrue();
    }
    return home;
  }

  private static Run run(
      Map<String, String> environment, Path java, Path script, String... arguments) {
    var builder =
        new ProcessBuilder(
            Stream.concat(Stream.of(script.toString()), Stream.of(arguments)).toList());
    builder
        .environment()
        .keySet()
        .removeIf(
            name ->
                name.startsWith("JAVA_")
                    || name.startsWith("KT_")
                    || name.startsWith("MAVEN_OPTS"));
    builder
        .environment()
        .merge("PATH", java.resolve("bin").toString(), (path, first) -> first + ":" + path);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    try {
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Run(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
