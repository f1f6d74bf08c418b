package io.keeptrusts.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.dialect.Chat;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.wire.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of an OpenAI request on its way to Ollama, Mistral, Groq, vLLM and Azure. */
class VendorRequestsTest {

  private static String resource(String name) {
    try (InputStream in = VendorRequestsTest.class.getResourceAsStream("/golden/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Target target(String vendor, AzureDeployment azure) {
    Endpoint base = new Endpoint("localhost", 1, false, "");
    return new Target(
        "t",
        Vendors.find(vendor),
        "qwen3:4b",
        base,
        null,
        Map.of("K", "v"),
        "",
        azure,
        1,
        Double.POSITIVE_INFINITY,
        null,
        null);
  }

  private static Protocol.Outgoing ask(Target target, String body) {
    return target
        .vendor()
        .protocol()
        .request(target, new Chat().read(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonNode sent(String vendor, String body) {
    return Played.tree(new String(ask(target(vendor, null), body).body(), StandardCharsets.UTF_8));
  }

  private static String with(String member) {
    return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]"
        + (member.isEmpty() ? "" : "," + member)
        + "}";
  }

  private static String message(String message) {
    return "{\"model\":\"m\",\"messages\":[" + message + "]}";
  }

  @ParameterizedTest
  @CsvSource({
    "ollama, full, /api/chat",
    "ollama, plain, /api/chat",
    "mistral, full, /v1/chat/completions",
    "groq, full, /v1/chat/completions",
    "vllm, full, /v1/chat/completions"
  })
  void aRequestIsPutInTheVendorsWords(String vendor, String name, String path) {
    String golden = vendor + "/" + name;

    Protocol.Outgoing request = ask(target(vendor, null), resource(golden + ".request.json"));

    assertThat(Played.tree(new String(request.body(), StandardCharsets.UTF_8)))
        .isEqualTo(Played.tree(resource(golden + ".expected.json")));
    assertThat(request.dropped())
        .containsExactlyInAnyOrderElementsOf(resource(golden + ".dropped.txt").lines().toList());
    assertThat(request.endpoint().path()).isEqualTo(path);
    assertThat(request.headers()).isEqualTo(Map.of("K", "v"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ollama | \"n\":2 | n",
        "ollama | \"logit_bias\":{\"1\":5} | logit_bias",
        "ollama | \"audio\":{\"voice\":\"x\"} | audio",
        "ollama | \"modalities\":[\"text\",\"audio\"] | modalities",
        "ollama | \"functions\":[{\"name\":\"f\"}] | functions",
        "ollama | \"web_search_options\":{\"a\":1} | web_search_options",
        "ollama | \"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"f\"}}] | tools[0].type",
        "ollama | \"response_format\":{\"type\":\"json_schema\"} | response_format.json_schema.schema",
        "ollama | \"response_format\":{\"type\":\"grammar\"} | response_format.type",
        "ollama | \"reasoning_effort\":\"huge\" | reasoning_effort",
        "groq | \"n\":2 | n",
        "groq | \"logprobs\":true | logprobs",
        "groq | \"logit_bias\":{\"1\":5} | logit_bias",
        "mistral | \"logprobs\":true | logprobs",
        "mistral | \"top_logprobs\":2 | top_logprobs",
        "mistral | \"functions\":[{\"name\":\"f\"}] | functions",
      })
  void whatAVendorCannotDoIsRefusedByName(String vendor, String member, String param) {
    assertThatThrownBy(() -> sent(vendor, with(member)))
        .isInstanceOfSatisfying(
            GatewayException.class,
            e -> {
              assertThat(e.error().status()).isEqualTo(422);
              assertThat(e.error().param()).isEqualTo(param);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.com/a.png\"}}]} | messages[0].content[0].image_url.url",
        "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png,raw\"}}]} | messages[0].content[0].image_url.url",
        "{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"aa\"}}]} | messages[0].content[0].type",
        "{\"role\":\"user\",\"content\":7} | messages[0].content",
        "{\"role\":\"robot\",\"content\":\"x\"} | messages[0].role",
        "{\"role\":\"assistant\",\"audio\":{\"id\":\"a\"}} | messages[0].audio",
        "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]} | messages[0].tool_calls[0].function.arguments",
        "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"[1]\"}}]} | messages[0].tool_calls[0].function.arguments",
      })
  void aMessageThatOllamaCannotTakeIsRefusedWithItsPlace(String message, String param) {
    assertThatThrownBy(() -> sent("ollama", message(message)))
        .isInstanceOfSatisfying(
            GatewayException.class,
            e -> {
              assertThat(e.error().status()).isEqualTo(422);
              assertThat(e.error().param()).isEqualTo(param);
              assertThat(e.error().message()).doesNotContain("example.com");
            });
  }

  @Test
  void toOpenAiTheBodyGoesAsItCame() {
    String body =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"developer\",\"name\":\"a\",\"content\":null}],\"n\":3,\"user\":null,\"x\":1}";

    assertThat(sent("openai", body)).isEqualTo(Played.tree(body.replace("\"m\"", "\"qwen3:4b\"")));
  }

  @Test
  void theClientsBodyIsNotChanged() {
    byte[] body = resource("mistral/full.request.json").getBytes(StandardCharsets.UTF_8);
    var prompt = new Chat().read(body);

    for (String vendor : List.of("mistral", "groq", "vllm", "ollama")) {
      try {
        Vendors.find(vendor).protocol().request(target(vendor, null), prompt);
      } catch (GatewayException e) {
        assertThat(e.error().status()).isEqualTo(422);
      }
      assertThat(prompt.body()).isEqualTo(new Chat().read(body).body());
    }
  }

  @ParameterizedTest
  @CsvSource({"call_1", "toolu_01ABC", "chatcmpl-tool-0123456789abcdef", "''", "aaaaaaaa-"})
  void anIdThatMistralRefusesBecomesTheSameNineCharactersEachTime(String id) {
    String translated = OpenAiMessages.mistralId(id);

    assertThat(translated).matches("[A-Za-z0-9]{9}").isEqualTo(OpenAiMessages.mistralId(id));
    assertThat(translated).isNotEqualTo(OpenAiMessages.mistralId(id + "x"));
    assertThat(OpenAiMessages.mistralId(translated)).isEqualTo(translated);
  }

  @ParameterizedTest
  @CsvSource({
    "false, 2024-10-21, /openai/deployments/dep/chat/completions?api-version=2024-10-21, system, true, max_completion_tokens",
    "false, 2024-08-01-preview, /openai/deployments/dep/chat/completions?api-version=2024-08-01-preview, system, false, max_tokens",
    "false, 2024-09-01-preview, /openai/deployments/dep/chat/completions?api-version=2024-09-01-preview, system, true, max_completion_tokens",
    "false, 2025-01-01-preview, /openai/deployments/dep/chat/completions?api-version=2025-01-01-preview, developer, true, max_completion_tokens",
    "true, , /openai/v1/chat/completions, developer, true, max_completion_tokens",
    "true, preview, /openai/v1/chat/completions?api-version=preview, developer, true, max_completion_tokens"
  })
  void azureIsAskedAsTheVersionOfItsApiAllows(
      boolean v1, String version, String path, String role, boolean usage, String limit) {
    Target target = target("azure", new AzureDeployment("dep", v1, version));
    String body =
        "{\"model\":\"m\",\"stream\":true,\"max_completion_tokens\":5,\"messages\":[{\"role\":\"developer\",\"content\":\"Hi\"}]}";

    Protocol.Outgoing request = ask(target, body);

    JsonNode sent = Played.tree(new String(request.body(), StandardCharsets.UTF_8));
    assertThat(request.endpoint().path()).isEqualTo(path);
    assertThat(sent.path("model").asText()).isEqualTo("dep");
    assertThat(sent.path("messages").path(0).path("role").asText()).isEqualTo(role);
    assertThat(sent.path("stream_options").path("include_usage").asBoolean()).isEqualTo(usage);
    assertThat(sent.has(limit)).isTrue();
  }

  @Test
  void openAiIsNotToldWhatOthersThoughtAndItsLookalikesAre() {
    String body =
        """
        {"model":"m","messages":[{"role":"user","content":"Hi"},
          {"role":"assistant","content":"Ho","reasoning_content":"Hm","thinking_blocks":[{"type":"thinking"}],
           "tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"{}"},
                          "extra_content":{"google":{"thought_signature":"c2ln"}}}]}]}""";
    Target lookalike = target("openai", null);
    Target openai =
        new Target(
            "t",
            lookalike.vendor(),
            "m",
            new Endpoint("api.openai.com", 443, true, ""),
            null,
            Map.of(),
            "",
            null);

    Protocol.Outgoing strict = ask(openai, body);

    assertThat(Played.tree(new String(strict.body(), StandardCharsets.UTF_8)).at("/messages/1"))
        .isEqualTo(
            Played.tree(
                """
                {"role":"assistant","content":"Ho",
                 "tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}"""));
    assertThat(strict.dropped())
        .containsExactlyInAnyOrder("messages[].thinking_blocks", "messages[].reasoning_content");
    assertThat(
            Played.tree(new String(ask(lookalike, body).body(), StandardCharsets.UTF_8))
                .path("messages"))
        .isEqualTo(Played.tree(body).path("messages"));
  }
}
