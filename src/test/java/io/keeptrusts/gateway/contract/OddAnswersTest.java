package io.keeptrusts.gateway.contract;

import static io.keeptrusts.gateway.contract.Way.Provider.GROQ;
import static io.keeptrusts.gateway.contract.Way.Provider.OPENAI;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.contract.Odds.Odd;
import io.keeptrusts.gateway.testing.Reply;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What providers document and seldom say: it breaks nothing, nothing of it is lost, and a stream
 * says the same as a whole answer.
 */
class OddAnswersTest {
  private static final String SECRET = "jane.doe@example.com";
  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = new Stage();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("io.keeptrusts.gateway.contract.Odds#all")
  void itIsHeardTheSameOnEveryWay(Odd odd) {
    List<Way> ways = ways(odd).toList();
    assertThat(ways).hasSizeGreaterThanOrEqualTo(2);
    for (Way way : ways) {
      Heard heard = stage.hear(way, reply(odd, way)).heard();

      assertThat(
              String.join(
                  "|",
                  heard.text(),
                  heard.thought(),
                  heard.refusal(),
                  heard.calls().toString(),
                  String.valueOf(heard.end())))
          .as(way.toString())
          .isEqualTo(odd.heard());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("io.keeptrusts.gateway.contract.Odds#all")
  void itSaysTheSameMessageStreamedOrNot(Odd odd) {
    List<List<JsonNode>> turns =
        ways(odd)
            .filter(way -> way.door() instanceof ChatDoor)
            .map(way -> stage.hear(way, reply(odd, way)).turn())
            .toList();

    assertThat(said(turns.get(0))).isEqualTo(said(turns.get(1)));
  }

  private static Stream<Way> ways(Odd odd) {
    return Way.all()
        .filter(way -> way.provider() == odd.provider())
        .filter(way -> !(way.speaks() instanceof ResponsesSpeaks));
  }

  private static Reply reply(Odd odd, Way way) {
    return way.stream() ? way.speaks().reply(odd.body()) : Reply.json(200, odd.answer());
  }

  @Test
  void anImageIsAnItemOfAResponseAndGoesBack() {
    Odd odd =
        Odds.google().filter(one -> one.name().equals("an image between texts")).findFirst().get();
    for (Way way : ways(odd).filter(one -> one.door() instanceof ResponsesDoor).toList()) {
      List<JsonNode> turn = stage.hear(way, reply(odd, way)).turn();

      assertThat(turn)
          .filteredOn(item -> item.path("type").asText().equals("image_generation_call"))
          .hasSize(1)
          .allMatch(item -> item.path("result").asText().equals("aGk="))
          .allMatch(item -> item.path("output_format").asText().equals("png"));
      stage.ask(
          way,
          way.speaks().reply(Answer.of(Answer.text("Yes.")), way.stream()),
          way.door()
              .next(way.door().ask(way.provider().model, way.stream()), turn, Map.of())
              .toString());
      assertThat(stage.upstream().requests().getLast().text())
          .contains("{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"aGk=\"}}");
    }
  }

  /** Wherever a string stands, whatever its key promises. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("io.keeptrusts.gateway.contract.Odds#all")
  void aSecretInAnyOfItsStringsDoesNotLeave(Odd odd) {
    Way chat = ways(odd).findFirst().orElseThrow();
    String body = odd.body();
    Matcher string = Pattern.compile("(?<=[:\\[,{])\"(?:[^\"\\\\]|\\\\.)*\"(?!:)").matcher(body);
    int planted = 0;
    while (string.find()) {
      String leaky =
          body.substring(0, string.end() - 1) + " " + SECRET + body.substring(string.end() - 1);
      assertThat(stage.ask(chat, chat.speaks().reply(leaky)).body())
          .as("planted in %s", string.group())
          .doesNotContain(SECRET);
      planted++;
    }
    assertThat(planted).isPositive();
  }

  @Test
  void anErrorThatGroqTellsInPassingIsAFailure() {
    Way way = Way.streams().filter(one -> one.provider() == GROQ).findFirst().orElseThrow();
    String body =
        "data: "
            + Odds.json(Odds.chunk("'role':'assistant','content':''", ""))
            + "\n\ndata: "
            + Odds.json(
                "{'id':'c','choices':[],'x_groq':{'id':'r','error':'It was over capacity.'}}")
            + "\n\ndata: [DONE]\n\n";

    Stage.Got got = stage.ask(way, way.speaks().reply(body));

    assertThat(got.status()).as(got.body()).isEqualTo(502);
    assertThat(got.body()).contains("It was over capacity.");
  }

  @Test
  void aSignatureOfReasoningDetailsStaysOnlyOverAnUnchangedText() {
    Way way = Way.streams().filter(one -> one.provider() == OPENAI).findFirst().orElseThrow();
    String detail = "'reasoning_details':[{'type':'reasoning.text','index':%d,%s}]";
    StringBuilder body = new StringBuilder();
    for (String delta :
        List.of(
            "'role':'assistant'," + detail.formatted(0, "'text':'I write to jane.doe@'"),
            detail.formatted(0, "'text':'example.com now'"),
            detail.formatted(0, "'signature':'b25l'"),
            detail.formatted(1, "'text':'The tide.'"),
            detail.formatted(1, "'signature':'dHdv'"),
            "'content':'Done.'")) {
      body.append("data: ").append(Odds.json(Odds.chunk(delta, ""))).append("\n\n");
    }
    body.append("data: ")
        .append(Odds.json(Odds.chunk("", Odds.STOP)))
        .append("\n\ndata: [DONE]\n\n");

    JsonNode message = stage.hear(way, way.speaks().reply(body.toString())).turn().getFirst();

    assertThat(message.path("reasoning_details").findValuesAsText("text"))
        .containsExactly("I write to [EMAIL_REDACTED] now", "The tide.");
    assertThat(message.path("reasoning_details").findValuesAsText("signature"))
        .containsExactly("", "dHdv");
  }

  /** Every string of a message but what only counts, in the order of its members. */
  private static List<String> said(List<JsonNode> turn) {
    return Stream.of(
            "thinking_blocks",
            "annotations",
            "images",
            "content_parts",
            "extra_content",
            "executed_tools",
            "reasoning_details",
            "context")
        .map(member -> member + stripped(turn.getFirst().path(member)))
        .toList();
  }

  private static String stripped(JsonNode node) {
    return node.toString().replaceAll("\"index\":\\d+,?", "").replace(",}", "}");
  }
}
