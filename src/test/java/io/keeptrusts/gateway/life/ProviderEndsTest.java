package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.ASK_WHOLE;
import static io.keeptrusts.gateway.life.Talk.ROLE;
import static io.keeptrusts.gateway.life.Talk.assertError;
import static io.keeptrusts.gateway.life.Talk.post;
import static io.keeptrusts.gateway.life.Talk.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Ports;
import io.keeptrusts.gateway.testing.Received;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers that end too early, too late, or not at all. */
class ProviderEndsTest {
  private static FakeUpstream upstream;
  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    upstream = FakeUpstream.start();
    gateway =
        TestGateway.start(
            Map.of(
                "gateway.upstream.first-byte",
                "1s",
                "gateway.upstream.idle",
                "1s",
                "gateway.upstream.total",
                "2500ms"),
            TestGateway.pack(upstream.baseUrl(), "pii-detector", ""));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstream.close();
  }

  @AfterEach
  void nothingStaysOpen() {
    Talk.awaitIdle(gateway);
  }

  private static Heard ask(boolean stream, Reply reply) {
    upstream.reply(reply);
    return post(gateway, stream ? ASK : ASK_WHOLE);
  }

  private static void assertCut(Heard heard, String delivered, String code) {
    assertThat(heard.status()).as(heard.body()).isEqualTo(200);
    Talk.assertEnvelope(Talk.lastError(heard.body()), "upstream_error", code, null);
    assertThat(Talk.content(heard.body())).isEqualTo(delivered);
    assertThat(Talk.finishes(heard.body())).isEmpty();
  }

  @Test
  void oneThatEndsInsideACharacterIsCut() {
    int inside =
        (ROLE + text("Fine so ") + "data: {\"choices\":[{\"delta\":{\"content\":\"")
            .getBytes(UTF_8)
            .length;
    byte[] bytes =
        (ROLE + text("Fine so ") + "data: {\"choices\":[{\"delta\":{\"content\":\"é")
            .getBytes(UTF_8);
    byte[] half = Arrays.copyOf(bytes, inside + 1);

    assertCut(ask(true, Reply.sse(half)), "Fine so ", "upstream_error");
    assertCut(
        ask(true, Reply.sse(bytes).cuts(inside + 1).closeAfter(1)), "Fine so ", "upstream_error");
    assertCut(
        ask(true, Reply.sse(bytes).cuts(inside + 1).resetAfter(1)), "Fine so ", "upstream_error");
  }

  @Test
  void oneThatEndsInsideAnEventIsCut() {
    String begun = ROLE + text("Fine so ");
    String next = text("far and on");

    assertCut(ask(true, Reply.sse(begun + next.substring(0, 40))), "Fine so ", "upstream_error");
    assertCut(
        ask(true, Reply.sse(begun + next).cuts(begun.length() + 40).closeAfter(1)),
        "Fine so ",
        "upstream_error");
  }

  @Test
  void oneThatEndsBetweenEventsWithoutAFinishIsCut() {
    assertCut(ask(true, Reply.sse(ROLE + text("Fine so "))), "Fine so ", "upstream_error");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneThatEndsBeforeItSaysAnythingIsA502(boolean stream) {
    assertError(
        ask(stream, Reply.sse("x").closeAfter(0)), 502, "upstream_error", "upstream_error", null);
    assertError(
        ask(stream, Reply.sse("x").resetAfter(0)), 502, "upstream_error", "upstream_error", null);
    assertError(ask(true, Reply.sse(ROLE)), 502, "upstream_error", "upstream_error", null);
    assertError(
        ask(false, Reply.json(200, Talk.whole("Half")).cutEvery(40).closeAfter(2)),
        502,
        "upstream_error",
        "upstream_error",
        null);
  }

  @Test
  void oneThatEndsAfterItsFinishWithoutTheMarkIsWhole() {
    Heard heard = ask(true, Reply.sse(ROLE + text("All of it.") + Talk.STOP));

    assertThat(Talk.content(heard.body())).isEqualTo("All of it.");
    assertThat(heard.body()).endsWith(Talk.STOP + Talk.DONE);
  }

  @Test
  void oneThatIsCutAfterEveryFinishIsWhole() {
    String said = ROLE + text("All of it.") + Talk.STOP;
    Heard heard = ask(true, Reply.sse(said + Talk.DONE).cuts(said.length()).closeAfter(1));

    assertThat(Talk.content(heard.body())).isEqualTo("All of it.");
    assertThat(heard.body()).endsWith(Talk.STOP + Talk.DONE);
  }

  @Test
  void oneThatKeepsTheConnectionAfterItsEndIsLetGo() {
    Heard heard = ask(true, Reply.sse(Talk.stream("Done.")).stall());

    assertThat(heard.body()).endsWith(Talk.DONE);
    Received request = upstream.requests().getLast();
    assertThat(request.closedByPeer()).succeedsWithin(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneThatIsNotThereIsA502(boolean stream) {
    int free = Ports.free();
    try (TestGateway nobody =
        TestGateway.start(TestGateway.pack("http://127.0.0.1:" + free, "pii-detector", ""))) {
      Heard heard = post(nobody, stream ? ASK : ASK_WHOLE);

      assertError(heard, 502, "upstream_error", "upstream_error", null);
      assertThat(heard.body()).contains("base_url").doesNotContain(Integer.toString(free));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneThatDoesNotAnswerIsA504(boolean stream) {
    assertError(ask(stream, Reply.silent()), 504, "upstream_error", "upstream_timeout", null);
    assertThat(upstream.requests().getLast().closedByPeer()).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void oneThatFallsSilentIsCut() {
    assertCut(
        ask(true, Reply.sse(ROLE + text("Fine so ")).stall()), "Fine so ", "upstream_timeout");
    assertThat(upstream.requests().getLast().closedByPeer()).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void oneThatFallsSilentBeforeItSaysAnythingIsA504() {
    assertError(
        ask(true, Reply.sse(ROLE).stall()), 504, "upstream_error", "upstream_timeout", null);
    assertError(
        ask(false, Reply.json(200, "{\"id\":").stall()),
        504,
        "upstream_error",
        "upstream_timeout",
        null);
    assertError(
        ask(true, Reply.json(500, "{\"error\":").stall()),
        504,
        "upstream_error",
        "upstream_timeout",
        null);
  }

  @Test
  void oneThatNeverEndsIsCutWhenItsTimeIsUp() {
    Reply drip = Reply.endless(text("drip ").getBytes(UTF_8)).delay(Duration.ofMillis(100));

    Heard heard = ask(true, drip);

    assertThat(Talk.lastError(heard.body()).path("code").asText()).isEqualTo("upstream_timeout");
    assertThat(Talk.content(heard.body())).startsWith("drip drip ");
  }

  @Test
  void textHeldWhenTheProviderDiesIsDropped() {
    String said = ROLE + text("Write to jane.doe@exam");

    Heard heard = ask(true, Reply.sse(said + text("ple.com")).cuts(said.length()).resetAfter(1));

    assertCut(heard, "Write to ", "upstream_error");
    assertThat(heard.body()).doesNotContain("jane").doesNotContain("exam");
  }

  @Test
  void textHeldInAnyChannelWhenTheProviderDiesIsDropped() {
    String said =
        ROLE
            + text("Go ")
            + Talk.chunk(0, "{\"reasoning_content\":\"ask jane.doe@exam\"}", null)
            + Talk.chunk(0, "{\"refusal\":\"not jane.doe@exam\"}", null)
            + Talk.chunk(
                0,
                "{\"tool_calls\":[{\"index\":0,\"id\":\"t\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"to\\\":\\\"jane.doe@exam\"}}]}",
                null)
            + text(1, "or jane.doe@exam");

    Heard heard = ask(true, Reply.sse(said + "data: ").cuts(said.length()).resetAfter(1));

    Talk.assertEnvelope(Talk.lastError(heard.body()), "upstream_error", "upstream_error", null);
    assertThat(heard.body())
        .contains("Go ")
        .contains("ask ")
        .contains("\"f\"")
        .doesNotContain("jane")
        .doesNotContain("exam");
  }

  @Test
  void whatABufferedPolicyCollectedWhenTheProviderDiesIsDropped() {
    gateway.repack(TestGateway.pack(upstream.baseUrl(), "quality-scorer", ""));
    String said = ROLE + text("Half of a decent answer ");
    try {
      Heard heard = ask(true, Reply.sse(said + text("x")).cuts(said.length()).resetAfter(1));

      assertError(heard, 502, "upstream_error", "upstream_error", null);
      assertThat(heard.body()).doesNotContain("decent");
    } finally {
      gateway.repack(TestGateway.pack(upstream.baseUrl(), "pii-detector", ""));
    }
  }
}
