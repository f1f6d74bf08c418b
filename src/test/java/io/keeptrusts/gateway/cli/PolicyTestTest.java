package io.keeptrusts.gateway.cli;

import static io.keeptrusts.gateway.cli.KtRun.kt;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fixtures against packs: what passes, what fails and how that is said. */
class PolicyTestTest {
  private static final Path RECORDED = Path.of("src/test/resources/anthropic").toAbsolutePath();

  @TempDir Path directory;

  private KtRun test(String chain, String blocks, String fixture, String... more) {
    return test(List.of(), chain, blocks, fixture, more);
  }

  private KtRun test(
      List<PolicyKind<?>> kinds, String chain, String blocks, String fixture, String... more) {
    String pack =
        """
        pack: {name: test, version: 1.0.0}
        providers:
          targets:
            - {id: a, provider: openai, model: gpt-4o, secret_key_ref: {env: NOT_SET}}
            - {id: judge, provider: openai, model: judge-1, secret_key_ref: {env: NOT_SET}}
          fallback: {max_retries: 1}
        policies: {chain: [%s]}
        policy: {%s}
        """
            .formatted(chain, blocks);
    Path packFile = write("pack.yaml", pack);
    Path fixtureFile = write("fixture.yaml", fixture);
    String[] line = new String[6 + more.length];
    String[] fixed = {
      "policy", "test", "--policy-config", packFile.toString(), "--tests", fixtureFile.toString()
    };
    System.arraycopy(fixed, 0, line, 0, 6);
    System.arraycopy(more, 0, line, 6, more.length);
    return kt(kinds, line);
  }

  private Path write(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aMatchThatIsCutAcrossChunksIsMaskedWhateverTheCut() {
    KtRun run =
        test(
            "pii-detector",
            "pii-detector: {action: redact}",
            """
            name: mail
            request: {messages: Hi}
            upstream: {chunks: ["Write to ja", "ne@exam", "ple.com now."]}
            expect: {verdict: redact, policy: pii-detector, output: {not_contains: [jane@example.com]}}
            """,
            "--cuts",
            "30");

    assertThat(run.code()).as(run.output() + run.errors()).isZero();
    assertThat(run.output()).startsWith("ok ").contains("(redact by pii-detector)");
  }

  @Test
  void aBlockIsTheSameVerdictBeforeAndAfterAPartOfTheAnswerHasLeft() {
    KtRun run =
        test(
            "dlp-filter",
            "dlp-filter: {blocked_terms: [Bluebird], action: block}",
            """
            name: leak
            request: {messages: Hi}
            upstream: {chunks: ["The name of the secret project ", "is Blue", "bird, you know."]}
            expect: {verdict: block, policy: dlp-filter, output: {not_contains: [Blue]}}
            """);

    assertThat(run.code()).as(run.output() + run.errors()).isZero();
  }

  @Test
  void whatIsNotAsExpectedIsShownWithWhatCame() {
    KtRun run =
        test(
            "pii-detector",
            "pii-detector: {action: redact}",
            """
            name: prose
            request: {messages: Hi}
            upstream: Hello there.
            expect: {verdict: block, status: 409, output: Hello here.}
            """);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.output())
        .contains("FAIL", "verdict\n     - block\n     + allow")
        .contains("status\n     - 409\n     + 200")
        .contains("output\n     - Hello here.\n     + Hello there.")
        .contains("1 fixture(s), 1 failed");
  }

  @Test
  void anOutputThatDependsOnTheCutFails() {
    KtRun run =
        test(
            List.of(new Fickle()),
            "fickle",
            "",
            """
            name: first allowed, then not
            request: {messages: Hi}
            upstream: Hello there.
            expect: {verdict: allow}
            """);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.output())
        .contains("cut anew (1): verdict\n     - allow\n     + block by fickle");
  }

  @Test
  void aRecordedAnswerIsReadByItsProvidersProtocol() throws Exception {
    Files.copy(RECORDED.resolve("text.sse"), directory.resolve("answer.sse"));

    KtRun run =
        test(
            "safety-filter",
            "",
            """
            name: recorded
            request: {model: gpt-4o, messages: Hi}
            upstream: {file: answer.sse, provider: anthropic}
            expect: {verdict: allow, status: 200}
            """,
            "--json");

    JsonNode result = new ObjectMapper().readTree(run.output()).path("results").path(0);
    assertThat(run.code()).as(run.output() + run.errors()).isZero();
    assertThat(result.path("output").asText()).isNotBlank();
  }

  @Test
  void aSecondAnswerMeetsTheSecondAttempt() {
    KtRun run =
        test(
            "pii-detector",
            "",
            """
            name: retried
            request: {messages: Hi}
            upstream: [{status: 503, text: busy}, Here I am.]
            expect: {verdict: allow, status: 200, output: Here I am.}
            """,
            "--cuts",
            "1");

    assertThat(run.code()).as(run.output() + run.errors()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"score\": 1.0, \"reason\": \"good\"}', allow",
    "'{\"score\": 0.0, \"reason\": \"bad\"}', block"
  })
  void aJudgeSaysWhatTheFixtureSays(String said, String verdict) {
    KtRun run =
        test(
            "quality-scorer",
            "quality-scorer: {thresholds: {min_aggregate: 0}, assertions: [{type: llm-rubric, value:"
                + " polite, provider: judge, severity: critical, threshold: 0.5}], failure_action:"
                + " {action: block}}",
            """
            name: judged
            request: {messages: Hi}
            upstream: Good morning to you, what can I do for you today? I am glad to help.
            judge: '%s'
            expect: {verdict: %s}
            """
                .formatted(said, verdict),
            "--cuts",
            "2");

    assertThat(run.code()).as(run.output() + run.errors()).isZero();
  }

  @Test
  void headersOfARequestReachThePolicies() {
    String fixture =
        """
        - name: nobody
          request: {messages: Hi}
          expect: {verdict: block, policy: rbac}
        - name: somebody
          request: {messages: Hi, headers: {X-User-ID: alice}}
          expect: {verdict: allow}
        """;

    KtRun run = test("rbac", "rbac: {deny_if_missing: [X-User-ID]}", fixture, "--cuts", "1");

    assertThat(run.code()).as(run.output() + run.errors()).isZero();
    assertThat(run.output()).contains("2 fixture(s), 0 failed");
  }

  @Test
  void jsonTellsSeedVerdictAndFailures() throws Exception {
    KtRun run =
        test(
            "pii-detector",
            "",
            """
            name: prose
            request: {messages: Hi}
            upstream: Hello.
            expect: {verdict: redact}
            """,
            "--json",
            "--seed",
            "7");

    JsonNode report = new ObjectMapper().readTree(run.output());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.output().lines()).hasSize(1);
    assertThat(report.path("ok").asBoolean(true)).isFalse();
    assertThat(report.path("seed").asInt()).isEqualTo(7);
    assertThat(report.at("/results/0/verdict").asText()).isEqualTo("allow");
    assertThat(report.at("/results/0/failures")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nam: x | nam: is not known; valid: name",
        "{name: x, request: {messages: Hi}, expect: {}} | expect: expects nothing",
        "{name: x, request: {messages: 1}, expect: {verdict: allow}} | request.messages: must be",
        "{name: x, request: {messages: Hi}, expect: {verdict: deny}} | expect.verdict: is none of",
        "{name: x, request: {messages: Hi}, upstream: {file: no.sse}, expect: {status: 200}} | upstream.file: cannot be read",
        "{name: x, name: y} | Duplicate field",
      })
  void aFixtureThatIsNotRightIsRefusedWithItsPlace(String fixture, String said) {
    KtRun run = test("pii-detector", "", fixture);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.errors()).contains("fixture.yaml").contains(said);
  }

  @Test
  void aPackThatIsNotRightIsRefusedAsLintDoes() {
    KtRun run = test("pii-detektor", "", "name: x");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.output()).contains("invalid, 1 error(s)", "pii-detector");
  }

  /** Blocks every answer but the first one. */
  private static final class Fickle implements PolicyKind<Fickle.Config> {
    record Config() {}

    private final AtomicInteger seen = new AtomicInteger();

    @Override
    public String name() {
      return "fickle";
    }

    @Override
    public Class<Config> config() {
      return Config.class;
    }

    @Override
    public Mode mode() {
      return Mode.BUFFERED;
    }

    @Override
    public Policy compile(Config config) {
      return Policy.of(name())
          .withAnswer(
              (answer, prompt, judge) ->
                  seen.getAndIncrement() == 0 ? Verdict.ALLOW : Verdict.block("fickle.again"));
    }
  }
}
