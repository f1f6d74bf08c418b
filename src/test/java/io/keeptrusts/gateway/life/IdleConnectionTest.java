package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK_WHOLE;
import static io.keeptrusts.gateway.life.Talk.assertError;
import static io.keeptrusts.gateway.life.Talk.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.testing.RawUpstream;
import io.keeptrusts.gateway.testing.RawUpstream.Asked;
import io.keeptrusts.gateway.testing.RawUpstream.Said;
import io.keeptrusts.gateway.testing.RawUpstream.Then;
import io.keeptrusts.gateway.testing.TestGateway;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A provider may close a connection that has been idle at the moment when the next request is on
 * its way: that is nobody's failure. What was answered, or stood on a new connection, is not asked
 * again.
 */
class IdleConnectionTest {
  private static final String WHOLE = Talk.whole("Fine.");
  private static final Said FINE = Said.of(head(WHOLE.length()) + WHOLE, Then.KEEP);

  private static String head(int length) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }

  /** Two requests, one after the other; what the second one gets. */
  private static void second(Function<Asked, Said> script, BiConsumer<Heard, RawUpstream> check) {
    try (RawUpstream upstream = RawUpstream.start(script);
        TestGateway gateway =
            TestGateway.start(TestGateway.pack(upstream.baseUrl(), "pii-detector", ""))) {
      assertThat(post(gateway, ASK_WHOLE).body()).isEqualTo(WHOLE);
      Talk.awaitIdle(gateway);

      Heard heard = post(gateway, ASK_WHOLE);

      check.accept(heard, upstream);
      Talk.awaitIdle(gateway);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CLOSE", "RESET"})
  void aRequestThatMetAClosedConnectionIsAskedAgainOnANewOne(Then end) {
    second(
        asked -> asked.connection() == 1 && asked.request() == 2 ? Said.of("", end) : FINE,
        (heard, upstream) -> {
          assertThat(heard.body()).isEqualTo(WHOLE);
          assertThat(upstream.connections()).isEqualTo(2);
          assertThat(upstream.requests()).hasSize(3);
          assertThat(upstream.requests().get(2).text()).endsWith(body(upstream.requests().get(1)));
        });
  }

  private static String body(Asked asked) {
    return asked.text().substring(asked.text().indexOf("\r\n\r\n"));
  }

  @ParameterizedTest
  @EnumSource(names = {"CLOSE", "RESET"})
  void aNewConnectionIsNotTriedTwice(Then end) {
    second(
        asked -> asked.connection() == 1 && asked.request() == 1 ? FINE : Said.of("", end),
        (heard, upstream) -> {
          assertError(heard, 502, "upstream_error", "upstream_error", null);
          assertThat(upstream.requests()).hasSize(3);
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"CLOSE", "RESET"})
  void whatWasAnsweredIsNotAskedAgain(Then end) {
    second(
        asked -> asked.request() == 1 ? FINE : Said.of(head(50), end),
        (heard, upstream) -> {
          assertError(heard, 502, "upstream_error", "upstream_error", null);
          assertThat(upstream.requests()).hasSize(2);
        });
  }
}
