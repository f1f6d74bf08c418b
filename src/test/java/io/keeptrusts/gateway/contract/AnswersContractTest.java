package io.keeptrusts.gateway.contract;

import static io.keeptrusts.gateway.contract.Answer.call;
import static io.keeptrusts.gateway.contract.Answer.refusal;
import static io.keeptrusts.gateway.contract.Answer.text;
import static io.keeptrusts.gateway.contract.Answer.thought;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.contract.Answer.Call;
import io.keeptrusts.gateway.contract.Answer.Can;
import io.keeptrusts.gateway.contract.Answer.End;
import io.keeptrusts.gateway.testing.Received;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a model says arrives, whoever serves it and however it is asked. */
class AnswersContractTest {
  private static final String ALL = "io.keeptrusts.gateway.contract.Way#all";
  private static final String STREAMS = "io.keeptrusts.gateway.contract.Way#streams";
  private static final Call WEATHER =
      call(1, "weather", "{\"city\":", " \"São P", "aulo 🌧\", \"days\"", ": 3}");
  private static final Call NOW = call(2, "now", "{", "}");
  private static final Answer THINKING_CALLS =
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

  private static void arrives(Way way, Answer answer) {
    assertThat(stage.hear(way, answer).heard()).isEqualTo(way.expected(answer));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(ALL)
  void textArrivesAndTheProviderIsAskedWhereItListens(Way way) {
    arrives(way, Answer.of(text("Ahoy", ", 🌊 \"", "you\"\n", "<there>")));

    Received asked = stage.upstream().requests().getLast();
    assertThat(asked.uri()).isEqualTo(way.uri());
    assertThat(asked.headers().toString()).contains("sk-test-0123456789abcdef");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(ALL)
  void oneCallArrives(Way way) {
    arrives(way, Answer.of(WEATHER));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(ALL)
  void parallelCallsAfterATextArriveInOrder(Way way) {
    arrives(way, Answer.of(text("Let me see."), WEATHER, NOW));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(ALL)
  void thoughtsArriveApartFromTheText(Way way) {
    assumeTrue(Stage.can(way, Can.THINK), "this endpoint tells no thoughts");
    arrives(way, Answer.of(thought("First ", "this, ", "then that."), text("It is ", "44.")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(ALL)
  void aRefusalArrivesInItsOwnPlace(Way way) {
    assumeTrue(Stage.can(way, Can.REFUSE), "this endpoint tells no refusals");
    arrives(way, Answer.of(refusal("That I ", "may not ", "tell.")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(ALL)
  void anAnswerThatRanOutOfTokensSaysSo(Way way) {
    arrives(way, Answer.of(text("Once upon ", "a ti")).ending(End.LENGTH));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(STREAMS)
  void whoDidNotAskForUsageIsNotToldInAChat(Way way) {
    assumeTrue(way.door() instanceof ChatDoor, "a response always tells its usage");
    ObjectNode ask = way.door().ask(way.provider().model, true);
    ask.remove("stream_options");

    Stage.Got got =
        stage.ask(way, way.speaks().reply(Answer.of(text("Ahoy.")), true), ask.toString());

    assertThat(got.body()).as("breaks naive clients").doesNotContain("\"choices\":[]");
    assertThat(way.read(got.body()).heard().text()).isEqualTo("Ahoy.");
    assertThat(way.read(got.body()).heard().counts()).isNull();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(STREAMS)
  void eventsAndMembersThatNobodyKnowsBreakNothing(Way way) {
    Answer answer = Stage.within(way, THINKING_CALLS);
    StringBuilder body = new StringBuilder();
    List<String> events = way.speaks().stream(answer);
    for (String event : events) {
      body.append(widened(event));
      if (!event.equals(events.getLast())) {
        body.append(way.speaks().unknown());
      }
    }

    assertThat(stage.hear(way, way.speaks().reply(body.toString())).heard())
        .isEqualTo(way.expected(answer));
  }

  /** The event with a member more. */
  private static String widened(String event) {
    return event.replaceFirst(
        "\\{(?=\")", "{\"brand_new\":{\"level\":[1,null,{\"word\":\"calm\"}],\"on\":true},");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(STREAMS)
  void aStreamSaysTheSameHoweverItIsCut(Way way) {
    Answer answer = Stage.within(way, THINKING_CALLS);
    for (int seed = 0; seed < 5; seed++) {
      assertThat(stage.hear(way, way.speaks().reply(answer, true).cutRandomly(seed)).heard())
          .isEqualTo(way.expected(answer));
    }
  }
}
