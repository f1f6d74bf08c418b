package io.keeptrusts.gateway.contract;

import static io.keeptrusts.gateway.contract.Answer.call;
import static io.keeptrusts.gateway.contract.Answer.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.testing.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A provider that refuses, fails or breaks off is told as such, and nothing is made up. */
class FaultsContractTest {
  private static final String STREAMS = "io.keeptrusts.gateway.contract.Way#streams";
  private static final String SAID = "It said so.";
  private static final Answer ANSWER =
      Answer.of(text("So far ", "so good, "), call(1, "mail", "{\"to\":", "\"Ann\"}"));
  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = new Stage();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  private record Told(int theirs, int ours, String type, String code) {}

  static Stream<Arguments> refusals() {
    return Way.all()
        .flatMap(
            way ->
                Stream.of(
                        new Told(400, 400, "validation_error", null),
                        new Told(401, 502, "upstream_error", "provider_auth"),
                        new Told(429, 429, "rate_limit", null),
                        new Told(500, 502, "upstream_error", "upstream_error"),
                        new Told(503, 502, "upstream_error", "upstream_error"))
                    .map(told -> Arguments.of(way, told)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("refusals")
  void aRefusalIsTheContractsError(Way way, Told told) {
    Stage.Got got = stage.ask(way, way.speaks().refusal(told.theirs, SAID, "req_7-up"));

    assertThat(got.status()).as(got.body()).isEqualTo(told.ours);
    JsonNode error = Json.read(got.body()).path("error");
    assertThat(error.path("type").asText()).isEqualTo(told.type);
    assertThat(error.path("code").asText()).isNotEmpty();
    if (told.code != null) {
      assertThat(error.path("code").asText()).isEqualTo(told.code);
    }
    // What a provider says of the gateway's own key is nobody's business.
    assertThat(error.path("message").asText().equals(SAID)).isEqualTo(told.theirs != 401);
    assertThat(got.headers().get("x-keeptrusts-provider-request-id"))
        .isEqualTo(way.speaks() instanceof GeminiSpeaks ? null : "req_7-up");
    assertThat(got.headers().get("retry-after")).isEqualTo(told.theirs == 429 ? "7" : null);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(STREAMS)
  void anErrorInThePlaceOfTheFirstEventHasAStatus(Way way) {
    Stage.Got got = stage.ask(way, way.speaks().reply(way.speaks().failure(SAID)));

    assertThat(got.status()).as(got.body()).isEqualTo(502);
    assertThat(Json.read(got.body()).at("/error/code").asText()).isEqualTo("upstream_error");
    assertThat(got.body().contains(SAID)).isEqualTo(way.speaks().failure(SAID).contains(SAID));
  }

  /** The events before the one that tells the end. */
  private static List<String> begun(Way way) {
    List<String> events = way.speaks().stream(Stage.within(way, ANSWER));
    int last = 0;
    while (!events.get(last).contains(way.speaks().lastWord())) {
      last++;
    }
    assertThat(last).isGreaterThanOrEqualTo(3);
    return events.subList(0, last);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(STREAMS)
  void anErrorInMidStreamIsAnEventAfterWhatWasSaid(Way way) {
    String failure = way.speaks().failure(SAID);

    Stage.Got got = stage.ask(way, later(way, failure));

    failed(way, got, failure.contains(SAID) ? SAID : "");
    assertThat(way.read(got.body()).heard().text()).isEqualTo("So far so good, ");
  }

  /** What was said before the end, and a while later something else. */
  private static Reply later(Way way, String last) {
    String before = String.join("", begun(way));
    return way.speaks()
        .reply(before + last)
        .cuts(before.getBytes(StandardCharsets.UTF_8).length)
        .delay(Duration.ofMillis(60));
  }

  private static void failed(Way way, Stage.Got got, String message) {
    assertThat(got.status()).as(got.body()).isEqualTo(200);
    Door.Got heard = way.read(got.body());
    JsonNode error = heard.error();
    assertThat(error).as(got.body()).isNotNull();
    assertThat(error.path("code").asText()).isEqualTo("upstream_error");
    assertThat(error.path("message").asText()).contains(message);
    assertThat(heard.heard().end()).as("no end is made up").isNull();
    assertThat("So far so good, ").startsWith(heard.heard().text());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(STREAMS)
  void aStreamCutAfterSomeTextFails(Way way) {
    Stage.Got got = stage.ask(way, later(way, ": c").closeAfter(1));

    failed(way, got, "");
    assertThat(way.read(got.body()).heard().text()).isEqualTo("So far so good, ");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(STREAMS)
  void aStreamCutAnywhereBeforeItsEndNeverEndsWell(Way way) {
    List<String> events = begun(way);
    for (int count = 0; count <= events.size(); count++) {
      String half = count < events.size() ? events.get(count) : "";
      String body =
          String.join("", events.subList(0, count)) + half.substring(0, half.length() / 2);
      for (Reply reply :
          List.of(way.speaks().reply(body), way.speaks().reply(body).resetAfter(1))) {
        Stage.Got got = stage.ask(way, reply);
        if (got.status() == 200) {
          failed(way, got, "");
        } else {
          assertThat(got.status()).as(got.body()).isEqualTo(502);
          assertThat(Json.read(got.body()).at("/error/code").asText()).isEqualTo("upstream_error");
        }
      }
    }
  }
}
