package io.keeptrusts.gateway.limits;

import static io.keeptrusts.gateway.limits.Asking.ANSWER;
import static io.keeptrusts.gateway.limits.Asking.ASK_STREAM;
import static io.keeptrusts.gateway.limits.Asking.CHAT;
import static io.keeptrusts.gateway.limits.Asking.HEAD;
import static io.keeptrusts.gateway.limits.Asking.ask;
import static io.keeptrusts.gateway.limits.Asking.awaitIdle;
import static io.keeptrusts.gateway.limits.Asking.limited;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import io.keeptrusts.gateway.wire.RedisLink;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Verticle;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Redis that replicas share, that goes away, is slow, says errors, forgets, and comes back. */
class RedisLossTest {
  private static final String TWO = "{global: {rpm: 2}}";
  private FakeUpstream upstream;
  private FakeRedis redis;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start().handle(request -> Reply.json(200, ANSWER));
    redis = new FakeRedis();
  }

  @AfterEach
  void stop() {
    redis.close();
    upstream.close();
  }

  private TestGateway gateway(String failMode, String limits) {
    TestGateway gateway = begin(failMode, limits);
    awaitUp(gateway);
    return gateway;
  }

  private TestGateway begin(String failMode, String limits) {
    Map<String, String> settings = new HashMap<>();
    settings.put("gateway.fail-mode", failMode);
    settings.put("gateway.limits.redis.url", redis.url());
    settings.put("gateway.limits.redis.timeout", "300ms");
    return TestGateway.start(settings, limited(upstream, limits));
  }

  private static void awaitUp(TestGateway gateway) {
    await().atMost(Duration.ofSeconds(10)).until(() -> gateway.gateway().limiter().status().up());
  }

  private static void awaitDown(TestGateway gateway) {
    await().atMost(Duration.ofSeconds(10)).until(() -> !gateway.gateway().limiter().status().up());
  }

  @Test
  void replicasShareALimit() {
    try (TestGateway one = gateway("block", TWO);
        TestGateway two = gateway("block", TWO)) {
      assertThat(ask(one).status()).isEqualTo(200);
      assertThat(ask(two).status()).isEqualTo(200);

      assertThat(ask(one).status()).isEqualTo(429);
      assertThat(ask(two).status()).isEqualTo(429);
      assertThat(redis.connections()).isEqualTo(2);
    }
  }

  @Test
  void failModeBlockRefusesWhileItIsGoneAndServesWhenItIsBack() {
    try (TestGateway gateway = gateway("block", TWO)) {
      assertThat(ask(gateway).status()).isEqualTo(200);
      redis.stop();
      awaitDown(gateway);

      RawClient refused = ask(gateway);

      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("retry-after")).contains("1");
      assertThat(refused.body())
          .contains("\"type\":\"overloaded\"")
          .contains("\"code\":\"limits_unavailable\"");
      assertThat(gateway.metrics().get("keeptrusts.gateway.limits.redis.up").gauge().value())
          .isZero();
      redis.startAgain();
      awaitUp(gateway);
      assertThat(ask(gateway).status()).isEqualTo(200);
      assertThat(ask(gateway).status()).as("it remembers the first").isEqualTo(429);
    }
  }

  @Test
  void failModeAllowCountsForItselfWhileItIsGone() {
    try (TestGateway gateway = gateway("allow", TWO)) {
      redis.stop();
      awaitDown(gateway);

      assertThat(ask(gateway).status()).isEqualTo(200);
      assertThat(ask(gateway).status()).isEqualTo(200);
      assertThat(ask(gateway).status()).isEqualTo(429);

      redis.startAgain();
      awaitUp(gateway);
      assertThat(ask(gateway).status()).as("Redis knows of nobody").isEqualTo(200);
    }
  }

  @Test
  void oneThatNeverWasIsLikeOneThatIsGone() {
    redis.stop();
    try (TestGateway gateway = begin("block", TWO)) {
      assertThat(ask(gateway).status()).isEqualTo(503);

      redis.startAgain();
      awaitUp(gateway);
      assertThat(ask(gateway).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"block", "allow"})
  void oneThatIsSilentIsWaitedForOnceAndNotByEveryone(String failMode) {
    int expected = failMode.equals("block") ? 503 : 200;
    try (TestGateway gateway = gateway(failMode, "{global: {rpm: 100}}")) {
      redis.silent(true);

      Instant asked = Instant.now();
      assertThat(ask(gateway).status()).isEqualTo(expected);
      assertThat(Duration.between(asked, Instant.now())).isGreaterThan(Duration.ofMillis(250));
      asked = Instant.now();
      for (int i = 0; i < 20; i++) {
        assertThat(ask(gateway).status()).isEqualTo(expected);
      }

      assertThat(Duration.between(asked, Instant.now()))
          .as("20 times 300 ms would be 6 s")
          .isLessThan(Duration.ofSeconds(3));
      redis.silent(false);
      awaitUp(gateway);
      assertThat(ask(gateway).status()).isEqualTo(200);
      assertThat(redis.requests()).isPositive();
    }
  }

  @Test
  void oneThatSaysErrorsIsLost() {
    try (TestGateway gateway = gateway("block", TWO)) {
      redis.error("READONLY You can't write against a read only replica.");
      assertThat(ask(gateway).status()).isEqualTo(503);

      redis.error("");
      await().atMost(Duration.ofSeconds(10)).until(() -> ask(gateway).status() == 200);
    }
  }

  @Test
  void oneThatForgotItsScriptsIsToldAgain() {
    try (TestGateway gateway = gateway("block", TWO)) {
      ask(gateway);
      redis.forgetAll();

      assertThat(ask(gateway).status()).isEqualTo(200);
      assertThat(redis.connections()).isEqualTo(1);
    }
  }

  @Test
  void whatEndedWhileItWasGoneIsToldWhenItIsBack() {
    upstream.handle(request -> Reply.sse(HEAD).stall());
    try (TestGateway gateway =
        gateway("block", "{global: {tpm: 1000, max_parallel_requests: 1}}")) {
      try (RawClient client = RawClient.connect(gateway.url())) {
        client.post(CHAT, ASK_STREAM).readUntil("Hi");
        assertThat(redis.slots()).isEqualTo(1);
        redis.stop();
        awaitDown(gateway);
      }
      awaitIdle(gateway);
      assertThat(redis.slots()).isEqualTo(1);

      redis.startAgain();

      await().atMost(Duration.ofSeconds(10)).until(() -> redis.slots() == 0);
      assertThat(redis.tokens()).isBetween(1L, 20L);
    }
  }

  @Test
  void oneThatForgotEverythingLearnsOfWhatIsAtWork() {
    upstream.handle(request -> Reply.sse(HEAD).stall());
    try (TestGateway gateway = gateway("block", "{global: {max_parallel_requests: 1}}");
        RawClient client = RawClient.connect(gateway.url())) {
      client.post(CHAT, ASK_STREAM).readUntil("Hi");
      redis.stop();
      awaitDown(gateway);
      redis.forgetAll();
      redis.startAgain();
      awaitUp(gateway);
      await().atMost(Duration.ofSeconds(5)).until(() -> redis.slots() == 1);

      assertThat(ask(gateway).status()).isEqualTo(429);
    }
  }

  @Test
  void anAnswerComesOnTheEventLoopThatAsked() {
    Vertx vertx = Vertx.vertx();
    Queue<Boolean> same = new ConcurrentLinkedQueue<>();
    RedisLink.Settings settings =
        new RedisLink.Settings(URI.create(redis.url()), () -> null, Duration.ofSeconds(5));
    try (Limiter limiter = Limiter.shared(TestGateway.network(vertx), settings, false)) {
      await().atMost(Duration.ofSeconds(10)).until(() -> limiter.status().up());
      Subject all = Subject.of(Scope.GLOBAL, "all", "", new Limit(100, null, null));
      Supplier<Verticle> asking =
          () ->
              new AbstractVerticle() {
                @Override
                public void start() {
                  Thread loop = Thread.currentThread();
                  limiter.reserve(
                      List.of(all), outcome -> same.add(loop == Thread.currentThread()));
                }
              };
      vertx.deployVerticle(asking, new DeploymentOptions().setInstances(8));

      await().atMost(Duration.ofSeconds(10)).until(() -> same.size() == 8);
      assertThat(same).containsOnly(true);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  @Test
  void aStreamThatRunsIsNotTouchedByItsLoss() {
    upstream.handle(request -> Reply.sse(Asking.STREAM).cutEvery(40).delay(Duration.ofMillis(40)));
    try (TestGateway gateway = gateway("block", TWO);
        RawClient client = RawClient.connect(gateway.url())) {
      client.post(CHAT, ASK_STREAM).readUntil("Hi");
      redis.stop();

      assertThat(client.readAll()).endsWith("data: [DONE]\n\n");
    }
  }

  @Test
  void withoutAUrlThereIsNoConnectionAndNoMeter() {
    try (TestGateway gateway = TestGateway.start(limited(upstream, TWO))) {
      ask(gateway);

      assertThat(redis.connections()).isZero();
      assertThat(gateway.metrics().find("keeptrusts.gateway.limits.redis.up").gauge()).isNull();
      assertThat(gateway.gateway().limiter()).isInstanceOf(MemoryLimiter.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://host:1", "redis:host", "redis://user:sesame@host", "host:6379", "::"})
  void aUrlThatIsNoneIsRefusedWithoutSayingIt(String url) {
    assertThatThrownBy(
            () ->
                TestGateway.start(Map.of("gateway.limits.redis.url", url), limited(upstream, TWO)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("gateway.limits.redis.url must be redis://host:port")
        .hasMessageNotContaining("sesame");
  }

  @Test
  void aPasswordWithoutAUrlIsRefused() {
    assertThatThrownBy(
            () ->
                TestGateway.start(
                    Map.of("gateway.limits.redis.password-file", "x"), limited(upstream, TWO)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("gateway.limits.redis.url");
  }
}
