package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.ROLE;
import static io.keeptrusts.gateway.life.Talk.assertError;
import static io.keeptrusts.gateway.life.Talk.chunk;
import static io.keeptrusts.gateway.life.Talk.post;
import static io.keeptrusts.gateway.life.Talk.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How a stream ends that a policy blocks, and how it begins and stays alive before that. */
class BlockTest {
  private static final Duration APART = Duration.ofMillis(150);
  private static FakeUpstream upstream;
  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    upstream = FakeUpstream.start();
    gateway =
        TestGateway.start(
            Map.of("gateway.sse.heartbeat", "1s"),
            TestGateway.pack(upstream.baseUrl(), "pii-detector", "pii-detector: {action: block}"));
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

  private static Heard ask(Reply reply) {
    upstream.reply(reply);
    return post(gateway, ASK);
  }

  private static void assertBlocked(Heard heard) {
    assertError(heard, 409, "policy_violation", "output_blocked", null);
    assertThat(heard.error().path("policy").asText()).isEqualTo("pii-detector");
    assertThat(heard.headers()).containsEntry("x-should-retry", "false");
    assertThat(heard.body()).doesNotContain("jane").doesNotContain("example");
  }

  @Test
  void aBlockBeforeAnythingWasSentIsA409AndTheProviderIsReset() {
    assertBlocked(ask(Reply.sse(ROLE + text("jane.doe@example.com is it")).stall()));

    assertThat(upstream.requests().getLast().closedByPeer()).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void aBlockInMidStreamEndsEveryOpenChoiceAndThenTheStream() {
    String before =
        ROLE
            + chunk(1, "{\"role\":\"assistant\",\"content\":\"\"}", null)
            + chunk(2, "{\"role\":\"assistant\",\"content\":\"\"}", null)
            + text(0, "The first. ")
            + text(1, "The second. ")
            + text(2, "The third. ")
            + chunk(1, "{}", "stop");
    String after =
        text(0, "Write to jane.doe@example.com now") + text(2, "xyzzy") + Talk.STOP + Talk.DONE;

    Heard heard = ask(Reply.sse(before + after).cuts(before.length()).delay(APART));

    assertThat(heard.status()).isEqualTo(200);
    assertThat(heard.body()).startsWith(before).doesNotContain("jane").doesNotContain("xyzzy");
    assertThat(Talk.finishes(heard.body()))
        .containsExactly("1:stop", "0:content_filter", "2:content_filter");
    List<JsonNode> events = Talk.events(heard.body());
    JsonNode finish = events.get(events.size() - 2);
    assertThat(finish.path("object").asText()).isEqualTo("chat.completion.chunk");
    assertThat(finish.path("id").asText()).isEqualTo("c1");
    assertThat(finish.path("choices").valueStream().map(choice -> choice.path("delta").toString()))
        .containsOnly("{}");
    Talk.assertEnvelope(Talk.lastError(heard.body()), "policy_violation", "output_blocked", null);
    assertThat(Talk.lastError(heard.body()).path("policy").asText()).isEqualTo("pii-detector");
  }

  @Test
  void aBlockInMidStreamResetsTheProvider() {
    String before = ROLE + text("Fine so far. ");

    ask(
        Reply.sse(before + text("jane.doe@example.com now"))
            .cuts(before.length())
            .delay(APART)
            .stall());

    assertThat(upstream.requests().getLast().closedByPeer()).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void aMatchThatTheEndDecidesIsNotDelivered() {
    assertBlocked(ask(Reply.sse(Talk.stream("jane.doe@example.com"))));
  }

  @Test
  void aMatchInAToolsNameBlocks() {
    gateway.repack(TestGateway.pack(upstream.baseUrl(), "pii-detector", ""));
    try {
      String call =
          "{\"tool_calls\":[{\"index\":0,\"id\":\"t\",\"type\":\"function\",\"function\":{\"name\":\"mail_jane.doe@example.com\",\"arguments\":\"\"}}]}";

      Heard heard =
          ask(Reply.sse(ROLE + chunk(0, call, null) + chunk(0, "{}", "tool_calls") + Talk.DONE));

      assertBlocked(heard);
    } finally {
      gateway.repack(
          TestGateway.pack(upstream.baseUrl(), "pii-detector", "pii-detector: {action: block}"));
    }
  }

  @Test
  void anAnswerThatIsNotStreamedIsBlockedAsAWhole() {
    upstream.reply(Reply.json(200, Talk.whole("Fine so far. Write to jane.doe@example.com now")));

    Heard heard = post(gateway, Talk.ASK_WHOLE);

    assertBlocked(heard);
    assertThat(heard.body()).doesNotContain("Fine");
  }

  @Test
  void aPromptThatIsBlockedNeverReachesAProvider() {
    int before = upstream.requests().size();

    Heard heard = post(gateway, ASK.replace("Hello", "I am jane.doe@example.com"));

    assertError(heard, 409, "policy_violation", "input_blocked", null);
    assertThat(heard.headers()).containsEntry("x-should-retry", "false");
    assertThat(upstream.requests()).hasSize(before);
  }

  @Test
  void aBlockAfterACommentIsAnEvent() {
    String before = ROLE;

    Heard heard =
        ask(
            Reply.sse(before + text("jane.doe@example.com now"))
                .cuts(before.length())
                .delay(Duration.ofMillis(1800)));

    assertThat(heard.status()).isEqualTo(200);
    assertThat(heard.body()).startsWith(": keep-alive\n\n").doesNotContain("jane");
    assertThat(Talk.finishes(heard.body())).containsExactly("0:content_filter");
    Talk.assertEnvelope(Talk.lastError(heard.body()), "policy_violation", "output_blocked", null);
    assertThat(heard.headers()).containsEntry("content-type", "text/event-stream; charset=utf-8");
  }

  @Test
  void aBlockedStreamHarmsNoOtherOne() throws Exception {
    String filler = text("word ".repeat(2000)).repeat(20); // more than is checked in one turn
    upstream.handle(
        request ->
            request.text().contains("stopme")
                ? Reply.sse(
                    ROLE + text("jane.doe@example.com now ") + filler + Talk.STOP + Talk.DONE)
                : Reply.sse(Talk.stream("Fine. ")));
    try (var threads = Executors.newFixedThreadPool(8)) {
      List<Future<Heard>> answers = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        String ask = i % 2 == 0 ? ASK.replace("Hello", "stopme") : ASK;
        answers.add(threads.submit(() -> post(gateway, ask)));
      }
      for (int i = 0; i < answers.size(); i++) {
        Heard heard = answers.get(i).get();
        assertThat(heard.status()).as("%s: %s", i, heard.body()).isEqualTo(i % 2 == 0 ? 409 : 200);
      }
    }
  }
}
