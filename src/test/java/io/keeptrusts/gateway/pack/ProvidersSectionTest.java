package io.keeptrusts.gateway.pack;

import static io.keeptrusts.gateway.pack.Packs.brief;
import static io.keeptrusts.gateway.pack.Packs.checked;
import static io.keeptrusts.gateway.pack.Packs.only;
import static io.keeptrusts.gateway.pack.Packs.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.pack.PackDocument.CircuitBreaker;
import io.keeptrusts.gateway.pack.PackDocument.Fallback;
import io.keeptrusts.gateway.pack.PackDocument.ModelGroup;
import io.keeptrusts.gateway.pack.PackDocument.Providers;
import io.keeptrusts.gateway.pack.PackDocument.RetryOn;
import io.keeptrusts.gateway.pack.PackDocument.Target;
import io.keeptrusts.gateway.provider.Strategy;
import io.keeptrusts.gateway.provider.Task;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvidersSectionTest {

  private static final String HEAD =
      """
      pack: {name: test, version: 1.0.0}
      policies: {chain: [pii-detector]}
      policy: {pii-detector: {}}
      providers:
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id: b, provider: opnai, model: m                | E003 6:25 provider       | did you mean `openai`?",
        "id: b, provider: openai                         | E006 6:7 model           | what the provider calls the model",
        "id: b, provider: openai, model: ' '             | E003 6:40 model          | ",
        "provider: openai, model: m                      | E006 6:7 id              | ",
        "id: ' ', provider: openai, model: m             | E003 6:12 id             | ",
        "id: 7, provider: openai, model: m               | E003 6:12 id             | put it in quotes",
        "id: a, provider: openai, model: m               | E005 6:12 id             | ids are unique in a pack",
        "id: b, provider: openai:m                       | E003 6:25 provider       | `openai:chat:...`, or `provider: openai` with a `model`",
        "id: b, provider: openai:completion:m            | E003 6:25 provider       | `openai:chat:...`, or `provider: openai` with a `model`",
        "id: b, provider: 'openai:chat:'                 | E003 6:25 provider       | `openai:chat:...`, or `provider: openai` with a `model`",
        "id: b, provider: openai:chat:m, model: n        | E009 6:47 model          | keep one of both",
        "id: b, provider: demo, base_url: ftp://x        | E003 6:41 base_url       | for example `https://api.openai.com/v1`",
        "id: b, provider: demo, base_url: api.openai.com | E003 6:41 base_url       | for example `https://api.openai.com/v1`",
        "id: b, provider: demo, base_url: 'http://u:p@h' | E003 6:41 base_url       | for example `https://api.openai.com/v1`",
        "id: b, provider: demo, base_url: 'http://h?k=v' | E003 6:41 base_url       | for example `https://api.openai.com/v1`",
        "id: b, provider: demo, path_template: 'v1/{model}' | E003 6:46 path_template | for example `/v1/chat/completions`",
        "id: b, provider: demo, path_template: '/{name}' | E003 6:46 path_template  | for example `/v1/chat/completions`",
        "id: b, provider: demo, api_key_header: 'x key'  | E003 6:47 api_key_header | for example `x-api-key`",
        "id: b, provider: demo, api_key_prefix: 'Bär '   | E003 6:47 api_key_prefix | for example `\"Bearer \"`",
        "id: b, provider: demo, api_key: sk-1            | W102 6:40 api_key        | use `secret_key_ref: {env: NAME}`",
        "id: b, provider: demo, api_key: ' '             | E003 6:40 api_key        | ",
        "id: b, provider: demo, secret_key_ref: K        | E003 6:47 secret_key_ref | keys: env, store",
        "id: b, provider: demo, secret_key_ref: {}       | E006 6:31 secret_key_ref | for example `{env: OPENAI_API_KEY}`",
        "id: b, provider: demo, secret_key_ref: {env: A, store: b} | E009 6:31 secret_key_ref | keep one of both",
        "id: b, provider: demo, secret_key_ref: {env: sk-1}   | E003 6:53 secret_key_ref.env | the name of the variable, not the key itself",
        "id: b, provider: demo, secret_key_ref: {store: ../k} | E003 6:55 secret_key_ref.store | letters, digits, `_`, `-` and `.`",
        "id: b, provider: demo, secret_key_ref: {store: '..'} | E003 6:55 secret_key_ref.store | letters, digits, `_`, `-` and `.`",
        "id: b, provider: demo, secret_key_ref: {env: NO_KEY} | W104 6:31 secret_key_ref | provide it where the gateway runs",
        "id: b, provider: demo, secret_key_ref: {store: key}  | W104 6:31 secret_key_ref | provide it where the gateway runs",
        "id: b, provider: groq, model: m                 | W104 6:25 provider       | set it, or name another with `secret_key_ref`",
        "id: b, provider: azure, model: m                | E006 6:7 base_url        | the resource's endpoint, such as "
            + "`https://my-resource.openai.azure.com`",
        "id: b, provider: azure, model: a/b, base_url: 'http://h' | E003 6:39 model | name the deployment with `azure_deployment`",
        "id: b, provider: azure, model: m, base_url: 'http://h', azure_deployment: '../x' | E003 6:82 azure_deployment | ",
        "id: b, provider: azure, model: m, base_url: 'http://h', azure_api_version: v9 | E003 6:83 azure_api_version | "
            + "for example `2024-10-21`",
        "id: b, provider: demo, azure_deployment: d      | E002 6:49 azure_deployment | remove it",
        "id: b, provider: demo, azure_api_version: 2024-10-21 | E002 6:50 azure_api_version | remove it",
        "id: b, provider: demo, modle: m                 | E002 6:31 modle          | did you mean `model`?",
        "id: b, provider: demo, zdr: true                | E002 6:31 zdr            | valid: api_key, api_key_header, api_key_prefix, "
            + "azure_api_version, azure_deployment, base_url, cost, id, model, path_template, provider, secret_key_ref, tls, weight",
      })
  void saysWhatIsWrongWithATarget(String target, String expected, String suggestion) {
    Problem problem =
        only(
            read(
                HEAD + "  targets:\n    - " + "{" + target + "}\n    - {id: a, provider: demo}\n",
                Packs.ENV));

    // The clash of ids shows at the second target; all else at the first.
    String[] parts = expected.split(" ");
    boolean clash = parts[0].equals("E005");
    String place = clash ? "7:12 providers.targets[1]." : parts[1] + " providers.targets[0].";
    assertThat(Packs.brief(problem)).isEqualTo(parts[0] + " " + place + parts[2]);
    assertThat(problem.suggestion()).isEqualTo(suggestion);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fallback: {latency_window: 5}      | E003 6:30 fallback.latency_window | text is wanted, a number found",
        "fallback: {latency_window: 5 min}  | E003 6:30 fallback.latency_window | is not a duration, such as 5m",
        "fallback: {max_latency_ms: 0}      | E003 6:30 fallback.max_latency_ms | must be 1 or more",
        "circuit_breaker: {failure_threshold: -1} | E003 6:40 circuit_breaker.failure_threshold | must be between 0 and 1000",
        "circuit_breaker: {cooldown_seconds: 0}   | E003 6:39 circuit_breaker.cooldown_seconds  | must be between 1 and 3600",
        "circuit_breaker: {half_open_probes: 0}   | E003 6:39 circuit_breaker.half_open_probes  | must be between 1 and 100",
        "circuit_breaker: {when_all_open: go}     | E003 6:36 circuit_breaker.when_all_open     | `go` is not known here",
        "model_groups: [{name: g, targets: [a], fallback_group: h}] | E008 6:58 model_groups[0].fallback_group | "
            + "no other group has the name `h`",
        "model_groups: [{name: g, targets: [a], fallback_group: g}] | E008 6:58 model_groups[0].fallback_group | "
            + "no other group has the name `g`",
        "fallback: {strategy: orderd}       | E003 6:24 fallback.strategy      | `orderd` is not known here",
        "fallback: {max_retries: -1}        | E003 6:27 fallback.max_retries   | must be between 0 and 10",
        "fallback: {retry_on: [6xx]}        | E003 6:25 fallback.retry_on[0]   | `6xx` is not known here",
        "fallback: {tries: 1}               | E002 6:14 fallback.tries         | unknown key `tries`",
        "model_groups: [{name: g, targets: [b]}] | E008 6:38 model_groups[0].targets[0] | no target has the id `b`",
        "model_groups: [{name: g, targets: []}]  | E003 6:28 model_groups[0].targets    | must name at least one target",
        "model_groups: [{name: g}]               | E006 6:18 model_groups[0].targets    | `targets` is missing",
        "model_groups: [{name: a, targets: [a]}] | E009 6:25 model_groups[0].name       | `a` is taken: a target's id",
        "model_groups: {g: [a]}                  | E003 6:3 model_groups                | a list is wanted, a mapping found",
        "model_groups: [{name: g, targets: [a], aliases: [h, g]}] | E009 6:55 model_groups[0].aliases[1] | "
            + "`g` is taken: providers.model_groups[0]",
        "routing: {}                        | E002 6:3 routing                  | unknown key `routing`",
      })
  void saysWhatIsWrongBesidesTargets(String section, String expected, String message) {
    Problem problem = only(read(HEAD + "  targets: [{id: a, provider: demo}]\n  " + section));

    assertThat(Packs.brief(problem))
        .isEqualTo(expected.replaceFirst("(\\S+ \\S+) ", "$1 providers."));
    assertThat(problem.message()).isEqualTo(message);
  }

  @Test
  void readsEveryField() {
    Providers providers =
        checked(
                read(
                    HEAD
                        + """
                          targets:
                            - id: a
                              provider: openai
                              model: m
                              base_url: https://[::1]:8443/v1
                              secret_key_ref: {env: OPENAI_API_KEY}
                              api_key_header: x-api-key
                              api_key_prefix: ""
                              path_template: /deployments/{model}/chat/completions?v=1
                              weight: 3
                              cost: {input: 2.5, output: 10.0}
                          fallback:
                            strategy: weighted
                            max_retries: 0
                            retry_on: [connection, 5xx]
                            latency_window: 90s
                            max_latency_ms: 800
                          circuit_breaker:
                            failure_threshold: 3
                            cooldown_seconds: 60
                            half_open_probes: 2
                            when_all_open: refuse
                          model_groups:
                            - {name: fast, targets: [a], aliases: [quick], strategy: cost, fallback_group: slow}
                            - {name: slow, targets: [a]}
                        """))
            .document()
            .providers();

    assertThat(providers.targets())
        .containsExactly(
            new Target(
                "a",
                "openai",
                "m",
                "https://[::1]:8443/v1",
                new PackDocument.SecretKeyRef("OPENAI_API_KEY", null),
                null,
                "x-api-key",
                "",
                "/deployments/{model}/chat/completions?v=1",
                null,
                null,
                null,
                3,
                new PackDocument.Price(2.5, 10.0),
                null));
    assertThat(providers.fallback())
        .isEqualTo(
            new Fallback(
                Strategy.WEIGHTED,
                0,
                Set.of(RetryOn.CONNECTION, RetryOn.SERVER_ERROR),
                "90s",
                800));
    assertThat(providers.circuitBreaker())
        .isEqualTo(new CircuitBreaker(3, 60, 2, PackDocument.WhenAllOpen.REFUSE));
    assertThat(providers.modelGroups())
        .containsExactly(
            new ModelGroup("fast", List.of("a"), List.of("quick"), Strategy.COST, "slow"),
            new ModelGroup("slow", List.of("a"), List.of(), null, null));
  }

  @ParameterizedTest
  @CsvSource({
    "openai:chat:gpt-4o, gpt-4o, CHAT",
    "vllm:chat:org/some:model-7b, org/some:model-7b, CHAT",
    "vllm:embedding:BAAI/bge-m3, BAAI/bge-m3, EMBEDDINGS"
  })
  void takesACompoundProviderApart(String provider, String model, Task task) {
    Target target =
        checked(read(HEAD + "  targets: [{id: a, provider: '" + provider + "'}]"))
            .document()
            .providers()
            .targets()
            .getFirst();

    assertThat(target.provider()).isEqualTo(provider.substring(0, provider.indexOf(':')));
    assertThat(target.model()).isEqualTo(model);
    assertThat(target.task()).isEqualTo(task);
  }

  @Test
  void aTaskIsNoKeyOfTheFile() {
    Problem problem = only(read(HEAD + "  targets: [{id: a, provider: demo, task: chat}]"));

    assertThat(Packs.brief(problem)).startsWith("E002 ").endsWith(" providers.targets[0].task");
  }

  @Test
  void refusesEmbeddingsOfAVendorThatHasNone() {
    Problem problem =
        only(read(HEAD + "  targets: [{id: a, provider: groq:embedding:m}]", Packs.ENV));

    assertThat(problem.message()).isEqualTo("`groq` has no embeddings");
  }

  @Test
  void acceptsAModelThatRepeatsTheCompoundOne() {
    assertThat(brief(read(HEAD + "  targets: [{id: a, provider: openai:chat:m, model: m}]")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "  targets: [] | 4:1 providers.targets",
        "  fallback: {} | 4:1 providers.targets",
        "'' | 4:1 providers"
      })
  void warnsOfAPackWithoutTargets(String section, String place) {
    assertThat(brief(checked(read(HEAD + "  " + section)))).containsExactly("W105 " + place);
  }

  @Test
  void neverShowsAKeyInAMessage() {
    Read read =
        read(
            HEAD
                + """
                  targets:
                    - {id: a, provider: openai, model: m, api_key: "sk-leak-ü"}
                    - {id: b, provider: openai, model: m, secret_key_ref: sk-leak-b}
                    - {id: c, provider: openai, model: m, secret_key_ref: {env: sk-leak-c}}
                    - {id: d, provider: openai, model: m, secret_key_ref: {store: sk/leak-d}}
                    - {id: e, provider: openai, model: m, api_key_prefix: "Bearer sk-leak-ü"}
                    - {id: f, provider: openai, model: m, base_url: "http://u:sk-leak-f@h"}
                """,
            Map.of());

    assertThat(Packs.problems(read)).hasSize(6).noneMatch(p -> p.toString().matches(".*sk.leak.*"));
  }

  @Test
  void neverShowsALiteralKeyInTheDocumentsText() {
    Read.Checked read =
        checked(read(HEAD + "  targets: [{id: a, provider: openai, model: m, api_key: sk-leak}]"));

    assertThat(read.document().providers().targets().getFirst().apiKey()).isEqualTo("sk-leak");
    assertThat(read.toString()).doesNotContain("sk-leak");
  }
}
