package io.keeptrusts.gateway.pack;

import static io.keeptrusts.gateway.pack.Packs.checked;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConfigViewTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Test
  void showsTheRunningPackWithNamesOfSecretsButNoSecret() throws JsonProcessingException {
    String view =
        checked(
                Packs.read(
                    """
                    pack: {name: test, version: 1.0.0}
                    policies: {chain: [quality-scorer]}
                    policy: {quality-scorer: {thresholds: {min_aggregate: 0.70}, min_length: 0x10}}
                    providers:
                      targets:
                        - {id: a, provider: openai, model: m, api_key: sk-leak}
                        - {id: b, provider: openai, model: m, secret_key_ref: {env: OPENAI_API_KEY}}
                    """))
            .view();

    assertThat(view).doesNotContain("sk-leak").doesNotContain(Packs.ENV.get("OPENAI_API_KEY"));
    assertThat(JSON.readTree(view))
        .isEqualTo(
            JSON.readTree(
                """
                {"pack": {"name": "test", "version": "1.0.0"},
                 "policies": {"chain": ["quality-scorer"]},
                 "policy": {"quality-scorer": {"thresholds": {"min_aggregate": 0.70}, "min_length": 16}},
                 "providers": {"targets": [
                   {"id": "a", "provider": "openai", "model": "m", "api_key": "***"},
                   {"id": "b", "provider": "openai", "model": "m", "secret_key_ref": {"env": "OPENAI_API_KEY"}}]}}
                """));
  }

  @Test
  void masksEverythingUnderKeysThatSoundSecret() throws JsonProcessingException {
    JsonNode view =
        view(
            """
            Password: 12345
            admin_token: {value: leak, list: [leak, {x: leak}]}
            clientSecret: [leak]
            APIKEY: true
            harmless: {text: shown, nothing: ~, yes: true}
            """);

    assertThat(view.toString()).doesNotContain("leak").doesNotContain("12345");
    assertThat(view.at("/APIKEY").textValue()).isEqualTo("***");
    assertThat(view.at("/admin_token/list/1/x").textValue()).isEqualTo("***");
    assertThat(view.at("/harmless").toString())
        .isEqualTo("{\"text\":\"shown\",\"nothing\":null,\"yes\":true}");
  }

  private static JsonNode view(String yaml) throws JsonProcessingException {
    Yaml.Mapping root =
        new YamlReader(new Problems()).read("t.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    return JSON.readTree(ConfigView.json(root));
  }
}
