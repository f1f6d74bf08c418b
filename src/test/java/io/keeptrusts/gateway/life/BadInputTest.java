package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.CHAT;
import static io.keeptrusts.gateway.life.Talk.assertError;
import static io.keeptrusts.gateway.life.Talk.post;
import static io.keeptrusts.gateway.life.Talk.send;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that cannot be served say so, with the contract's status, type, code and field, and
 * never with their own words.
 */
class BadInputTest {
  private static FakeUpstream upstream;
  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    upstream = FakeUpstream.start();
    gateway = TestGateway.start(TestGateway.pack(upstream.baseUrl(), "pii-detector", ""));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstream.close();
  }

  @AfterEach
  void restorePack() {
    gateway.repack(TestGateway.pack(upstream.baseUrl(), "pii-detector", ""));
  }

  private static Arguments bad(String body, String param) {
    return Arguments.of(body, param);
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        bad("", null),
        bad("xyzzy", null),
        bad("{\"model\":\"xyzzy\"", null),
        bad("[1,\"xyzzy\"]", null),
        bad("\"xyzzy\"", null),
        bad("null", null),
        bad(ASK + "xyzzy", null),
        bad(ASK + ASK, null),
        bad("{\"model\":\"xyzzy\",\"model\":\"gpt-4o\",\"messages\":[]}", null),
        bad(
            "{\"model\":\"gpt-4o\",\"messages\":" + "[".repeat(1000) + "]".repeat(1000) + "}",
            null),
        bad("{\"messages\":[{\"role\":\"user\",\"content\":\"xyzzy\"}]}", "model"),
        bad("{\"model\":7,\"messages\":[{\"role\":\"user\",\"content\":\"xyzzy\"}]}", "model"),
        bad("{\"model\":\" \",\"messages\":[{\"role\":\"user\",\"content\":\"xyzzy\"}]}", "model"),
        bad("{\"model\":null,\"messages\":[{\"role\":\"user\",\"content\":\"xyzzy\"}]}", "model"),
        bad("{\"model\":\"gpt-4o\"}", "messages"),
        bad("{\"model\":\"gpt-4o\",\"messages\":\"xyzzy\"}", "messages"),
        bad("{\"model\":\"gpt-4o\",\"messages\":[]}", "messages"),
        bad("{\"model\":\"gpt-4o\",\"messages\":[\"xyzzy\"]}", "messages[0]"),
        bad(
            "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\"},{\"content\":\"xyzzy\"}]}",
            "messages[1].role"),
        bad(
            "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":5,\"content\":\"xyzzy\"}]}",
            "messages[0].role"),
        bad(ASK.replace("true", "\"yes xyzzy\""), "stream"),
        bad(Talk.ask(true, ",\"stream_options\":[\"xyzzy\"]"), "stream_options"),
        bad(Talk.ask(true, ",\"stream_options\":{\"include_usage\":\"xyzzy\"}"), "include_usage"),
        bad(Talk.ask(true, ",\"modalities\":[\"text\",\"audio\"]"), "modalities"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void aRequestThatCannotBeReadIsA422ThatNamesTheField(String body, String param) {
    Heard heard = post(gateway, body);

    assertError(heard, 422, "validation_error", "invalid_request", param);
    assertThat(heard.body()).doesNotContain("xyzzy");
  }

  @Test
  void bytesThatAreNotUtf8AreA422() {
    byte[] cut = ASK.replace("Hello", "Hell\u0001").getBytes(UTF_8);
    cut[ASK.indexOf("Hello") + 4] = (byte) 0xC3;

    Heard heard = send(gateway, "POST", CHAT, Map.of(), cut);

    assertError(heard, 422, "validation_error", "invalid_request", null);
    assertThat(heard.body()).doesNotContain("Hell");
  }

  @Test
  void bytesThatLookLikeUtf32ButAreNotAreA422() {
    byte[] wide =
        ByteBuffer.allocate(16).putInt('{').putInt('"').putInt(0x7F000000).putInt('}').array();

    assertError(
        send(gateway, "POST", CHAT, Map.of(), wide),
        422,
        "validation_error",
        "invalid_request",
        null);
  }

  @Test
  void halfASurrogatePairIsPassedOnAsItCame() {
    upstream.reply(Reply.json(200, Talk.whole("Fine.")));

    Heard heard = post(gateway, Talk.ASK_WHOLE.replace("Hello", "cut \\ud83d"));

    assertThat(heard.status()).as(heard.body()).isEqualTo(200);
    assertThat(upstream.requests().getLast().text()).containsIgnoringCase("cut \\ud83d");
  }

  @Test
  void anUnknownModelIsA404() {
    Heard heard = post(gateway, ASK.replace("gpt-4o", "xyzzy"));

    assertError(heard, 404, "validation_error", "model_not_found", "model");
    assertThat(heard.body()).doesNotContain("xyzzy").contains("/v1/models");
  }

  @Test
  void aPackWithoutTargetsSaysWhichKeyToAdd() {
    gateway.repack("pack: {name: bare, version: 1.0.0}\npolicies: {chain: [pii-detector]}\n");

    Heard heard = post(gateway, ASK);

    assertError(heard, 503, "overloaded", "no_provider", null);
    assertThat(heard.error().path("message").asText()).contains("providers.targets");
    assertThat(heard.headers()).containsKey("retry-after");
  }

  @Test
  void aTargetWithoutItsKeySaysWhichVariableToSet() {
    gateway.repack(
        TestGateway.pack(upstream.baseUrl(), "pii-detector", "").replace("TEST_KEY", "ABSENT_KEY"));

    Heard heard = post(gateway, ASK);

    assertError(heard, 503, "overloaded", "no_provider", null);
    assertThat(heard.error().path("message").asText()).contains("ABSENT_KEY").contains("up");
  }

  @Test
  void audioIsTheProvidersBusinessWhereNoPolicyLooksAtAnswers() {
    gateway.repack(TestGateway.pack(upstream.baseUrl(), "prompt-injection", ""));
    upstream.reply(Reply.json(200, Talk.whole("Fine.")));

    Heard heard = post(gateway, Talk.ask(false, ",\"modalities\":[\"text\",\"audio\"]"));

    assertThat(heard.status()).isEqualTo(200);
    assertThat(upstream.requests().getLast().text()).contains("audio");
  }

  @Test
  void tenMegabytesAreTaken() {
    gateway.repack(TestGateway.pack(upstream.baseUrl(), "", ""));
    upstream.reply(Reply.json(200, Talk.whole("Long.")));
    String body = Talk.ASK_WHOLE.replace("Hello", "word ".repeat(2_000_000));

    Heard heard = post(gateway, body);

    assertThat(heard.status()).as(heard.body()).isEqualTo(200);
    assertThat(upstream.requests().getLast().body()).hasSizeGreaterThan(10_000_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x"
      })
  void anotherContentTypeIsA415(String type) {
    Heard heard = send(gateway, "POST", CHAT, Map.of("content-type", type), ASK.getBytes(UTF_8));

    assertError(heard, 415, "validation_error", "unsupported_media_type", null);
    assertThat(heard.body()).contains("application/json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.api+json"})
  void spellingsOfJsonAreTaken(String type) {
    upstream.reply(Reply.json(200, Talk.whole("Fine.")));

    assertThat(
            send(
                    gateway,
                    "POST",
                    CHAT,
                    Map.of("content-type", type),
                    Talk.ASK_WHOLE.getBytes(UTF_8))
                .status())
        .isEqualTo(200);
  }

  @Test
  void aPackedBodyIsA415() {
    Heard heard =
        send(
            gateway,
            "POST",
            CHAT,
            Map.of("content-encoding", "gzip"),
            new byte[] {0x1f, (byte) 0x8b, 8, 0});

    assertError(heard, 415, "validation_error", "unsupported_media_type", null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH"})
  void anotherMethodIsA405ThatSaysWhichOneIsRight(String method) {
    Heard heard = send(gateway, method, CHAT, Map.of(), new byte[0]);

    assertError(heard, 405, "validation_error", "method_not_allowed", null);
    assertThat(heard.headers()).containsEntry("allow", "POST");
  }

  @Test
  void aPostToTheModelsIsA405() {
    Heard heard = send(gateway, "POST", "/v1/models", Map.of(), ASK.getBytes(UTF_8));

    assertError(heard, 405, "validation_error", "method_not_allowed", null);
    assertThat(heard.headers()).containsEntry("allow", "GET");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1",
        "/v1/chat/completion",
        "/v1/completions",
        "/v2/xyzzy?xyzzy=1",
        "/v1/chat/%2e%2e/xyzzy"
      })
  void anUnknownPathIsA404(String path) {
    Heard heard = send(gateway, "POST", path, Map.of(), ASK.getBytes(UTF_8));

    assertError(heard, 404, "validation_error", "not_found", null);
    assertThat(heard.body()).doesNotContain("xyzzy");
  }

  @Test
  void anUnknownModelHasNoPage() {
    assertError(
        send(gateway, "GET", "/v1/models/xyzzy", Map.of(), new byte[0]),
        404,
        "validation_error",
        "model_not_found",
        "model");
  }
}
