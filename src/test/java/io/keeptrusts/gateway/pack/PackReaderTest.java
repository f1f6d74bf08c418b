package io.keeptrusts.gateway.pack;

import static io.keeptrusts.gateway.pack.Packs.brief;
import static io.keeptrusts.gateway.pack.Packs.checked;
import static io.keeptrusts.gateway.pack.Packs.only;
import static io.keeptrusts.gateway.pack.Packs.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackReaderTest {

  private static final String BODY =
      """
      policies: {chain: [pii-detector]}
      policy: {pii-detector: {}}
      providers: {targets: [{id: a, provider: demo}]}
      """;

  @TempDir private Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pack: {name: t, version: 1.0}         | E003 1:26 pack.version | for example `1.0.0`",
        "pack: {name: t, version: 1.0.0.0}     | E003 1:26 pack.version | ",
        "pack: {name: t, version: v1.0.0}      | E003 1:26 pack.version | ",
        "pack: {name: t, version: 01.0.0}      | E003 1:26 pack.version | ",
        "pack: {name: t}                       | E006 1:1 pack.version  | for example `1.0.0`",
        "pack: {version: 1.0.0}                | E006 1:1 pack.name     | ",
        "pack: {name: ' ', version: 1.0.0}     | E003 1:14 pack.name    | ",
        "pack: {nam: t, name: t, version: 1.0.0} | E002 1:8 pack.nam    | did you mean `name`?",
        "pack: {name: t, version: 1.0.0, enabled: yes} | E003 1:42 pack.enabled | write `true`",
        "pack: {name: t, version: 1.0.0, enabled: false} | W103 1:42 pack.enabled | set `enabled: true`",
        "pack: {name: t, version: 1.0.0, version: 1.0.0} | E004 1:33 pack.version | ",
        "pack: t                               | E003 1:7 pack          | ",
        "pakc: {}\\npack: {name: t, version: 1.0.0} | E002 1:1 pakc      | did you mean `pack`?",
      })
  void saysWhatIsWrongWithTheHeader(String header, String brief, String suggestion) {
    Problem problem = only(read(header.replace("\\n", "\n") + "\n" + BODY));

    assertThat(Packs.brief(problem)).isEqualTo(brief);
    assertThat(problem.suggestion()).isEqualTo(suggestion);
  }

  @ParameterizedTest
  @CsvSource({"1.0.0", "0.0.0", "1.2.3-rc.1+build.7", "10.20.30-0a"})
  void acceptsEverySemVer(String version) {
    Read.Checked read =
        checked(read("pack: {name: t, description: d, version: " + version + "}\n" + BODY));

    assertThat(read.document().pack()).isEqualTo(new PackDocument.Header("t", version, true, "d"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"policies: {} | policies.chain", "providers: {} | policies"})
  void wantsAChain(String section, String path) {
    Read read = read("pack: {name: t, version: 1.0.0}\n" + section);

    assertThat(Packs.problems(read))
        .filteredOn(Problem::isError)
        .singleElement()
        .satisfies(p -> assertThat(p.code() + " " + p.path()).isEqualTo("E006 " + path));
  }

  @Test
  void reportsAllProblemsOfAFileAtOnceInTheirOrder() {
    Read read =
        read(
            """
            pack:
              name: test
              version: 1
              owner: me
            policies:
              chain: [pii-detector, qualty-scorer, pii-detector, rbac]
            policy:
              pii-detector:
                action: redcat
                action: redact
              quality-scorer:
                streaming_mode: realtime
                thresholds: {min_aggregate: high}
            providers:
              targets:
                - {id: a, provider: openai}
                - {id: a, provider: openai, model: m, api_key: x, secret_key_ref: {env: K}}
              fallback: {strategy: dear}
              model_groups: [{name: g, targets: [b]}]
            agents: []
            """);

    assertThat(brief(read))
        .containsExactly(
            "E003 3:12 pack.version",
            "E002 4:3 pack.owner",
            "E001 6:25 policies.chain[1]",
            "E004 6:40 policies.chain[2]",
            "E001 6:54 policies.chain[3]",
            "E003 9:13 policy.pii-detector.action",
            "E004 10:5 policy.pii-detector.action",
            "W101 11:3 policy.quality-scorer",
            "E003 12:21 policy.quality-scorer.streaming_mode",
            "E003 13:33 policy.quality-scorer.thresholds.min_aggregate",
            "E006 16:7 providers.targets[0].model",
            "E005 17:12 providers.targets[1].id",
            "E009 17:52 providers.targets[1].api_key",
            "E003 18:24 providers.fallback.strategy",
            "E008 19:38 providers.model_groups[0].targets[0]",
            "E002 20:1 agents");
  }

  @Test
  void laterFilesWinMappingsMergeAndListsAreReplaced() throws IOException {
    Path base =
        file(
            "base.yaml",
            "pack: {name: base, version: 1.0.0}\n"
                + BODY.replace("{}}", "{action: block, patterns: [a, b]}}"));
    Path layer =
        file(
            "layer.yaml",
            "pack: {name: layer}\npolicies: {chain: [audit-logger, pii-detector]}\npolicy: {pii-detector: {patterns: [c]}}\n");

    Read.Checked read = checked(readFiles(base, layer));

    assertThat(read.document().pack())
        .isEqualTo(new PackDocument.Header("layer", "1.0.0", true, null));
    assertThat(read.document().chain())
        .extracting(PackDocument.Entry::kind)
        .containsExactly("audit-logger", "pii-detector");
    assertThat(read.document().chain().getLast().config())
        .isEqualTo(new FakeKinds.Pii.Config(FakeKinds.Pii.Action.BLOCK, List.of("c")));
    assertThat(read.document().providers().targets()).hasSize(1);
  }

  @Test
  void aProblemNamesTheFileInWhichItStands() throws IOException {
    Path base =
        file(
            "base.yaml",
            "pack: {name: t, version: 1.0.0}\n" + BODY.replace("{}}", "{\n  acton: block}}"));
    Path layer = file("layer.yaml", "\n\npolicy: {pii-detector: {action: redcat}}\n");

    assertThat(Packs.problems(readFiles(base, layer)))
        .extracting(p -> Path.of(p.file()).getFileName() + " " + Packs.brief(p))
        .containsExactly(
            "base.yaml E002 4:3 policy.pii-detector.acton",
            "layer.yaml E003 3:33 policy.pii-detector.action");
  }

  @Test
  void checksTheOtherLayersWhenOneCannotBeReadWithoutGuessingWhatItHeld() throws IOException {
    Path base = file("base.yaml", "pack: {name: t, version: 1.0.0\n");
    Path layer =
        file(
            "layer.yaml",
            "policy: {pii-detector: {action: redcat}}\nproviders: {model_groups: [{name: g, targets: [x]}]}\n");

    assertThat(Packs.problems(readFiles(base, layer)))
        .extracting(p -> Path.of(p.file()).getFileName() + " " + p.code())
        .containsExactly("base.yaml E007", "layer.yaml E003");
  }

  @Test
  void neverThrowsWhateverStandsInAFile() {
    var random = new Random(20251122);
    String[] grafts = {
      "{", "}", "[", "]", ":", ": ", "- ", "\n", "  ", "&a ", "*a", "!x ", "'", "\"", "|", "~",
      "1.0", "null", "\t"
    };
    int refused = 0;
    for (int round = 0; round < 3_000; round++) {
      var yaml =
          new StringBuilder(
              new String(Packs.resource("design-example.yaml"), StandardCharsets.UTF_8));
      for (int i = random.nextInt(4); i >= 0; i--) {
        int from = random.nextInt(yaml.length());
        yaml.replace(
            from,
            Math.min(yaml.length(), from + random.nextInt(12)),
            grafts[random.nextInt(grafts.length)]);
      }
      int lines = (int) yaml.chars().filter(c -> c == '\n').count() + 1;

      Read read = read(yaml.toString());

      assertThat(Packs.problems(read))
          .allMatch(p -> p.line() >= 1 && p.line() <= lines, yaml.toString());
      refused += read instanceof Read.Refused ? 1 : 0;
    }
    assertThat(refused).isBetween(1_500, 2_999);
  }

  @Test
  void wantsAtLeastOneFile() {
    assertThatThrownBy(this::readFiles).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void twoKindsOfOneNameAreAProgrammersError() {
    assertThatThrownBy(() -> new KindCatalog(List.of(new FakeKinds.Pii(), new FakeKinds.Pii())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("pii-detector");
  }

  private Path file(String name, String yaml) throws IOException {
    return Files.writeString(dir.resolve(name), yaml);
  }

  private Read readFiles(Path... files) {
    return new PackReader(new Secrets(Packs.ENV, null))
        .read(List.of(files), FakeKinds.catalog(), FakeKinds.VENDORS);
  }
}
