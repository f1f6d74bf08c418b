package io.keeptrusts.gateway.contract;

import static io.keeptrusts.gateway.contract.Answer.call;
import static io.keeptrusts.gateway.contract.Answer.refusal;
import static io.keeptrusts.gateway.contract.Answer.text;
import static io.keeptrusts.gateway.contract.Answer.thought;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keeptrusts.gateway.contract.Answer.Can;
import io.keeptrusts.gateway.testing.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A secret is masked whoever says it, wherever it stands and however it is cut. */
class SecretsContractTest {
  private static final String ALL = "io.keeptrusts.gateway.contract.Way#all";
  private static final String SECRET = "jane.doe@example.com";
  private static final String MASK = "[EMAIL_REDACTED]";
  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = new Stage();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  /** The secret in every channel, each time cut at the same place. */
  private static Answer leaky(int cut) {
    String head = SECRET.substring(0, cut);
    String tail = SECRET.substring(cut);
    return Answer.of(
        thought("I ask " + head, tail + " first."),
        text("Write to " + head, tail + " now"),
        call(
            1, "mail", "{\"to\":\"" + head, tail + "\",\"cc\":[\"x " + head, tail + "\"],\"n\":1}"),
        call(2, "note", "{\"a\":{\"b\":\"" + head, tail + "\"}}"));
  }

  private static Answer refusing(int cut) {
    return Answer.of(
        refusal("Not to " + SECRET.substring(0, cut), SECRET.substring(cut) + ", no."));
  }

  private static void isMasked(Way way, Answer answer, Reply reply) {
    Stage.Got got = stage.ask(way, reply);

    assertThat(got.status()).as(got.body()).isEqualTo(200);
    assertThat(got.body()).doesNotContain("jane").doesNotContain("doe@").doesNotContain("ple.com");
    assertThat(way.read(got.body()).heard())
        .isEqualTo(way.expected(answer.with(text -> text.replace(SECRET, MASK))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(ALL)
  void aSecretIsMaskedInEveryChannelWhereverItIsCut(Way way) {
    int most = way.stream() ? SECRET.length() : 1; // a whole answer has no pieces
    for (int cut = way.stream() ? 0 : 1; cut <= most; cut++) {
      Answer answer = Stage.within(way, leaky(cut));
      isMasked(way, answer, way.speaks().reply(answer, way.stream()));
      isMasked(way, answer, way.speaks().reply(answer, way.stream()).cutRandomly(cut));
      Answer last = Answer.of(text(SECRET.substring(0, cut), SECRET.substring(cut)));
      isMasked(way, last, way.speaks().reply(Stage.within(way, last), way.stream()));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(ALL)
  void aSecretIsMaskedInARefusalWhereverItIsCut(Way way) {
    assumeTrue(Stage.can(way, Can.REFUSE), "this endpoint tells no refusals");
    for (int cut = 0; cut <= SECRET.length(); cut++) {
      Answer answer = refusing(cut);
      isMasked(way, answer, way.speaks().reply(answer, way.stream()));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(ALL)
  void aToolWithASecretForANameIsNeverCalled(Way way) {
    Answer answer = Answer.of(text("So be it. "), call(1, SECRET, "{}"));
    Stage.Got got = stage.ask(way, way.speaks().reply(answer, way.stream()));

    assertThat(got.body()).contains("output_blocked").doesNotContain("jane");
    assertThat(got.status())
        .isEqualTo(got.headers().containsKey("x-keeptrusts-stream") ? 200 : 409);
  }
}
