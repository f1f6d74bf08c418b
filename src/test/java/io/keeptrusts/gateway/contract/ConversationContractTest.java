package io.keeptrusts.gateway.contract;

import static io.keeptrusts.gateway.contract.Answer.call;
import static io.keeptrusts.gateway.contract.Answer.text;
import static io.keeptrusts.gateway.contract.Answer.thought;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.contract.Answer.Call;
import io.keeptrusts.gateway.contract.Answer.Thought;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A conversation with tools goes on: with the provider that began it, and with any other. */
class ConversationContractTest {
  private static final String ALL = "io.keeptrusts.gateway.contract.Way#all";
  private static final Call WEATHER = call(1, "weather", "{\"city\":", " \"Oslo\"}");
  private static final Call NOW = call(2, "now", "{", "}");
  private static final Answer ASKING =
      Answer.of(thought("Two things ", "to ask."), text("One ", "moment."), WEATHER, NOW);
  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = new Stage();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  private static Map<String, String> results() {
    Map<String, String> results = new LinkedHashMap<>();
    results.put(WEATHER.id(), "rain");
    results.put(NOW.id(), "noon");
    return results;
  }

  /** What {@code second} is asked when the turn of {@code first} is sent to it with its results. */
  private static String goesOn(Way first, Way second) {
    List<JsonNode> turn = stage.hear(first, ASKING).turn();
    ObjectNode asked = second.door().ask(second.provider().model, second.stream());

    Stage.Got got =
        stage.ask(
            second,
            second.speaks().reply(Answer.of(text("Rain at noon.")), second.stream()),
            second.door().next(asked, turn, results()).toString());

    assertThat(got.status()).as(got.body()).isEqualTo(200);
    String request = stage.upstream().requests().getLast().text();
    Turn back = second.speaks().turn(request);
    assertThat(back.calls()).isEqualTo(second.expected(ASKING).calls());
    assertThat(back.results())
        .isEqualTo(
            results().entrySet().stream()
                .map(result -> new Turn.Result(result.getKey(), result.getValue()))
                .toList());
    second.speaks().assertKnown(Json.read(request));
    return back.thought();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(ALL)
  void itGoesOnWithTheProviderThatBeganIt(Way way) {
    assertThat(goesOn(way, way))
        .isEqualTo(
            Stage.within(way, ASKING).parts().stream()
                .filter(Thought.class::isInstance)
                .map(part -> way.speaks().keeps((Thought) part))
                .collect(Collectors.joining()));
  }

  static Stream<Arguments> pairs() {
    List<Way> ways = Way.all().filter(way -> !way.stream()).toList();
    return ways.stream()
        .flatMap(
            first ->
                ways.stream()
                    .filter(second -> second.provider() != first.provider())
                    .filter(second -> second.door().getClass() == first.door().getClass())
                    .map(second -> Arguments.of(first, second)));
  }

  @ParameterizedTest(name = "{0}, then {1}")
  @MethodSource("pairs")
  void itGoesOnWithAnother(Way first, Way second) {
    String thought = goesOn(first, second);

    // Who speaks Responses to both sides says what it was told.
    boolean same =
        first.speaks() instanceof ResponsesSpeaks && second.speaks() instanceof ResponsesSpeaks;
    assertThat(same ? "" : thought).doesNotContain("c2VhbC", "c2lnbm");
  }
}
