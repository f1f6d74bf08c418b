package io.keeptrusts.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.provider.ProviderFailure.Kind;
import io.keeptrusts.gateway.provider.Routes.Group;
import io.keeptrusts.gateway.provider.Routing.Breaker;
import io.keeptrusts.gateway.wire.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Who is asked first, who is given a rest; with a clock of its own. */
class RoutesTest {
  private static final Vendor VENDOR = Objects.requireNonNull(Vendors.find("openai"));
  private static final Breaker BREAKER = new Breaker(3, Duration.ofSeconds(30), 2, false);

  private long now = 1;
  private final Fleet fleet = new Fleet(() -> now, new SplittableRandom(11));

  private static Target target(String id, int weight, double price) {
    Endpoint base = new Endpoint("localhost", id.hashCode() & 0xffff, false, "");
    return new Target(id, VENDOR, "m", base, null, Map.of(), "", null, weight, price, null, null);
  }

  private static final Target A = target("a", 1, 9);
  private static final Target B = target("b", 3, 2);
  private static final Target C = target("c", 1, Double.POSITIVE_INFINITY);

  private static Routing routing(Strategy strategy, int retries, boolean again, Breaker breaker) {
    return new Routing(
        strategy,
        retries,
        Set.of(Kind.SERVER),
        again,
        Duration.ofMinutes(5),
        Duration.ofSeconds(2),
        breaker,
        false);
  }

  private static Routes routes(Strategy strategy) {
    return new Routes(List.of(A, B, C), Map.of(), routing(strategy, 2, false, BREAKER));
  }

  private void passes(Duration time) {
    now += time.toNanos();
  }

  private void fails(Target target, Kind kind) {
    Turn turn = routes(Strategy.ORDERED).turn(target, fleet);
    turn.failed(
        kind == Kind.RATE_LIMIT
            ? ProviderErrors.http(
                429, name -> name.equalsIgnoreCase("retry-after") ? "7" : null, new byte[0], 0)
            : new ProviderFailure(
                io.keeptrusts.gateway.exchange.GatewayError.upstream("no"), kind));
  }

  private void answers(Target target, Duration firstToken) {
    Turn turn = routes(Strategy.ORDERED).turn(target, fleet);
    passes(firstToken);
    turn.firstToken();
    turn.succeeded();
  }

  @Test
  void orderedIsTheOrderOfTheFile() {
    assertThat(routes(Strategy.ORDERED).find("m", Task.CHAT, fleet)).containsExactly(A, B, C);
  }

  @Test
  void roundRobinLetsEachLeadInTurn() {
    Routes routes = routes(Strategy.ROUND_ROBIN);
    assertThat(routes.find("m", Task.CHAT, fleet)).containsExactly(A, B, C);
    assertThat(routes.find("m", Task.CHAT, fleet)).containsExactly(B, C, A);
    assertThat(routes.find("m", Task.CHAT, fleet)).containsExactly(C, A, B);
    assertThat(routes.find("m", Task.CHAT, fleet)).containsExactly(A, B, C);
  }

  @Test
  void weightedDrawsByWeightAndRandomByLot() {
    assertThat(leads(Strategy.WEIGHTED, B)).isCloseTo(0.6, within(0.05));
    assertThat(leads(Strategy.RANDOM, B)).isCloseTo(0.33, within(0.05));
  }

  private double leads(Strategy strategy, Target target) {
    Routes routes = routes(strategy);
    int count = 0;
    for (int i = 0; i < 2000; i++) {
      List<Target> order = routes.find("m", Task.CHAT, fleet);
      assertThat(order).containsExactlyInAnyOrder(A, B, C);
      count += order.getFirst().equals(target) ? 1 : 0;
    }
    return count / 2000.0;
  }

  @Test
  void costPutsTheCheapestFirstAndTheUnknownLast() {
    assertThat(routes(Strategy.COST).find("m", Task.CHAT, fleet)).containsExactly(B, A, C);
  }

  @Test
  void latencyPutsTheQuickestFirstAfterEachWasMeasured() {
    Routes routes = routes(Strategy.LATENCY);
    answers(A, Duration.ofMillis(300));
    assertThat(routes.find("m", Task.CHAT, fleet)).as("b and c are yet to be measured").endsWith(A);
    answers(B, Duration.ofMillis(100));
    answers(C, Duration.ofMillis(200));
    assertThat(routes.find("m", Task.CHAT, fleet)).containsExactly(B, C, A);

    passes(Duration.ofMinutes(6));
    assertThat(routes.find("m", Task.CHAT, fleet))
        .as("what was measured is too old")
        .containsExactly(A, B, C);
  }

  @Test
  void aTargetAboveTheLatencyLimitComesLast() {
    answers(A, Duration.ofSeconds(3));
    assertThat(routes(Strategy.ORDERED).find("m", Task.CHAT, fleet)).containsExactly(B, C, A);
  }

  @Test
  void aTargetThatIsAskedForByNameLeadsUnlessItNeedsARest() {
    Routes routes = routes(Strategy.COST);
    assertThat(routes.find("c", Task.CHAT, fleet)).containsExactly(C, B, A);
    for (int i = 0; i < 3; i++) {
      fails(C, Kind.SERVER);
    }
    assertThat(routes.find("c", Task.CHAT, fleet)).containsExactly(B, A, C);
  }

  @Test
  void aCircuitOpensAfterFailuresInARowAndClosesAfterItsProbes() {
    Routes routes = routes(Strategy.ORDERED);
    fails(A, Kind.SERVER);
    fails(A, Kind.CONNECTION);
    answers(A, Duration.ofMillis(1));
    fails(A, Kind.SERVER);
    fails(A, Kind.TIMEOUT);
    assertThat(routes.find("m", Task.CHAT, fleet)).as("not in a row").startsWith(A);
    fails(A, Kind.SERVER);
    assertThat(routes.find("m", Task.CHAT, fleet)).containsExactly(B, C, A);

    passes(Duration.ofSeconds(30));
    Turn one = routes.turn(A, fleet);
    Turn two = routes.turn(A, fleet);
    assertThat(routes.find("m", Task.CHAT, fleet)).as("both probes are out").endsWith(A);
    one.succeeded();
    assertThat(routes.find("m", Task.CHAT, fleet)).as("a probe is free").startsWith(A);
    assertThat(fleet.of(A).circuit(now)).isEqualTo(Health.Circuit.HALF_OPEN);
    two.succeeded();
    assertThat(fleet.of(A).circuit(now)).isEqualTo(Health.Circuit.CLOSED);
  }

  @Test
  void aProbeThatFailsOpensTheCircuitAgainAndOneThatIsLeftIsGivenBack() {
    Routes routes = routes(Strategy.ORDERED);
    for (int i = 0; i < 3; i++) {
      fails(A, Kind.SERVER);
    }
    passes(Duration.ofSeconds(30));
    Turn left = routes.turn(A, fleet);
    Turn probe = routes.turn(A, fleet);
    left.left();
    assertThat(routes.find("m", Task.CHAT, fleet)).startsWith(A);
    probe.failed(ProviderFailure.broken("no"));
    probe.succeeded();
    assertThat(fleet.of(A).circuit(now)).as("told once").isEqualTo(Health.Circuit.OPEN);
    assertThat(routes.find("m", Task.CHAT, fleet)).endsWith(A);
  }

  @Test
  void aCallersMistakeIsNoFailureOfTheTarget() {
    for (int i = 0; i < 5; i++) {
      fails(A, Kind.CALLER);
    }
    assertThat(routes(Strategy.ORDERED).find("m", Task.CHAT, fleet)).startsWith(A);
  }

  @Test
  void aRateLimitIsARestForAsLongAsItSays() {
    fails(A, Kind.RATE_LIMIT);
    assertThat(routes(Strategy.ORDERED).find("m", Task.CHAT, fleet)).endsWith(A);
    passes(Duration.ofSeconds(6));
    assertThat(routes(Strategy.ORDERED).find("m", Task.CHAT, fleet)).endsWith(A);
    passes(Duration.ofSeconds(2));
    assertThat(routes(Strategy.ORDERED).find("m", Task.CHAT, fleet)).startsWith(A);
  }

  @Test
  void whenAllAreOpenTheyAreAskedAllTheSameOrRefused() {
    for (int i = 0; i < 3; i++) {
      List.of(A, B, C).forEach(target -> fails(target, Kind.SERVER));
    }
    assertThat(routes(Strategy.ORDERED).find("m", Task.CHAT, fleet)).containsExactly(A, B, C);

    Routes refusing =
        new Routes(
            List.of(A, B, C),
            Map.of(),
            routing(Strategy.ORDERED, 2, false, new Breaker(3, Duration.ofSeconds(30), 1, true)));
    passes(Duration.ofSeconds(10));
    assertThatThrownBy(() -> refusing.find("m", Task.CHAT, fleet))
        .isInstanceOfSatisfying(
            GatewayException.class,
            refused -> {
              assertThat(refused.error().status()).isEqualTo(503);
              assertThat(refused.error().retryAfter()).isEqualTo(Duration.ofSeconds(21));
            });
  }

  @Test
  void retriesComeBackToTargetsOnlyWhereThePackAsksForRetries() {
    Routes once = new Routes(List.of(A, B), Map.of(), routing(Strategy.ORDERED, 2, false, BREAKER));
    Routes again = new Routes(List.of(A, B), Map.of(), routing(Strategy.ORDERED, 2, true, BREAKER));
    assertThat(once.find("m", Task.CHAT, fleet)).containsExactly(A, B);
    assertThat(again.find("m", Task.CHAT, fleet)).containsExactly(A, B, A);
  }

  @Test
  void theSecondPauseIsLongerAndNoneIsShorterThanTheTargetAskedFor() {
    Routes routes = routes(Strategy.ORDERED);
    for (int i = 0; i < 50; i++) {
      assertThat(routes.pause(A, 1, fleet))
          .isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
      assertThat(routes.pause(A, 2, fleet))
          .isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
    }
    fails(A, Kind.RATE_LIMIT);
    assertThat(routes.pause(A, 1, fleet)).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void aGroupHasAStrategyOfItsOwnAndASpare() {
    Routes routes =
        new Routes(
            List.of(A, B, C),
            Map.of("g", new Group(List.of(A, B), Strategy.COST, List.of(C, A))),
            routing(Strategy.ORDERED, 5, false, BREAKER));
    assertThat(routes.find("g", Task.CHAT, fleet)).containsExactly(B, A, C);
  }
}
