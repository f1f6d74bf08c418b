package io.keeptrusts.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.contract.Answer.Can;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.util.Map;

/** One gateway with a target for each provider, all of them played by one upstream. */
final class Stage implements AutoCloseable {
  private final FakeUpstream upstream = FakeUpstream.start();
  private final TestGateway gateway =
      TestGateway.start(Way.pack(upstream.baseUrl(), "pii-detector, audit-logger"));

  /** What a client got, whole. */
  record Got(int status, Map<String, String> headers, String body) {}

  FakeUpstream upstream() {
    return upstream;
  }

  TestGateway gateway() {
    return gateway;
  }

  RawClient client() {
    return RawClient.connect(gateway.url());
  }

  Got ask(Way way, Reply reply) {
    return ask(way, reply, way.door().ask(way.provider().model, way.stream()).toString());
  }

  Got ask(Way way, Reply reply, String body) {
    upstream.reply(reply);
    try (RawClient client = client()) {
      String answer = client.post(way.door().path(), body).readAll();
      assertThat(client.end()).isEqualTo(RawClient.End.WHOLE);
      return new Got(client.status(), client.headers(), answer);
    }
  }

  /** Asks, and reads an answer that must be good. */
  Door.Got hear(Way way, Reply reply) {
    Got got = ask(way, reply);
    assertThat(got.status()).as(got.body()).isEqualTo(200);
    Door.Got heard = way.read(got.body());
    assertThat(heard.error()).as(got.body()).isNull();
    return heard;
  }

  Door.Got hear(Way way, Answer answer) {
    return hear(way, way.speaks().reply(within(way, answer), way.stream()));
  }

  static Answer within(Way way, Answer answer) {
    return answer.within(way.speaks().can());
  }

  static boolean can(Way way, Can what) {
    return way.speaks().can().contains(what);
  }

  @Override
  public void close() {
    gateway.close();
    upstream.close();
  }
}
