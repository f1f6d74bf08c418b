package io.keeptrusts.gateway.life;

import static io.keeptrusts.gateway.life.Talk.ASK;
import static io.keeptrusts.gateway.life.Talk.CHAT;
import static io.keeptrusts.gateway.life.Talk.ROLE;
import static io.keeptrusts.gateway.life.Talk.assertError;
import static io.keeptrusts.gateway.life.Talk.post;
import static io.keeptrusts.gateway.life.Talk.send;
import static io.keeptrusts.gateway.life.Talk.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.life.Talk.Heard;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator does while streams are open: reload, look, drain. */
class OperatorTest {
  private static final int STREAMS = 30;
  private static final String ADDRESS = "Write to jane.doe@example.com please. ";
  private FakeUpstream upstream;
  private TestGateway gateway;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start();
    gateway = TestGateway.start(pack("redact"));
  }

  @AfterEach
  void stop() {
    Talk.awaitIdle(gateway);
    gateway.close();
    upstream.close();
  }

  private String pack(String action) {
    return TestGateway.pack(
        upstream.baseUrl(), "pii-detector", "pii-detector: {action: " + action + "}");
  }

  private Heard reload(String file) throws IOException {
    Files.writeString(gateway.packFile(), file);
    return send(gateway, "POST", "/keeptrusts/config/reload", Map.of(), new byte[0]);
  }

  private List<RawClient> openStreams(int count) {
    String first = ROLE + text("First. ");
    String rest = text(ADDRESS) + Talk.STOP + Talk.DONE;
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      upstream.reply(Reply.sse(first + rest).cuts(first.length()).delay(Duration.ofMillis(1500)));
      clients.add(RawClient.connect(gateway.url()).post(CHAT, ASK));
    }
    clients.forEach(client -> client.readUntil("First. "));
    return clients;
  }

  @Test
  void openStreamsKeepTheirPackAndNewOnesGetTheNewOne() throws IOException {
    List<RawClient> clients = openStreams(STREAMS);

    Heard good = reload(pack("block"));
    Heard bad = reload("pack: {name: test}\npolices: 7\n");
    upstream.reply(Reply.sse(Talk.stream(ADDRESS)));
    Heard after = post(gateway, ASK);

    assertThat(good.status()).as(good.body()).isEqualTo(200);
    assertThat(good.body()).contains("\"reloaded\":true").contains("test@1.0.0");
    assertThat(bad.status()).isEqualTo(422);
    assertThat(bad.body())
        .contains("\"reloaded\":false")
        .contains("polices")
        .contains("policy-config.yaml:2")
        .contains("version");
    assertThat(gateway.gateway().openExchanges())
        .as("the old streams outlive the reloads")
        .isGreaterThanOrEqualTo(STREAMS);
    assertError(after, 409, "policy_violation", "output_blocked", null);
    for (RawClient client : clients) {
      assertThat(Talk.content(client.readAll()))
          .isEqualTo("First. Write to [EMAIL_REDACTED] please. ");
      assertThat(client.body()).endsWith(Talk.DONE);
      client.close();
    }
  }

  @Test
  void manyReloadsUnderLoadLoseNoStream() throws IOException {
    upstream.handle(request -> Reply.sse(Talk.stream("Fine. ", ADDRESS)).cutEvery(200));
    int redacted = 0;
    int blocked = 0;
    for (int i = 0; i < 20; i++) {
      List<RawClient> clients = new ArrayList<>();
      for (int k = 0; k < 5; k++) {
        clients.add(RawClient.connect(gateway.url()).post(CHAT, ASK));
      }
      assertThat(reload(i % 4 == 3 ? "{" : pack(i % 2 == 0 ? "block" : "redact")).status())
          .isEqualTo(i % 4 == 3 ? 422 : 200);
      for (RawClient client : clients) {
        String body = client.readAll();
        assertThat(body).doesNotContain("jane");
        boolean whole = body.contains("[EMAIL_REDACTED]") && body.endsWith(Talk.STOP + Talk.DONE);
        boolean cut = body.contains("output_blocked");
        assertThat(whole ^ cut).as(body).isTrue();
        redacted += whole ? 1 : 0;
        blocked += cut ? 1 : 0;
        client.close();
      }
    }
    assertThat(redacted).isPositive();
    assertThat(blocked).isPositive();
  }

  @Test
  void theRunningPackIsShownWithoutSecrets() throws IOException {
    reload(
        pack("block")
            .replace(
                "secret_key_ref: {env: TEST_KEY}",
                "secret_key_ref: {env: TEST_KEY}, api_key_prefix: \"hush \""));

    Heard heard = send(gateway, "GET", "/keeptrusts/config", Map.of(), new byte[0]);

    assertThat(heard.status()).isEqualTo(200);
    assertThat(Talk.json(heard.body()).at("/policy/pii-detector/action").asText())
        .isEqualTo("block");
    assertThat(heard.body()).contains("TEST_KEY").doesNotContain("sk-test").doesNotContain("hush");
  }

  @Test
  void theProvidersHealthIsShown() {
    upstream.reply(Reply.json(500, "{}"), Reply.json(200, Talk.whole("Fine.")));
    post(gateway, ASK);
    post(gateway, Talk.ASK_WHOLE);

    Heard heard = send(gateway, "GET", "/keeptrusts/providers/metrics", Map.of(), new byte[0]);

    var target = Talk.json(heard.body()).path("targets").path(0);
    assertThat(target.path("id").asText()).isEqualTo("up");
    assertThat(target.path("attempts").asInt()).isEqualTo(2);
    assertThat(target.path("failures").asInt()).isEqualTo(1);
    assertThat(heard.body()).doesNotContain("sk-test");
  }

  @Test
  void aDrainingReplicaRefusesNewRequestsAndFinishesOldOnes() {
    try (RawClient client = openStreams(1).getFirst()) {
      gateway.gateway().drain();

      Heard heard = post(gateway, ASK);

      assertError(heard, 503, "overloaded", "draining", null);
      assertThat(heard.headers()).containsKey("retry-after");
      assertThat(gateway.gateway().isDraining()).isTrue();
      assertThat(client.readAll()).contains("[EMAIL_REDACTED]").endsWith(Talk.STOP + Talk.DONE);
    }
  }

  @Test
  void whatIsOpenWhenTheTimeIsUpEndsWithAnError() {
    upstream.reply(
        Reply.sse(ROLE + text("First. ")).stall(), Reply.silent(), Reply.sse(ROLE).stall());
    try (RawClient inStream = RawClient.connect(gateway.url());
        RawClient waiting = RawClient.connect(gateway.url());
        RawClient beforeHead = RawClient.connect(gateway.url())) {
      inStream.post(CHAT, ASK).readUntil("First. ");
      waiting.post(CHAT, Talk.ASK_WHOLE);
      upstream.take();
      upstream.take();
      beforeHead.post(CHAT, ASK);
      upstream.take();

      gateway.gateway().drain();
      gateway.gateway().abortOpen();

      String body = inStream.readAll();
      Talk.assertEnvelope(Talk.lastError(body), "overloaded", "draining", null);
      assertThat(Talk.finishes(body)).isEmpty();
      for (RawClient client : List.of(waiting, beforeHead)) {
        assertThat(client.readAll()).contains("\"code\":\"draining\"");
        assertThat(client.status()).isEqualTo(503);
        assertThat(client.header("retry-after")).isPresent();
      }
      assertThat(upstream.requests())
          .allSatisfy(
              request -> assertThat(request.closedByPeer()).succeedsWithin(Duration.ofSeconds(5)));
    }
  }

  @Test
  void everyAdministratorsDoorSpeaksTheEnvelope() {
    for (String path : List.of("/keeptrusts/config/reload", "/keeptrusts/nothing")) {
      assertThat(send(gateway, "GET", path, Map.of(), "x".getBytes(UTF_8)).code())
          .isIn("not_found", "method_not_allowed");
    }
  }
}
