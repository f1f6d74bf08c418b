package io.keeptrusts.gateway.limits;

import static io.keeptrusts.gateway.limits.Asking.ANSWER;
import static io.keeptrusts.gateway.limits.Asking.ASK;
import static io.keeptrusts.gateway.limits.Asking.CHAT;
import static io.keeptrusts.gateway.limits.Asking.STREAM;
import static io.keeptrusts.gateway.limits.Asking.ask;
import static io.keeptrusts.gateway.limits.Asking.awaitIdle;
import static io.keeptrusts.gateway.limits.Asking.limited;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.Jwts;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits over real sockets, counted in memory. */
class LimitsWalkTest {
  private static final Map<String, String> NONE = Map.of();

  private FakeUpstream upstream;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.start().handle(request -> Reply.json(200, ANSWER));
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private TestGateway gateway(String limits) {
    return TestGateway.start(limited(upstream, limits));
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/chat/completions, messages: [{role: user; content: Hi}]",
    "/v1/responses, input: Hi",
    "/v1/embeddings, input: Hi"
  })
  void everyEndpointIsLimited(String path) {
    String body =
        """
        {"model":"gpt-4o","input":"Hi","messages":[{"role":"user","content":"Hi"}]}""";
    try (TestGateway gateway = gateway("{global: {rpm: 1}}")) {
      ask(gateway, path, NONE, body);

      RawClient second = ask(gateway, path, NONE, body);

      assertThat(second.status()).as(second.body()).isEqualTo(429);
    }
  }

  @Test
  void aRefusalSaysWhatToDoAndWhen() {
    try (TestGateway gateway = gateway("{global: {rpm: 2}}")) {
      ask(gateway);
      ask(gateway);

      RawClient third = ask(gateway);

      assertThat(third.status()).isEqualTo(429);
      assertThat(third.body())
          .contains("\"type\":\"rate_limit\"")
          .contains("\"code\":\"rate_limit_exceeded\"")
          .contains("The limit of 2 requests per minute for this gateway is used up: ask again in");
      assertThat(third.header("retry-after").map(Integer::valueOf).orElseThrow()).isBetween(28, 30);
      assertThat(third.header("x-ratelimit-remaining-requests")).contains("0");
      assertThat(third.header("x-request-id")).isPresent();
      assertThat(upstream.requests()).hasSize(2);
      assertThat(
              gateway
                  .metrics()
                  .get("keeptrusts.gateway.limits.refused")
                  .tags("scope", "global", "limit", "requests")
                  .counter()
                  .count())
          .isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyAnswerTellsWhatIsLeft(boolean stream) {
    upstream.handle(request -> stream ? Reply.sse(STREAM) : Reply.json(200, ANSWER));
    try (TestGateway gateway = gateway("{global: {rpm: 60, tpm: 6000}, per_key: {rpm: 10}}")) {
      RawClient first = ask(gateway, CHAT, NONE, stream ? Asking.ASK_STREAM : ASK);

      assertThat(first.status()).isEqualTo(200);
      assertThat(first.headers())
          .containsEntry("x-ratelimit-limit-requests", "10")
          .containsEntry("x-ratelimit-remaining-requests", "9")
          .containsEntry("x-ratelimit-reset-requests", "6s")
          .containsEntry("x-ratelimit-limit-tokens", "6000")
          .containsEntry("x-ratelimit-remaining-tokens", "6000")
          .containsEntry("x-ratelimit-reset-tokens", "0s");
    }
  }

  @Test
  void aRequestThatFailsLaterTellsWhatIsLeft() {
    try (TestGateway gateway = gateway("{global: {rpm: 10}}")) {
      RawClient wrong = ask(gateway, CHAT, NONE, "{}");

      assertThat(wrong.status()).isEqualTo(422);
      assertThat(wrong.header("x-ratelimit-remaining-requests")).contains("9");
    }
  }

  @Test
  void whereNothingIsLimitedNothingIsTold() {
    try (TestGateway gateway = gateway("{}")) {
      assertThat(ask(gateway).headers().keySet()).noneMatch(name -> name.startsWith("x-ratelimit"));
    }
  }

  @Test
  void eachKeyHasItsOwn() {
    try (TestGateway gateway =
        TestGateway.start(
            limited(upstream, "{per_key: {rpm: 1}, trusted_peers: [127.0.0.0/8, '::1']}"))) {
      assertThat(ask(gateway, Jwts.bearer("a")).status()).isEqualTo(200);
      assertThat(ask(gateway, Jwts.bearer("a")).status()).isEqualTo(429);

      assertThat(ask(gateway, Jwts.bearer("b")).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({"per_user, X-User-ID, this user", "per_team, X-Team-Id, this team"})
  void eachUserAndTeamOfATrustedPeerHasItsOwn(String scope, String header, String who) {
    try (TestGateway gateway =
        gateway("{" + scope + ": {rpm: 1}, trusted_peers: [127.0.0.0/8, '::1']}")) {
      assertThat(ask(gateway, Map.of(header, "a")).status()).isEqualTo(200);
      assertThat(ask(gateway, Map.of(header, "a")).body()).contains(who);

      assertThat(ask(gateway, Map.of(header, "b")).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({"per_key, Authorization", "per_user, X-User-ID", "per_team, X-Team-Id"})
  void nobodyEscapesByAHeader(String scope, String header) {
    try (TestGateway gateway = gateway("{" + scope + ": {rpm: 1}}")) {
      assertThat(ask(gateway, Map.of(header, "a")).status()).isEqualTo(200);

      assertThat(ask(gateway, Map.of(header, "b")).status()).isEqualTo(429);
      assertThat(ask(gateway).status()).isEqualTo(429);
    }
  }

  @Test
  void aUserWhomATokenProvesHasTheirOwn() {
    String rbac =
        "rbac: {deny_if_missing: [], jwt: {issuer: idp, audience: gw, keys: [{secret_key_ref: {env: TEST_SECRET}}]}}";
    try (TestGateway gateway =
        TestGateway.start(
            TestGateway.pack(upstream.baseUrl(), "rbac", rbac.replace("gw,", "[gw],"))
                + "rate_limits: {per_user: {rpm: 1}}\n")) {
      Map<String, String> ann = token("ann");

      assertThat(ask(gateway, ann).status()).isEqualTo(200);
      assertThat(ask(gateway, ann).status()).isEqualTo(429);
      assertThat(ask(gateway, token("bob")).status()).isEqualTo(200);
      assertThat(ask(gateway, Map.of("X-User-ID", "eve")).status()).isEqualTo(200);
      assertThat(ask(gateway, Map.of("X-User-ID", "eva")).status()).isEqualTo(429);
    }
  }

  private static Map<String, String> token(String user) {
    return Jwts.bearer(
        new Jwts()
            .claim("iss", "idp")
            .claim("aud", "gw")
            .claim("sub", user)
            .hs256(TestGateway.SECRET));
  }

  @Test
  void theTokensThatTheProviderCountsAreTaken() {
    upstream.handle(
        request ->
            Reply.json(
                200,
                ANSWER.replace(
                    "\"choices\"",
                    "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":120},\"choices\"")));
    try (TestGateway gateway = gateway("{global: {tpm: 200}}")) {
      ask(gateway);
      RawClient second = ask(gateway);
      RawClient third = ask(gateway);

      assertThat(second.header("x-ratelimit-remaining-tokens").map(Integer::valueOf).orElseThrow())
          .isBetween(80, 85);
      assertThat(third.status()).isEqualTo(429);
      assertThat(third.body()).contains("The limit of 200 tokens per minute for this gateway");
      assertThat(third.header("retry-after").map(Integer::valueOf).orElseThrow()).isBetween(9, 13);
    }
  }

  @Test
  void tokensThatNobodyCountsAreEstimatedFromTheTexts() {
    String said = "word ".repeat(80);
    upstream.handle(request -> Reply.sse(STREAM.replace("Hi", said)));
    try (TestGateway gateway = gateway("{global: {tpm: 1000}}")) {
      ask(gateway, CHAT, NONE, Asking.ASK_STREAM.replace("Hello", "h".repeat(400)));

      RawClient second = ask(gateway, CHAT, NONE, Asking.ASK_STREAM);

      assertThat(second.header("x-ratelimit-remaining-tokens").map(Integer::valueOf).orElseThrow())
          .as("1000 less a quarter of 400 characters asked and 400 said")
          .isBetween(795, 825);
    }
  }

  @Test
  void manyAtOnceNeverGetMoreThanTheLimit() throws Exception {
    try (TestGateway gateway = gateway("{global: {rpm: 20}, per_user: {rpm: 15}}");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> asks = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        asks.add(() -> ask(gateway).status());
      }

      List<Integer> statuses = new ArrayList<>();
      for (Future<Integer> each : threads.invokeAll(asks)) {
        statuses.add(each.get());
      }

      // In the seconds that this takes on a busy machine a few more may fill in: one each 4 s.
      assertThat(statuses.stream().filter(status -> status == 200).count()).isBetween(15L, 17L);
      assertThat(statuses).containsOnly(200, 429);
      assertThat(upstream.requests()).hasSizeLessThanOrEqualTo(17);
    }
  }

  @Test
  void aReloadKeepsWhatIsUsed() {
    try (TestGateway gateway = gateway("{global: {rpm: 2}}")) {
      ask(gateway);
      ask(gateway);
      gateway.repack(limited(upstream, "{global: {rpm: 3}}"));

      RawClient third = ask(gateway);
      RawClient fourth = ask(gateway);

      assertThat(third.status()).isEqualTo(200);
      assertThat(fourth.status()).isEqualTo(429);
      awaitIdle(gateway);
    }
  }

  @Test
  void operatorsSeeTheLimits() {
    try (TestGateway gateway = gateway("{per_key: {rpm: 7}}");
        RawClient client = RawClient.connect(gateway.url())) {
      assertThat(client.get("/keeptrusts/config").readAll())
          .contains("\"rate_limits\":{\"per_key\":{\"rpm\":7}}");
    }
  }
}
