package io.keeptrusts.gateway.pack;

import static io.keeptrusts.gateway.pack.Packs.HEAD;
import static io.keeptrusts.gateway.pack.Packs.brief;
import static io.keeptrusts.gateway.pack.Packs.checked;
import static io.keeptrusts.gateway.pack.Packs.only;
import static io.keeptrusts.gateway.pack.Packs.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.pack.PackDocument.Entry;
import io.keeptrusts.gateway.policy.PolicyKind.Mode;
import io.keeptrusts.gateway.testing.TestGateway;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines 7 and up follow {@link Packs#HEAD}. */
class PolicySectionTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pii-detector: {action: redcat}            | E003 8:26 policy.pii-detector.action          | did you mean `redact`?",
        "pii-detector: {acton: redact}             | E002 8:18 policy.pii-detector.acton           | did you mean `action`?",
        "pii-detector: {colour: red}               | E002 8:18 policy.pii-detector.colour          | valid: action, enabled, patterns, streaming_mode",
        "pii-detector: redact                      | E003 8:17 policy.pii-detector                 | ",
        "pii-detector: {enabled: no}               | E003 8:27 policy.pii-detector.enabled         | write `false`",
        "pii-detector: {streaming_mode: real-time} | E003 8:34 policy.pii-detector.streaming_mode  | did you mean `realtime`?",
        "pii-detector: {patterns: [a, '*']}        | E003 8:32 policy.pii-detector.patterns[1]     | ",
        "pii-detector: {action: alert_only}        | W110 8:26 policy.pii-detector.action          | ",
        "pii-detector: {enabled: false}            | I203 8:27 policy.pii-detector.enabled         | ",
      })
  void saysWhatIsWrongWithABlockOfTheChain(String block, String brief, String suggestion) {
    Problem problem = only(read(HEAD + "policy:\n  " + block));

    assertThat(Packs.brief(problem)).isEqualTo(brief);
    assertThat(problem.suggestion()).isEqualTo(suggestion);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "quality-scor: {}                            | E001 8:3 policy.quality-scor                   | did you mean `quality-scorer`?",
        "safety-filter: {strict: true}               | W101 8:3 policy.safety-filter                  | add it to policies.chain or remove the block",
        "quality-scorer: {thresholds: {min_aggregate: 7}} | E003 8:48 policy.quality-scorer.thresholds.min_aggregate | ",
        "quality-scorer: {streaming_mode: realtime}  | E003 8:36 policy.quality-scorer.streaming_mode | remove the key or write `buffered`",
        "safety-filter: {streaming_mode: buffered}   | E003 8:35 policy.safety-filter.streaming_mode  | remove the key or write `realtime`",
        "prompt-injection: {streaming_mode: realtime} | E003 8:38 policy.prompt-injection.streaming_mode | remove the key",
        "broken: {limit: 1}                          | E003 8:3 policy.broken                         | ",
        "broken: {}                                  | E006 8:3 policy.broken.limit                   | ",
      })
  void alsoChecksBlocksOutsideOfTheChain(String block, String brief, String suggestion) {
    Read read = read(HEAD + "policy:\n  " + block + "\n  pii-detector:\n");

    assertThat(brief(read)).contains(brief);
    assertThat(Packs.problems(read))
        .filteredOn(p -> Packs.brief(p).equals(brief))
        .singleElement()
        .satisfies(p -> assertThat(p.suggestion()).isEqualTo(suggestion));
  }

  @Test
  void saysWhyAStreamingModeIsRefused() {
    Read read =
        read(
            HEAD
                + """
                policy:
                  pii-detector: {}
                  quality-scorer: {streaming_mode: realtime}
                  safety-filter: {streaming_mode: buffered}
                  prompt-injection: {streaming_mode: realtime}
                """);

    assertThat(Packs.problems(read))
        .filteredOn(Problem::isError)
        .extracting(Problem::message)
        .containsExactly(
            "`quality-scorer` needs the whole answer: realtime would make it inert",
            "`safety-filter` acts on each chunk as it comes: buffered would make it late",
            "`prompt-injection` looks at requests only: there is no stream for it to check");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[pii-detecor]                | E001 3:11 policies.chain[0] | did you mean `pii-detector`?",
        "[audit-logger, audit-logger] | E004 3:25 policies.chain[1] | keep one",
        "[7]                          | E003 3:11 policies.chain[0] | put it in quotes",
        "audit-logger                 | E003 3:10 policies.chain    | ",
        "[]                           | W105 3:3 policies.chain     | ",
        "[audit-logger, pii-detector] | I202 3:11 policies.chain    | ",
      })
  void saysWhatIsWrongWithTheChain(String chain, String brief, String suggestion) {
    String yaml =
        """
        pack: {name: test, version: 1.0.0}
        policies:
          chain: %s
        policy: {audit-logger: {}, pii-detector: {}}
        providers: {targets: [{id: main, provider: openai, model: gpt-4o}]}
        """;

    Read read = read(yaml.formatted(chain));

    assertThat(Packs.problems(read))
        .filteredOn(p -> p.code() != Problem.Code.W101)
        .singleElement()
        .satisfies(
            p -> {
              assertThat(Packs.brief(p)).isEqualTo(brief);
              assertThat(p.suggestion()).isEqualTo(suggestion);
            });
  }

  @Test
  void runsAKindWithoutABlockOnItsDefaultsAndSaysSo() {
    Read.Checked read = checked(read(HEAD));

    assertThat(brief(read)).containsExactly("I201 6:7 policies.chain");
    assertThat(read.document().chain())
        .extracting(Entry::config)
        .containsExactly(new FakeKinds.Pii.Config(null, null));
  }

  @Test
  void takesAnEmptyBlockForTheDefaultsWithoutANote() {
    assertThat(brief(checked(read(HEAD + "policy:\n  pii-detector:\n")))).isEmpty();
  }

  @Test
  void takesTheCommonKeysOffAndKeepsTheirMeaning() {
    Entry entry =
        checked(
                read(
                    HEAD
                        + "policy: {pii-detector: {enabled: false, streaming_mode: buffered, action: block}}"))
            .document()
            .chain()
            .getFirst();

    assertThat(entry.enabled()).isFalse();
    assertThat(entry.mode()).isEqualTo(Mode.BUFFERED);
    assertThat(entry.config())
        .isEqualTo(new FakeKinds.Pii.Config(FakeKinds.Pii.Action.BLOCK, null));
    assertThat(entry.policy().kind()).isEqualTo("pii-detector");
  }

  @Test
  void aDisabledKindBehindTheAuditLoggerDoesNotCount() {
    Read read =
        read(
            """
            pack: {name: test, version: 1.0.0}
            policies: {chain: [audit-logger, pii-detector]}
            policy: {audit-logger: {}, pii-detector: {enabled: false}}
            providers: {targets: [{id: main, provider: openai, model: gpt-4o}]}
            """);

    assertThat(brief(read)).containsExactly("I203 3:52 policy.pii-detector.enabled");
  }

  @Test
  void aRuleThatCannotRunOnAStreamIsAProblemOfItsBlock() {
    Read read = read(HEAD + "policy:\n  pii-detector: {}\n  dlp-filter: {rule: '(?=a)b'}\n");

    assertThat(Packs.problems(read))
        .filteredOn(Problem::isError)
        .singleElement()
        .satisfies(
            p -> {
              assertThat(Packs.brief(p)).isEqualTo("E003 9:3 policy.dlp-filter");
              assertThat(p.message()).startsWith("rule 0, body at ");
            });
  }

  @Test
  void compilesAKindOncePerRead() {
    var pii = new FakeKinds.Pii();

    Read read =
        new PackReader(new Secrets(Map.of(), null))
            .read(
                "pack.yaml",
                (HEAD + "policy: {pii-detector: {action: block}}").getBytes(StandardCharsets.UTF_8),
                new KindCatalog(List.of(pii)),
                FakeKinds.VENDORS);

    assertThat(pii.compiled).hasValue(1);
    assertThat(checked(read).document().chain().getFirst().bean()).isSameAs(pii);
  }

  @ParameterizedTest
  @CsvSource({
    "'agent-firewall, rbac', true",
    "'agent-firewall', true",
    "'rbac, agent-firewall', false"
  })
  void refusesAKindBeforeTheOneThatItNeeds(String chain, boolean refused) {
    String pack =
        """
        pack: {name: p, version: 1.0.0}
        policies: {chain: [%s]}
        policy:
          rbac: {trusted_peers: [10.0.0.0/8]}
          agent-firewall: {tools: {roles: {reader: {allowed: [read]}}}}
        """
            .formatted(chain);
    Read read =
        new PackReader(new Secrets(Map.of(), null))
            .read(
                "p.yaml",
                pack.getBytes(StandardCharsets.UTF_8),
                new KindCatalog(TestGateway.kinds()),
                FakeKinds.VENDORS);

    if (refused) {
      assertThat(((Read.Refused) read).problems())
          .filteredOn(Problem::isError)
          .singleElement()
          .satisfies(p -> assertThat(p.message()).contains("what `rbac` establishes"))
          .satisfies(p -> assertThat(p.suggestion()).isEqualTo("put `rbac` before it"));
    } else {
      assertThat(read).isInstanceOf(Read.Checked.class);
    }
  }

  @Test
  void readsASecretOfAPolicyByItsReference() {
    String pack =
        """
        pack: {name: p, version: 1.0.0}
        providers: {targets: [{id: d, provider: demo}]}
        policies: {chain: [rbac]}
        policy:
          rbac: {jwt: {issuer: i, audience: [a], keys: [{secret_key_ref: {%s}}]}}
        """;

    assertThat(problems(pack.formatted("env: SET"))).isEmpty();
    assertThat(problems(pack.formatted("env: NOT_SET")))
        .singleElement()
        .satisfies(p -> assertThat(p.isError()).isFalse())
        .satisfies(p -> assertThat(p.message()).contains("NOT_SET is not set"));
    assertThat(problems(pack.formatted("env: SHORT")))
        .singleElement()
        .satisfies(p -> assertThat(p.message()).contains("less than 32 bytes"));
    assertThat(problems(pack.formatted("env: A, store: b")))
        .singleElement()
        .satisfies(p -> assertThat(p.message()).contains("exactly one of"));
    assertThat(problems(pack.formatted("file: A"))).isNotEmpty().allMatch(Problem::isError);
  }

  private static List<Problem> problems(String pack) {
    Map<String, String> env = Map.of("SET", "a secret that has thirty-two bytes", "SHORT", "short");
    Read read =
        new PackReader(new Secrets(env, null))
            .read(
                "p.yaml",
                pack.getBytes(StandardCharsets.UTF_8),
                new KindCatalog(TestGateway.kinds()),
                FakeKinds.VENDORS);
    return switch (read) {
      case Read.Refused(List<Problem> problems) -> problems;
      case Read.Checked checked -> checked.notes();
    };
  }
}
