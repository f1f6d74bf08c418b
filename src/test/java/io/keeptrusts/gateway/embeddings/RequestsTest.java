package io.keeptrusts.gateway.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.dialect.Embeddings;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.provider.AzureDeployment;
import io.keeptrusts.gateway.provider.Protocol;
import io.keeptrusts.gateway.provider.Target;
import io.keeptrusts.gateway.provider.Vendors;
import io.keeptrusts.gateway.wire.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a request for embeddings on its way to each provider. */
class RequestsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FULL =
      """
      {"model":"asked","input":["One","two ü"],"dimensions":64,"encoding_format":"base64","user":"u-1"}""";

  private static Target target(String vendor, @Nullable AzureDeployment azure, String path) {
    Endpoint base = new Endpoint("localhost", 1, false, path);
    return new Target(
        "t",
        Vendors.find(vendor),
        "embed-1",
        base,
        null,
        Map.of("K", "v"),
        "",
        azure,
        1,
        1,
        null,
        null);
  }

  private static Protocol.Outgoing ask(Target target, String body) {
    return new Embeddings()
        .plan(target, new Embeddings().read(body.getBytes(StandardCharsets.UTF_8)))
        .protocol()
        .request(target, new Embeddings().read(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }

  private static JsonNode tree(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Arguments> vendors() {
    String asCame = FULL.replace("asked", "embed-1");
    String gemini =
        """
        {"model":"models/embed-1","outputDimensionality":64,"content":{"parts":[{"text":"%s"}]}}""";
    return Stream.of(
        arguments("openai", "/v1/embeddings", asCame, List.of()),
        arguments("vllm", "/v1/embeddings", asCame, List.of()),
        arguments("demo", "/v1/embeddings", asCame, List.of()),
        arguments(
            "mistral",
            "/v1/embeddings",
            """
            {"model":"embed-1","input":["One","two ü"],"output_dimension":64,"encoding_format":"base64"}""",
            List.of("user")),
        arguments(
            "ollama",
            "/api/embed",
            """
            {"model":"embed-1","input":["One","two ü"],"dimensions":64}""",
            List.of("user")),
        arguments(
            "google",
            "/v1beta/models/embed-1:batchEmbedContents",
            "{\"requests\":[" + gemini.formatted("One") + "," + gemini.formatted("two ü") + "]}",
            List.of("user")));
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void aRequestIsPutInTheVendorsWords(
      String vendor, String path, String expected, List<String> dropped) {
    Protocol.Outgoing request = ask(target(vendor, null, ""), FULL);

    assertThat(tree(request.body())).isEqualTo(tree(expected));
    assertThat(request.dropped()).isEqualTo(dropped);
    assertThat(request.endpoint().path()).isEqualTo(path);
    assertThat(request.headers()).isEqualTo(Map.of("K", "v"));
  }

  @ParameterizedTest
  @CsvSource({
    "false, 2024-10-21, /openai/deployments/dep/embeddings?api-version=2024-10-21",
    "true, , /openai/v1/embeddings",
    "true, preview, /openai/v1/embeddings?api-version=preview"
  })
  void azureIsAskedForItsDeployment(boolean v1, @Nullable String version, String path) {
    Target target = target("azure", new AzureDeployment("dep", v1, version), "");

    Protocol.Outgoing request = ask(target, FULL);

    assertThat(request.endpoint().path()).isEqualTo(path);
    assertThat(tree(request.body())).isEqualTo(tree(FULL.replace("asked", "dep")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "openai | \"input\":[1,2],\"x\":{\"y\":null} | {\"model\":\"embed-1\",\"input\":[1,2],\"x\":{\"y\":null}}",
        "vllm | \"input\":[[1],[2,3]],\"truncate_prompt_tokens\":8 | {\"model\":\"embed-1\",\"input\":[[1],[2,3]],\"truncate_prompt_tokens\":8}",
        "mistral | \"input\":\"a\",\"dimensions\":null,\"output_dtype\":\"int8\" | {\"model\":\"embed-1\",\"input\":\"a\",\"output_dtype\":\"int8\"}",
        "ollama | \"input\":\"a\",\"truncate\":false,\"keep_alive\":\"5m\",\"dimensions\":null | {\"model\":\"embed-1\",\"input\":\"a\",\"truncate\":false,\"keep_alive\":\"5m\"}",
        "google | \"input\":\"a\",\"task_type\":\"RETRIEVAL_QUERY\" | {\"requests\":[{\"model\":\"models/embed-1\",\"taskType\":\"RETRIEVAL_QUERY\",\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}",
      })
  void whatAVendorKnowsItGets(String vendor, String members, String expected) {
    Protocol.Outgoing request =
        ask(target(vendor, null, ""), "{\"model\":\"asked\"," + members + "}");

    assertThat(tree(request.body())).isEqualTo(tree(expected));
    assertThat(request.dropped()).isEmpty();
  }

  @Test
  void ollamasPathIsFoundBelowABaseThatNamesItsApi() {
    assertThat(ask(target("ollama", null, "/x/api"), FULL).endpoint().path())
        .isEqualTo("/x/api/embed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "mistral | \"input\":[1,2] | input",
        "ollama | \"input\":[1,2] | input",
        "ollama | \"input\":\"a\",\"task_type\":\"x\" | task_type",
        "google | \"input\":[[1,2]] | input",
        "google | \"input\":\"a\",\"truncate\":true | truncate",
        "openai | \"x\":1 | input",
        "openai | \"input\":null | input",
        "openai | \"input\":[] | input",
        "openai | \"input\":7 | input",
        "openai | \"input\":{\"text\":\"a\"} | input",
        "openai | \"input\":[\"a\",1] | input[1]",
        "openai | \"input\":[1,\"a\"] | input[1]",
        "openai | \"input\":[[1],\"a\"] | input[1]",
        "openai | \"input\":[[1],[\"a\"]] | input[1]",
        "openai | \"input\":[[]] | input[0]",
        "openai | \"input\":[1.5] | input[0]",
        "openai | \"input\":[{\"text\":\"a\"}] | input[0]",
        "openai | \"input\":\"a\",\"encoding_format\":\"hex\" | encoding_format",
        "openai | \"input\":\"a\",\"dimensions\":0 | dimensions",
        "openai | \"input\":\"a\",\"dimensions\":\"8\" | dimensions",
      })
  void whatCannotBeServedIsRefusedByName(String vendor, String members, String param) {
    assertThatThrownBy(() -> ask(target(vendor, null, ""), "{\"model\":\"m\"," + members + "}"))
        .isInstanceOfSatisfying(
            GatewayException.class,
            e -> {
              assertThat(e.error().status()).isEqualTo(422);
              assertThat(e.error().param()).isEqualTo(param);
            });
  }
}
