package io.keeptrusts.gateway.limits;

import static io.keeptrusts.gateway.limits.Asking.ANSWER;
import static io.keeptrusts.gateway.limits.Asking.limited;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.limits.Limiter.Outcome;
import io.keeptrusts.gateway.limits.Limiter.Outcome.Granted;
import io.keeptrusts.gateway.limits.Limiter.Outcome.Refused;
import io.keeptrusts.gateway.limits.Limiter.Permit;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import io.keeptrusts.gateway.wire.RedisLink;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts on a real server. */
class RealRedisTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final List<AutoCloseable> open = new ArrayList<>();
  private RealRedis redis;
  private FakeUpstream upstream;
  private Vertx vertx;

  @BeforeEach
  void start() {
    redis = RealRedis.start();
    upstream = FakeUpstream.start().handle(request -> Reply.json(200, ANSWER));
    vertx = Vertx.vertx();
    open.addAll(
        List.of(
            redis, upstream, () -> vertx.close().toCompletionStage().toCompletableFuture().join()));
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private TestGateway gateway(String url, Map<String, String> more, String limits) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("gateway.limits.redis.url", url);
    settings.put("gateway.limits.redis.timeout", "5s");
    TestGateway gateway = TestGateway.start(settings, limited(upstream, limits));
    open.add(gateway);
    await().atMost(PATIENCE).until(() -> gateway.gateway().limiter().status().up());
    return gateway;
  }

  private RedisLimiter limiter(Duration lease) {
    RedisLimiter limiter =
        new RedisLimiter(
            TestGateway.network(vertx),
            new RedisLink.Settings(URI.create(redis.url()), () -> null, PATIENCE),
            null,
            lease);
    open.add(limiter);
    await().atMost(PATIENCE).until(() -> limiter.status().up());
    return limiter;
  }

  private Outcome ask(Limiter limiter, Subject... subjects) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    vertx.runOnContext(nothing -> limiter.reserve(List.of(subjects), outcome::complete));
    return outcome.join();
  }

  private void settle(Outcome granted, long tokens) {
    Permit permit = ((Granted) granted).permit();
    CompletableFuture<Void> done = new CompletableFuture<>();
    vertx.runOnContext(
        nothing -> {
          permit.settle(tokens);
          done.complete(null);
        });
    done.join();
  }

  private static Subject subject(Scope scope, String name, Limit limit) {
    return Subject.of(scope, "name", name, limit);
  }

  @Test
  void replicasThatAskAtOnceNeverGetMoreThanTheLimit() throws Exception {
    TestGateway one = gateway(redis.url(), Map.of(), "{global: {rpm: 20}}");
    TestGateway two = gateway(redis.url(), Map.of(), "{global: {rpm: 20}}");
    List<Callable<Integer>> asks = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      TestGateway gateway = i % 2 == 0 ? one : two;
      asks.add(() -> Asking.ask(gateway).status());
    }
    List<Integer> statuses = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Integer> each : threads.invokeAll(asks)) {
        statuses.add(each.get());
      }
    }

    assertThat(statuses).containsOnly(200, 429);
    assertThat(statuses.stream().filter(status -> status == 200).count()).isBetween(20L, 22L);
  }

  @Test
  void itDecidesAsTheMemoryDoes() {
    Random random = new Random(5);
    Limiter memory = Limiter.inMemory();
    RedisLimiter shared = limiter(RedisLimiter.LEASE);
    List<Outcome> held = new ArrayList<>();
    List<Outcome> heldShared = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      if (random.nextInt(3) == 0 && !held.isEmpty()) {
        int which = random.nextInt(held.size());
        long tokens = random.nextInt(4);
        settle(held.remove(which), tokens);
        settle(heldShared.remove(which), tokens);
        continue;
      }
      Subject[] subjects = {
        subject(Scope.KEY, "k" + random.nextInt(9), new Limit(null, null, 3)),
        subject(Scope.USER, "u" + random.nextInt(9), new Limit(6, 9L, null)),
        subject(Scope.GLOBAL, "all", new Limit(200, 300L, 12))
      };
      Outcome expected = ask(memory, subjects);
      Outcome outcome = ask(shared, subjects);

      assertThat(outcome).hasSameClassAs(expected);
      switch (expected) {
        case Granted _ -> {
          held.add(expected);
          heldShared.add(outcome);
        }
        case Refused no -> {
          refused++;
          assertThat(((Refused) outcome).by()).isEqualTo(no.by());
          assertThat(((Refused) outcome).measure()).isEqualTo(no.measure());
        }
        case Outcome.Unknown _ -> throw new AssertionError("memory always knows");
      }
    }

    assertThat(refused).isBetween(50, 350);
  }

  @Test
  void whatIsUsedDrainsByTheServersClock() {
    RedisLimiter limiter = limiter(RedisLimiter.LEASE);
    Subject ann = subject(Scope.USER, "ann", new Limit(60, null, null));
    for (int i = 0; i < 60; i++) {
      ask(limiter, ann);
    }
    Outcome outcome = ask(limiter, ann);
    assertThat(outcome).isInstanceOf(Refused.class);
    assertThat(((Refused) outcome).retryAfter())
        .isBetween(Duration.ofMillis(1), Duration.ofMillis(1001));

    await().atMost(PATIENCE).until(() -> ask(limiter, ann) instanceof Granted);
  }

  @Test
  void aReplicaThatDiesGivesItsSlotsBackAndOneThatLivesKeepsThem() {
    Duration lease = Duration.ofSeconds(2);
    RedisLimiter lives = limiter(lease);
    RedisLimiter dies = limiter(lease);
    Subject ann = subject(Scope.USER, "ann", new Limit(null, null, 1));
    Subject bob = subject(Scope.USER, "bob", new Limit(null, null, 1));
    assertThat(ask(dies, ann)).isInstanceOf(Granted.class);
    assertThat(ask(lives, bob)).isInstanceOf(Granted.class);
    dies.close();
    assertThat(ask(lives, ann)).isInstanceOf(Refused.class);

    await().atMost(PATIENCE).until(() -> ask(lives, ann) instanceof Granted);

    assertThat(ask(lives, bob)).as("renewed all the while").isInstanceOf(Refused.class);
  }

  @Test
  void aServerThatWasKilledAndForgotEverythingIsUsedAgain() {
    TestGateway gateway = gateway(redis.url(), Map.of(), "{global: {rpm: 1}}");
    assertThat(Asking.ask(gateway).status()).isEqualTo(200);
    redis.kill();
    await().atMost(PATIENCE).until(() -> Asking.ask(gateway).status() == 503);

    redis.startAgain();

    await().atMost(PATIENCE).until(() -> Asking.ask(gateway).status() == 200);
    assertThat(Asking.ask(gateway).status()).isEqualTo(429);
  }

  @Test
  void noKeyHoldsANameAndEveryKeyDies() {
    TestGateway gateway =
        gateway(
            redis.url(),
            Map.of(),
            "{per_key: {rpm: 60}, per_user: {tpm: 60}, per_team: {rpm: 60}, global: {rpm: 600}, trusted_peers: [127.0.0.0/8]}");
    Asking.ask(
        gateway, Map.of("Authorization", "Bearer sesame", "X-User-ID", "ann", "X-Team-Id", "blue"));

    String keys = redis.say("KEYS *");

    assertThat(keys).contains(":used").doesNotContain("sesame", "ann", "blue", "127.0.0.1");
    long count = keys.lines().filter(line -> line.startsWith("{keeptrusts")).count();
    assertThat(count).isBetween(4L, 8L);
    keys.lines()
        .filter(line -> line.startsWith("{keeptrusts"))
        .forEach(
            key ->
                assertThat(redis.say("PTTL " + key).lines().findFirst().orElseThrow())
                    .as(key)
                    .matches(":(-2|[0-9]{3,})")); // in ms; -2: gone meanwhile
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(redis.say("KEYS *:slots")).doesNotContain("slots"));
  }

  @Test
  void aUserAndAPasswordFromAFileAreUsed(@TempDir Path dir) throws Exception {
    redis.say("ACL SETUSER gate on >p@ss/w:rd%41 ~* +@all");
    redis.say("ACL SETUSER default off");
    Files.writeString(dir.resolve("redis-password"), "p@ss/w:rd%41\n");

    TestGateway gateway =
        gateway(
            redis.url().replace("//", "//gate@") + "/2",
            Map.of(
                "gateway.secrets-dir",
                dir.toString(),
                "gateway.limits.redis.password-file",
                "redis-password"),
            "{global: {rpm: 1}}");

    assertThat(Asking.ask(gateway).status()).isEqualTo(200);
    assertThat(Asking.ask(gateway).status()).isEqualTo(429);
  }
}
