package io.keeptrusts.gateway.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.TestGateway;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kinds as they are, beside one another. */
class ChainCheckTest {
  private static final String DEMO = "{id: main, provider: demo}";

  @ParameterizedTest
  @CsvSource({
    "'pii-detector, quality-scorer', true",
    "'quality-scorer, pii-detector', true",
    "'quality-scorer, audit-logger', false",
    "'pii-detector, safety-filter', false"
  })
  void saysWhoHoldsTheStreamOfRealtimeKinds(String chain, boolean held) {
    List<Problem> problems = problems(chain, "{quality-scorer: {min_sentences: 1}}", DEMO);

    assertThat(problems)
        .filteredOn(p -> p.code() == Problem.Code.I204)
        .extracting(Problem::message)
        .isEqualTo(
            held
                ? List.of(
                    "`quality-scorer` holds every answer to its end: what `pii-detector` checked in"
                        + " real time leaves then")
                : List.of());
  }

  @Test
  void aKindThatLooksAtRequestsByItsSettingsHoldsNothing() {
    String block =
        "{language-validator: {denied_languages: [de], apply_to: input%s}, pii-detector: {}}";

    assertThat(problems("language-validator, pii-detector", block.formatted(""), DEMO)).isEmpty();
    assertThat(
            problems(
                "language-validator, pii-detector",
                block.formatted(", streaming_mode: buffered"),
                DEMO))
        .singleElement()
        .satisfies(p -> assertThat(p.code()).isEqualTo(Problem.Code.W110))
        .satisfies(p -> assertThat(p.path()).isEqualTo("policy.language-validator.streaming_mode"));
  }

  @ParameterizedTest
  @CsvSource({
    "'pii-detector, rbac', true, true",
    "'pii-detector, rbac', false, false",
    "'rbac, pii-detector', true, false"
  })
  void warnsOfAKindThatLooksForWhatIsMaskedBefore(String chain, boolean health, boolean late) {
    String blocks =
        "{rbac: {trusted_peers: [10.0.0.0/8], minimum_necessary: {enabled: true}}, pii-detector:"
            + " {healthcare_mode: %s}}";

    List<Problem> problems = problems(chain, blocks.formatted(health), DEMO);

    assertThat(problems)
        .extracting(Problem::suggestion)
        .isEqualTo(late ? List.of("put `rbac` before `pii-detector`") : List.of());
  }

  @Test
  void markingsThatAreMaskedBeforeTellNoSensitivity() {
    String blocks =
        "{rbac: {trusted_peers: [10.0.0.0/8], data_access: {a: {max_sensitivity: internal}}},"
            + " dlp-filter: {sensitivity_level: high}}";

    assertThat(problems("dlp-filter, rbac", blocks, DEMO))
        .extracting(Problem::message)
        .containsExactly(
            "`rbac` is late: `dlp-filter` has masked or blocked before it what it looks for");
    assertThat(problems("rbac, dlp-filter", blocks, DEMO)).isEmpty();
  }

  @Test
  void warnsOfRolesThatNobodyCanHave() {
    String blocks = "{rbac: {%s}, agent-firewall: {tools: {roles: {reader: {allowed: [read]}}}}}";

    assertThat(problems("rbac, agent-firewall", blocks.formatted("require_auth: false"), DEMO))
        .extracting(Problem::message)
        .containsExactly("`agent-firewall` is configured by what `rbac` establishes: nothing");
    assertThat(
            problems("rbac, agent-firewall", blocks.formatted("trusted_peers: [10.0.0.1]"), DEMO))
        .isEmpty();
  }

  @Test
  void warnsOfChecksOfAnswersWhereAllAreEmbeddings() {
    String embeds = "{id: main, provider: vllm:embedding:m}";
    String blocks = "{quality-scorer: {min_sentences: 1}, pii-detector: {}}";

    assertThat(problems("quality-scorer", "{quality-scorer: {min_sentences: 1}}", embeds))
        .extracting(Problem::message)
        .containsExactly(
            "`quality-scorer` has no effect: all targets are for embeddings, which are no text");
    assertThat(problems("quality-scorer, pii-detector", blocks, embeds + ", " + DEMO))
        .noneMatch(p -> p.message().contains("embeddings"));
  }

  @Test
  void refusesAJudgeThatOnlyEmbeds() {
    String blocks =
        "{pii-detector: {}, quality-scorer: {assertions: [{type: llm-rubric, value: x, provider:"
            + " judge}]}}";
    String targets = DEMO + ", {id: judge, provider: vllm:embedding:m}";

    assertThat(problems("pii-detector, quality-scorer", blocks, targets))
        .filteredOn(Problem::isError)
        .extracting(Packs::brief)
        .singleElement()
        .asString()
        .endsWith("policy.quality-scorer.assertions[0].provider");
  }

  @ParameterizedTest
  @CsvSource({
    "streaming-sse-providers-1.yaml, ''",
    "streaming-sse-example-2.yaml, W105",
    "design-example.yaml, ''"
  })
  void thePacksThatMustLoadAreNotWarnedOf(String name, String warning) {
    Read read =
        new PackReader(new Secrets(Packs.ENV, null))
            .read(
                name,
                Packs.resource(name),
                new KindCatalog(TestGateway.kinds()),
                FakeKinds.VENDORS);

    assertThat(Packs.checked(read).notes())
        .filteredOn(p -> p.severity() != Problem.Severity.INFO)
        .extracting(p -> p.code().name())
        .isEqualTo(warning.isEmpty() ? List.of() : List.of(warning));
  }

  private static List<Problem> problems(String chain, String blocks, String targets) {
    String pack =
        """
        pack: {name: p, version: 1.0.0}
        providers: {targets: [%s]}
        policies: {chain: [%s]}
        policy: %s
        """
            .formatted(targets, chain, blocks);
    Read read =
        new PackReader(new Secrets(Map.of(), null))
            .read(
                "p.yaml",
                pack.getBytes(StandardCharsets.UTF_8),
                new KindCatalog(TestGateway.kinds()),
                FakeKinds.VENDORS);
    return Packs.problems(read).stream().filter(p -> p.code() != Problem.Code.I201).toList();
  }
}
