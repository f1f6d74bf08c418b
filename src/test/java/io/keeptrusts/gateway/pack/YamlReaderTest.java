package io.keeptrusts.gateway.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.keeptrusts.gateway.pack.Problem.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlReaderTest {

  private final Problems problems = new Problems();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: [1|            1:6 | ",
        "a:\\n\\tb: 1|     2:1 | indent with spaces",
        "a: b: c|          1:5 | check the indentation, and quote texts that contain `: `",
        "a: 1\\n---\\nb: 2| 2:1 | one document per file: remove `---`",
        "a: *nowhere|      1:4 | ",
        "a: !secret x|     1:4 | ",
        "a: !!java.net.URL [x]| 1:4 | ",
        "a: !!set {x}|     1:4 | ",
        "a: &x [*x]|       1:4 | ",
        "a: {<<: {b: 1}}|  1:5 | ",
        "? [a, b]\\n: 1|   1:3 | ",
        "~: 1|             1:1 | ",
        "a: 1\\n- b|       2:1 | ",
        "- a|              1:1 | ",
        "just text|        1:1 | ",
        "a: 1\\nb: \\u0007| 2:4 | remove it or write an escape",
      })
  void refusesWhatIsNotOnePlainMapping(String yaml, String place, String suggestion) {
    Yaml.Mapping root =
        read(yaml.replace("\\n", "\n").replace("\\t", "\t").replace("\\u0007", "\u0007"));

    assertThat(root).isNull();
    Problem problem = only();
    assertThat(problem.code()).isEqualTo(Code.E007);
    assertThat(problem.line() + ":" + problem.column()).isEqualTo(place);
    assertThat(problem.suggestion()).isEqualTo(suggestion);
  }

  @ParameterizedTest
  @CsvSource({"''", "'# only a comment'", "'---'"})
  void refusesAnEmptyFile(String yaml) {
    assertThat(read(yaml)).isNull();
    assertThat(only().code()).isEqualTo(Code.E007);
  }

  @Test
  void neverQuotesTheLineOfASyntaxError() {
    assertThat(read("a:\n  api_key: sk-secret: x\n")).isNull();
    assertThat(only().toString()).contains(":2:").doesNotContain("sk-secret");
  }

  @Test
  void namesEveryDuplicateKeyAtItsSecondPlace() {
    assertThat(read("a: 1\nb:\n  c: 1\n  d: 1\n  c: 2\na: 3\n")).isNotNull();
    assertThat(problems.sorted())
        .extracting(Packs::brief)
        .containsExactly("E004 5:3 b.c", "E004 6:1 a");
    assertThat(problems.sorted().getFirst().message()).endsWith("first in line 3");
  }

  @Test
  void refusesABillionLaughsAtOnce() {
    var yaml = new StringBuilder("a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n");
    for (int i = 1; i < 6; i++) {
      String before = "*a" + (i - 1);
      yaml.append(
          "a%d: &a%d [%s]\n"
              .formatted(i, i, String.join(", ", java.util.Collections.nCopies(8, before))));
    }

    var root = assertTimeoutPreemptively(Duration.ofSeconds(5), () -> read(yaml.toString()));

    assertThat(root).isNull();
    assertThat(only().message()).contains("10000");
  }

  @Test
  void refusesMoreThanFiftyAliasesOfCollections() {
    assertThat(read("a: &a [x]\nb: [" + "*a, ".repeat(60) + "]\n")).isNull();
    assertThat(only().message()).contains("50");
  }

  @Test
  void refusesDeepNesting() {
    assertThat(read("a: " + "[".repeat(5_000) + "]".repeat(5_000))).isNull();
    assertThat(only().code()).isEqualTo(Code.E007);
  }

  @Test
  void writesOrdinaryAliasesOut() {
    Yaml.Mapping root = read("a: &shared {x: 1}\nb: *shared\n");

    assertThat(root.get("b"))
        .isEqualTo(
            new Yaml.Mapping(new Yaml.At("t.yaml", 2, 1), ((Yaml.Mapping) root.get("a")).fields()));
    assertThat(problems.sorted()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "yes, TEXT", "NO, TEXT", "on, TEXT", "1_000, TEXT", "12:30:45, TEXT", "2025-01-01, TEXT",
        "1.0.0, TEXT", "'''1''', TEXT",
    "'!!str 1', TEXT", "'=', TEXT", "true, BOOL", "False, BOOL", "007, INT", "-1, INT", "0x1F, INT",
        "0o17, INT",
    "1.0, FLOAT", "1e3, FLOAT", ".5, FLOAT", ".inf, TEXT", "~, NULL", "null, NULL", "'', NULL",
  })
  void readsScalarsByTheCoreSchema(String scalar, Yaml.Type type) {
    Yaml.Mapping root = read("a: " + scalar);

    assertThat(((Yaml.Scalar) root.get("a")).type()).isEqualTo(type);
  }

  @Test
  void refusesBytesThatAreNotUtf8AndSaysInWhichLine() {
    byte[] latin1 = "a: 1\nb: 2\nc: x\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(new YamlReader(problems).read("t.yaml", latin1)).isNull();
    assertThat(only().line()).isEqualTo(3);
  }

  @Test
  void readsPastAByteOrderMark() {
    assertThat(read("\uFEFFa: 1").fields()).containsOnlyKeys("a");
  }

  @Test
  void acceptsOneMebibyteAndNotAByteMore(@TempDir Path dir) throws IOException {
    String line = "#" + "x".repeat(62) + "\n"; // one long line takes the parser seconds
    String full = "a: 1\n#" + line.repeat(YamlReader.MAX_BYTES / 64).substring(6);
    Path fits = Files.writeString(dir.resolve("fits.yaml"), full);
    Path larger = Files.writeString(dir.resolve("larger.yaml"), full + "#");

    assertThat(new YamlReader(problems).read(fits)).isNotNull();
    assertThat(new YamlReader(problems).read(larger)).isNull();
    assertThat(only().message()).contains("1 MiB");
  }

  @Test
  void saysWhyAFileCannotBeRead(@TempDir Path dir) throws IOException {
    Files.createDirectory(dir.resolve("d.yaml"));

    assertThat(new YamlReader(problems).read(dir.resolve("none.yaml"))).isNull();
    assertThat(new YamlReader(problems).read(dir.resolve("d.yaml"))).isNull();
    assertThat(problems.sorted())
        .extracting(Problem::message)
        .containsExactly("is not a regular file", "no such file");
    assertThat(problems.sorted())
        .extracting(Problem::file)
        .allMatch(f -> f.startsWith(dir.toString()));
  }

  private Yaml.Mapping read(String yaml) {
    return new YamlReader(problems).read("t.yaml", yaml.getBytes(StandardCharsets.UTF_8));
  }

  private Problem only() {
    assertThat(problems.sorted()).hasSize(1);
    return problems.sorted().getFirst();
  }
}
