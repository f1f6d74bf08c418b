package io.keeptrusts.gateway.limits;

import static io.keeptrusts.gateway.limits.Asking.ANSWER;
import static io.keeptrusts.gateway.limits.Asking.ASK;
import static io.keeptrusts.gateway.limits.Asking.ASK_STREAM;
import static io.keeptrusts.gateway.limits.Asking.CHAT;
import static io.keeptrusts.gateway.limits.Asking.HEAD;
import static io.keeptrusts.gateway.limits.Asking.STREAM;
import static io.keeptrusts.gateway.limits.Asking.ask;
import static io.keeptrusts.gateway.limits.Asking.awaitIdle;
import static io.keeptrusts.gateway.limits.Asking.limited;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** However an exchange ends, its slot is given back, once. */
class SlotsTest {
  private static FakeUpstream upstream;
  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    upstream = FakeUpstream.start();
    gateway =
        TestGateway.start(
            Map.of("gateway.upstream.idle", "300ms", "gateway.upstream.first-byte", "300ms"),
            TestGateway.pack(
                    upstream.baseUrl(),
                    "pii-detector, safety-filter",
                    "pii-detector: {action: block}")
                + "rate_limits: {global: {max_parallel_requests: 1}}\n");
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstream.close();
  }

  static Stream<Arguments> endings() {
    String card = "My card is 4111 1111 1111 1111. Thanks.";
    return Stream.of(
        ending("finish", Reply.sse(STREAM), ASK_STREAM, RawClient::readAll),
        ending("finish, not streamed", Reply.json(200, ANSWER), ASK, RawClient::readAll),
        ending("input blocked", Reply.silent(), ASK.replace("Hello", card), RawClient::readAll),
        ending(
            "output blocked",
            Reply.sse(STREAM.replace("Hi", card)),
            ASK_STREAM,
            RawClient::readAll),
        ending("422", Reply.silent(), "{}", RawClient::readAll),
        ending("no JSON", Reply.silent(), "<", RawClient::readAll),
        ending("404", Reply.silent(), ASK.replace("gpt-4o", "none"), RawClient::readAll),
        ending("provider says 500", Reply.json(500, "{}"), ASK, RawClient::readAll),
        ending("provider resets", Reply.sse(HEAD).resetAfter(0), ASK_STREAM, RawClient::readAll),
        ending("provider closes", Reply.sse(HEAD).closeAfter(1), ASK_STREAM, RawClient::readAll),
        ending("provider stalls", Reply.sse(HEAD).stall(), ASK_STREAM, RawClient::readAll),
        ending("provider silent", Reply.silent(), ASK_STREAM, RawClient::readAll),
        ending("client resets at once", Reply.silent(), ASK_STREAM, RawClient::reset),
        ending(
            "client resets in mid-stream",
            Reply.sse(HEAD.replace("Hi", "Hi there. ").repeat(3)).stall(),
            ASK_STREAM,
            client -> {
              client.readUntil("Hi");
              client.reset();
            }),
        ending(
            "client closes in mid-stream",
            Reply.sse(HEAD.replace("Hi", "Hi there. ").repeat(3)).stall(),
            ASK_STREAM,
            client -> {
              client.readUntil("Hi");
              client.close();
            }));
  }

  private static Arguments ending(String name, Reply reply, String ask, Consumer<RawClient> then) {
    return Arguments.of(Named.of(name, reply), ask, then);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("endings")
  void itsSlotIsGivenBack(Reply reply, String ask, Consumer<RawClient> then) {
    upstream.handle(request -> reply);
    try (RawClient client = RawClient.connect(gateway.url())) {
      client.post(CHAT, ask);
      then.accept(client);
    }
    awaitIdle(gateway);
    upstream.handle(request -> Reply.json(200, ANSWER));

    RawClient next = ask(gateway);

    assertThat(next.status()).as(next.body()).isEqualTo(200);
    awaitIdle(gateway);
  }

  @Test
  void whileItIsAtWorkNobodyElseIs() {
    upstream.handle(request -> Reply.sse(HEAD).stall());
    try (TestGateway patient =
            TestGateway.start(limited(upstream, "{global: {max_parallel_requests: 1}}"));
        RawClient first = RawClient.connect(patient.url())) {
      first.post(CHAT, ASK_STREAM).readUntil("Hi");

      RawClient second = ask(patient);

      assertThat(second.status()).isEqualTo(429);
      assertThat(second.header("retry-after")).contains("1");
      assertThat(second.body())
          .contains("All 1 parallel requests of this gateway are taken: ask again when one");
    }
  }

  @Test
  void aDrainGivesItBack() {
    upstream.handle(request -> Reply.sse(HEAD).stall());
    try (TestGateway draining =
        TestGateway.start(limited(upstream, "{global: {max_parallel_requests: 1}}"))) {
      try (RawClient first = RawClient.connect(draining.url())) {
        first.post(CHAT, ASK_STREAM).readUntil("Hi");
        draining.gateway().abortOpen();
        awaitIdle(draining);
      }
      upstream.handle(request -> Reply.json(200, ANSWER));

      assertThat(ask(draining).status()).isEqualTo(200);
    }
  }
}
