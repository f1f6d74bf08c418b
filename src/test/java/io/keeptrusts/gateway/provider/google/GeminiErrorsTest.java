package io.keeptrusts.gateway.provider.google;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.provider.ProviderFailure.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Google's errors, by status and in the middle of a stream, in the contract's words. */
class GeminiErrorsTest {
  private static final String TEXT =
      "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]},\"finishReason\":\"STOP\"}]}\r\n\r\n";

  private static String error(int code, String status, String details) {
    return "{\n  \"error\": {\n    \"code\": "
        + code
        + ",\n    \"message\": \"It went wrong.\",\n    \"status\": \""
        + status
        + "\",\n    \"details\": ["
        + details
        + "]\n  }\n}\n";
  }

  private static Heard refused(boolean stream, int status, String body) {
    return Heard.of(stream, status, body.getBytes(StandardCharsets.UTF_8), body.length() / 2);
  }

  @ParameterizedTest
  @CsvSource({
    "400, INVALID_ARGUMENT, 400, INVALID_ARGUMENT, CALLER",
    "404, NOT_FOUND, 404, NOT_FOUND, CALLER",
    "401, UNAUTHENTICATED, 502, provider_auth, SERVER",
    "403, PERMISSION_DENIED, 502, provider_auth, SERVER",
    "429, RESOURCE_EXHAUSTED, 429, RESOURCE_EXHAUSTED, RATE_LIMIT",
    "499, CANCELLED, 502, upstream_error, SERVER",
    "500, INTERNAL, 502, upstream_error, SERVER",
    "503, UNAVAILABLE, 502, upstream_error, SERVER",
    "504, DEADLINE_EXCEEDED, 504, upstream_timeout, TIMEOUT"
  })
  void aStatusIsToldInTheContractsWordsWhereverItStands(
      int code, String word, int status, String told, Kind kind) {
    String body = error(code, word, "");

    for (Heard heard :
        new Heard[] {
          refused(true, code, body),
          refused(false, code, body),
          refused(true, code, "[" + body + "]"),
          Heard.stream(body),
          Heard.stream("[" + body + "\n]"),
          Heard.whole(body),
          Heard.stream(TEXT + body),
          Heard.stream(TEXT + "[" + body + "]"),
          Heard.stream(TEXT + "data: " + body.replace("\n", "") + "\n\n"),
          Heard.stream("data: " + body.replace("\n", "") + "\n\n")
        }) {
      GatewayError error = heard.failure.error();
      assertThat(error.status()).isEqualTo(status);
      assertThat(error.code()).isEqualTo(told);
      assertThat(heard.failure.kind()).isEqualTo(kind);
      assertThat(heard.done).isFalse();
      if (!told.equals("provider_auth") && !told.equals("upstream_timeout")) {
        assertThat(error.message()).isEqualTo("It went wrong.");
      }
    }
  }

  @Test
  void aRefusedKeyIsTheOperatorsFaultAlthoughItIsA400() {
    Heard heard =
        refused(
            true,
            400,
            error(
                400,
                "INVALID_ARGUMENT",
                "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"API_KEY_INVALID\"}"));

    assertThat(heard.failure.error().code()).isEqualTo("provider_auth");
    assertThat(heard.failure.error().status()).isEqualTo(502);
  }

  @ParameterizedTest
  @CsvSource({"34s, 34", "34.074824224s, 35", "0.5s, 1", "soon, 1", "s, 1", "99999999s, 1"})
  void theDelayOfAThrottleIsInItsDetails(String delay, int seconds) {
    String details =
        "{\"@type\":\"type.googleapis.com/google.rpc.Help\"},{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\""
            + delay
            + "\"}";

    Heard heard = refused(true, 429, error(429, "RESOURCE_EXHAUSTED", details));

    assertThat(heard.failure.error().retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void aFieldAtFaultIsNamed() {
    String details =
        "{\"@type\":\"type.googleapis.com/google.rpc.BadRequest\",\"fieldViolations\":[{\"field\":\"generation_config.temperature\"}]}";

    Heard heard = refused(false, 400, error(400, "INVALID_ARGUMENT", details));

    assertThat(heard.failure.error().param()).isEqualTo("generation_config.temperature");
  }

  @ParameterizedTest
  @CsvSource({"'', 502", "<html>, 502", "'{\"error\":\"text\"}', 502", "'[]', 502"})
  void anErrorInAnotherShapeIsAFailureAllTheSame(String body, int status) {
    Heard heard = refused(true, 500, body);

    assertThat(heard.failure.error().status()).isEqualTo(status);
  }

  @Test
  void textBetweenTheEventsThatIsNoErrorIsAFailure() {
    Heard heard = Heard.stream(TEXT + "{\"cand");

    assertThat(heard.failure.kind()).isEqualTo(Kind.CONNECTION);
  }

  @Test
  void anEventThatIsNotJsonIsAFailure() {
    Heard heard = Heard.stream("data: {\"candidates\"\n\n" + TEXT);

    assertThat(heard.failure.kind()).isEqualTo(Kind.SERVER);
  }
}
