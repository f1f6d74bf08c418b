package io.keeptrusts.gateway.pack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;

class LintReportTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final String VALID =
      """
      pack: {name: test, version: 1.2.0}
      policies: {chain: [audit-logger, pii-detector]}
      policy:
        pii-detector: {}
        safety-filter: {}
      providers: {targets: [{id: a, provider: demo}]}
      """;

  @Test
  void printsAValidPackForPeople() {
    var report = new LintReport("pack.yaml", Packs.read(VALID));

    assertThat(report.exitCode()).isZero();
    assertThat(report.text())
        .isEqualTo(
            """
            pack.yaml: valid
            Pack: test (v1.2.0)
            Chain: audit-logger -> pii-detector
            Policies validated: 2
            warning W101 pack.yaml:5:3 policy.safety-filter: `safety-filter` is not in the chain: it never runs \
            (add it to policies.chain or remove the block)
            info I201 pack.yaml:2:20 policies.chain: `audit-logger` has no block: it runs on its defaults
            info I202 pack.yaml:2:20 policies.chain: `audit-logger` is not last; \
            it records what leaves the end of the chain wherever it stands
            """);
  }

  @Test
  void printsAValidPackForScripts() throws JsonProcessingException {
    var json = JSON.readTree(new LintReport("pack.yaml", Packs.read(VALID)).json());

    assertThat(json.path("valid").booleanValue()).isTrue();
    assertThat(json.path("file").textValue()).isEqualTo("pack.yaml");
    assertThat(json.path("pack").toString()).isEqualTo("{\"name\":\"test\",\"version\":\"1.2.0\"}");
    assertThat(json.path("chain").toString()).isEqualTo("[\"audit-logger\",\"pii-detector\"]");
    assertThat(json.path("policy_count").intValue()).isEqualTo(2);
    assertThat(json.path("warnings")).hasSize(1);
    assertThat(json.at("/warnings/0/code").textValue()).isEqualTo("W101");
    assertThat(json.path("infos")).hasSize(2);
    assertThat(json.has("errors")).isFalse();
  }

  @Test
  void printsARefusedPackForPeopleErrorsFirst() {
    var report = new LintReport("pack.yaml", Packs.read(VALID.replace("demo", "dmo")));

    assertThat(report.exitCode()).isEqualTo(2);
    assertThat(report.text())
        .startsWith(
            """
            pack.yaml: invalid, 1 error(s)
            error E003 pack.yaml:6:41 providers.targets[0].provider: unknown provider `dmo` (did you mean `demo`?)
            warning W101 \
            """);
  }

  @Test
  void printsARefusedPackForScripts() throws JsonProcessingException {
    var json =
        JSON.readTree(new LintReport("pack.yaml", Packs.read(VALID.replace("demo", "dmo"))).json());

    assertThat(json.path("valid").booleanValue()).isFalse();
    assertThat(json.has("pack")).isFalse();
    assertThat(json.path("errors").toString())
        .isEqualTo(
            "[{\"code\":\"E003\",\"path\":\"providers.targets[0].provider\",\"message\":\"unknown provider `dmo`\","
                + "\"suggestion\":\"did you mean `demo`?\",\"file\":\"pack.yaml\",\"line\":6,\"column\":41}]");
  }
}
