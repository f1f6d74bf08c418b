package io.keeptrusts.gateway.life;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Sse;
import io.keeptrusts.gateway.testing.TestGateway;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What is said and heard in the tests of this package. */
final class Talk {
  static final String CHAT = "/v1/chat/completions";
  static final String DONE = "data: [DONE]\n\n";
  static final String STOP = chunk(0, "{}", "stop");
  static final String ROLE = chunk(0, "{\"role\":\"assistant\",\"content\":\"\"}", null);
  static final String ASK = ask(true, "");
  static final String ASK_WHOLE = ask(false, "");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Talk() {}

  /** A whole answer as the client got it. */
  record Heard(int status, Map<String, String> headers, String body) {
    String code() {
      return error().path("code").asText();
    }

    JsonNode error() {
      return json(body).path("error");
    }
  }

  /** A request; {@code more} are further members, each with a comma before it. */
  static String ask(boolean stream, String more) {
    return "{\"model\":\"gpt-4o\",\"stream\":"
        + stream
        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]"
        + more
        + "}";
  }

  static String chunk(int choice, String delta, String finish) {
    String reason = finish == null ? "null" : "\"" + finish + "\"";
    return "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-4o\",\"choices\":[{\"index\":"
        + choice
        + ",\"delta\":"
        + delta
        + ",\"finish_reason\":"
        + reason
        + "}]}\n\n";
  }

  static String text(String content) {
    return text(0, content);
  }

  static String text(int choice, String content) {
    return chunk(choice, "{\"content\":\"" + content + "\"}", null);
  }

  /** A stream with this text and a regular end. */
  static String stream(String... contents) {
    StringBuilder all = new StringBuilder(ROLE);
    for (String content : contents) {
      all.append(text(content));
    }
    return all + STOP + DONE;
  }

  static String whole(String content) {
    return "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"message\":"
        + "{\"role\":\"assistant\",\"content\":\""
        + content
        + "\"},\"finish_reason\":\"stop\"}]}";
  }

  static Heard post(TestGateway gateway, String body) {
    return send(gateway, "POST", CHAT, Map.of(), body.getBytes(UTF_8));
  }

  static Heard send(
      TestGateway gateway, String method, String path, Map<String, String> headers, byte[] body) {
    try (RawClient client = RawClient.connect(gateway.url())) {
      client.request(method, path, headers, body);
      String answer = client.readAll();
      assertThat(client.end()).isEqualTo(RawClient.End.WHOLE);
      return new Heard(client.status(), client.headers(), answer);
    }
  }

  /** The client hears the end of an answer a moment before the gateway has put everything away. */
  static void awaitIdle(TestGateway gateway) {
    await()
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(5))
        .until(() -> gateway.gateway().openExchanges() == 0);
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  /** The JSON of each event, without the end mark. */
  static List<JsonNode> events(String body) {
    return Sse.parse(body).stream()
        .map(Sse.Event::data)
        .filter(data -> !data.equals("[DONE]"))
        .map(Talk::json)
        .toList();
  }

  /** The text that a client would show for the first choice. */
  static String content(String body) {
    StringBuilder text = new StringBuilder();
    for (JsonNode event : events(body)) {
      for (JsonNode choice : event.path("choices")) {
        if (choice.path("index").asInt() == 0) {
          text.append(choice.path("delta").path("content").asText(""));
        }
      }
    }
    return text.toString();
  }

  /**
   * The error of a stream that ended with one: the last event before the end mark, and no finish
   * chunk of the gateway's.
   */
  static JsonNode lastError(String body) {
    assertThat(body).endsWith(DONE);
    List<JsonNode> events = events(body);
    JsonNode error = events.getLast().path("error");
    assertThat(error.isObject()).as("an error at the end of %s", body).isTrue();
    return error;
  }

  static List<String> finishes(String body) {
    return events(body).stream()
        .flatMap(event -> event.path("choices").valueStream())
        .filter(choice -> choice.path("finish_reason").isTextual())
        .map(choice -> choice.path("index").asInt() + ":" + choice.path("finish_reason").asText())
        .toList();
  }

  /** The whole envelope, and nothing but it. */
  static void assertError(Heard heard, int status, String type, String code, String param) {
    assertThat(heard.status()).as(heard.body()).isEqualTo(status);
    assertThat(heard.headers()).containsEntry("content-type", "application/json");
    assertThat(json(heard.body()).propertyStream().map(Map.Entry::getKey)).containsExactly("error");
    assertEnvelope(heard.error(), type, code, param);
  }

  static void assertEnvelope(JsonNode error, String type, String code, String param) {
    assertThat(error.propertyStream().map(Map.Entry::getKey))
        .containsExactlyInAnyOrder("type", "message", "policy", "code", "param");
    assertThat(error.path("type").asText()).isEqualTo(type);
    assertThat(error.path("code").asText()).isEqualTo(code);
    assertThat(error.path("param").isNull() ? null : error.path("param").asText()).isEqualTo(param);
    assertThat(error.path("message").asText()).isNotBlank().hasSizeGreaterThan(10);
  }

  /** Two targets for the one model. */
  static String twoTargets(String first, String second, String fallback, String chain) {
    return """
        pack: {name: test, version: 1.0.0}
        providers:
          targets:
            - {id: one, provider: openai, model: gpt-4o, base_url: "%s", secret_key_ref: {env: TEST_KEY}}
            - {id: two, provider: openai, model: gpt-4o, base_url: "%s", secret_key_ref: {env: TEST_KEY}}
          fallback: %s
        policies:
          chain: [%s]
        policy: {}
        """
        .formatted(first, second, fallback, chain);
  }
}
