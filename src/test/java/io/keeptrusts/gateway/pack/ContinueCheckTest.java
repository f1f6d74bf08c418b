package io.keeptrusts.gateway.pack;

import static io.keeptrusts.gateway.pack.Packs.checked;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code stream_failure: continue} needs to have an effect. */
class ContinueCheckTest {
  private static String pack(String first, String second, String more) {
    return """
        pack: {name: test, version: 1.0.0}
        policies: {chain: [pii-detector]}
        policy: {pii-detector: {}}
        providers:
          stream_failure: continue
          targets:
            - {id: a, provider: %s, base_url: "http://a.example", secret_key_ref: {env: KEY}}
            - {id: b, provider: %s, base_url: "http://b.example", secret_key_ref: {env: KEY}}
          %s
        """
        .formatted(first, second, more);
  }

  private static Read read(String pack) {
    return new PackReader(new Secrets(Map.of("KEY", "k"), null))
        .read("pack.yaml", pack.getBytes(UTF_8), FakeKinds.catalog(), VendorTable.INSTANCE);
  }

  private static String inert(String pack) {
    return String.join(
        "\n",
        checked(read(pack)).notes().stream()
            .filter(note -> note.path().equals("providers.stream_failure"))
            .map(Problem::toString)
            .toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "openai, model: m       | groq, model: m              |                            | mistral, vllm",
        "openai, model: m       | google, model: m            | fallback: {}               | mistral, vllm",
        "openai, model: m       | anthropic, model: claude-opus-4-6 | fallback: {}         | before 4.6",
        "vllm, model: m         | vllm, model: m              | fallback: {max_retries: 0} | max_retries",
        "openai, model: m       | vllm, model: n              |                            | stands in",
      })
  void withoutItItIsInertAndLintSaysWhy(String first, String second, String more, String why) {
    assertThat(inert(pack(first, second, more == null ? "" : more)))
        .startsWith("W110")
        .contains("no effect", why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "openai, model: m | vllm, model: m                    |",
        "openai, model: m | mistral, model: n                 | fallback: {}",
        "openai, model: m | anthropic, model: claude-opus-4-5 | fallback: {}",
        "openai, model: m | ollama, model: n | model_groups: [{name: g, targets: [a, b]}]",
        "openai, model: m | ollama, model: n | model_groups: [{name: g, targets: [a], fallback_group: h}, {name: h, targets: [b]}]",
      })
  void withItNothingIsSaid(String first, String second, String more) {
    assertThat(inert(pack(first, second, more == null ? "" : more))).isEmpty();
  }

  @Test
  void anotherWordIsRefused() {
    assertThat(
            read(pack("vllm, model: m", "vllm, model: m", "").replace(": continue", ": retry"))
                .toString())
        .contains("E003")
        .contains("providers.stream_failure");
  }
}
