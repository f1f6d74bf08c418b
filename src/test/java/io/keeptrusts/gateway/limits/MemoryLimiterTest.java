package io.keeptrusts.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.limits.Limiter.Measure;
import io.keeptrusts.gateway.limits.Limiter.Outcome;
import io.keeptrusts.gateway.limits.Limiter.Outcome.Granted;
import io.keeptrusts.gateway.limits.Limiter.Outcome.Refused;
import io.keeptrusts.gateway.limits.Limiter.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Counting in memory, by a clock that the test turns. */
class MemoryLimiterTest {
  private long now = Long.MAX_VALUE - 5_000_000_000L; // a clock may overflow
  private MemoryLimiter limiter = new MemoryLimiter(() -> now, 1000);

  private static Limit rpm(int rpm) {
    return new Limit(rpm, null, null);
  }

  private static Limit tpm(long tpm) {
    return new Limit(null, tpm, null);
  }

  private static Limit parallel(int parallel) {
    return new Limit(null, null, parallel);
  }

  private static Subject user(String name, Limit limit) {
    return Subject.of(Scope.USER, "name", name, limit);
  }

  private static Subject global(Limit limit) {
    return Subject.of(Scope.GLOBAL, "all", "", limit);
  }

  private Outcome ask(Subject... subjects) {
    return ask(limiter, subjects);
  }

  private static Outcome ask(Limiter of, Subject... subjects) {
    AtomicReference<Outcome> outcome = new AtomicReference<>();
    of.reserve(List.of(subjects), outcome::set);
    return outcome.get();
  }

  private Permit granted(Subject... subjects) {
    Outcome outcome = ask(subjects);
    assertThat(outcome).isInstanceOf(Granted.class);
    return ((Granted) outcome).permit();
  }

  private Refused refused(Subject... subjects) {
    Outcome outcome = ask(subjects);
    assertThat(outcome).isInstanceOf(Refused.class);
    return (Refused) outcome;
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void asManyAsTheLimitMayComeAtOnceAndNoMore() {
    for (int i = 0; i < 60; i++) {
      granted(user("ann", rpm(60))).settle(0);
    }

    Refused refused = refused(user("ann", rpm(60)));

    assertThat(refused.measure()).isEqualTo(Measure.REQUESTS);
    assertThat(refused.retryAfter())
        .isBetween(Duration.ofMillis(999), Duration.ofMillis(1000).plusNanos(1000));
  }

  @Test
  void whoWaitsAsLongAsTheRefusalSaysIsServed() {
    Random random = new Random(7);
    Subject ann = user("ann", rpm(37));
    for (int i = 0; i < 500; i++) {
      pass(Duration.ofMillis(random.nextInt(3000)));
      Outcome outcome = ask(ann);
      if (outcome instanceof Refused refused) {
        pass(refused.retryAfter());
        granted(ann);
      }
    }
  }

  @Test
  void inNoSpanOfTimeMorePassThanTheLimitAndWhatHasFilledSince() {
    Random random = new Random(11);
    Subject ann = user("ann", rpm(30));
    List<Long> served = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      pass(Duration.ofMillis(random.nextInt(200)));
      if (ask(ann) instanceof Granted) {
        served.add(now);
      }
    }

    assertThat(served).hasSizeGreaterThan(200);
    for (int from = 0; from < served.size(); from++) {
      for (int to = from; to < served.size(); to++) {
        double seconds = (served.get(to) - served.get(from)) / 1e9;
        assertThat((double) to - from + 1).isLessThanOrEqualTo(30 + seconds * 30 / 60 + 1e-3);
      }
    }
  }

  @Test
  void anAnswersTokensAreTakenWhenItEndsAndWhatIsOwedIsWaitedFor() {
    Subject ann = user("ann", tpm(600));
    granted(ann).settle(900);

    assertThat(refused(ann).measure()).isEqualTo(Measure.TOKENS);
    assertThat(refused(ann).retryAfter().toMillis()).isBetween(30_090L, 30_110L);
    pass(Duration.ofSeconds(31));
    granted(ann);
  }

  @Test
  void aRefusedRequestTakesNothingOfAnyLimit() {
    Subject ann = user("ann", rpm(5));
    Subject all = global(rpm(2));
    granted(ann, all).settle(0);
    granted(ann, all).settle(0);
    for (int i = 0; i < 20; i++) {
      assertThat(refused(ann, all).by()).isEqualTo(all);
    }

    Granted third = (Granted) ask(ann);

    assertThat(third.standing().requests().remaining()).isEqualTo(2);
  }

  @Test
  void theMostSpecificLimitIsNamedFirst() {
    Subject ann = user("ann", rpm(1));
    Subject all = global(rpm(1));
    granted(ann, all);

    assertThat(refused(ann, all).by()).isEqualTo(ann);
  }

  @Test
  void callersDoNotCountForEachOther() {
    granted(user("ann", rpm(1)));

    granted(user("bob", rpm(1)));
  }

  @Test
  void aSlotIsGivenBackOnceHoweverOftenItIsSettled() {
    Permit first = granted(user("ann", parallel(2)));
    granted(user("ann", parallel(2)));
    first.settle(0);
    first.settle(0);
    first.settle(0);
    granted(user("ann", parallel(2)));

    assertThat(refused(user("ann", parallel(2))).measure()).isEqualTo(Measure.PARALLEL);
  }

  @Test
  void whatIsUsedStaysWhenTheLimitChanges() {
    for (int i = 0; i < 8; i++) {
      granted(user("ann", rpm(10))).settle(0);
    }

    Outcome lower = ask(user("ann", rpm(5)));
    Outcome higher = ask(user("ann", rpm(20)));

    assertThat(lower).isInstanceOf(Refused.class);
    assertThat(((Granted) higher).standing().requests().remaining()).isEqualTo(11);
  }

  @Test
  void theTightestLimitIsShown() {
    Granted granted = (Granted) ask(user("ann", rpm(10)), global(new Limit(100, 5000L, null)));

    assertThat(granted.standing().headers())
        .containsEntry("x-ratelimit-limit-requests", "10")
        .containsEntry("x-ratelimit-remaining-requests", "9")
        .containsEntry("x-ratelimit-reset-requests", "6s")
        .containsEntry("x-ratelimit-limit-tokens", "5000")
        .containsEntry("x-ratelimit-remaining-tokens", "5000")
        .containsEntry("x-ratelimit-reset-tokens", "0s");
  }

  @Test
  void drainedCountersAreForgotten() {
    for (int i = 0; i < 5000; i++) {
      granted(user("u" + i, rpm(60))).settle(0);
      pass(Duration.ofMillis(10));
    }

    assertThat(limiter.status().callers()).isLessThan(250);
  }

  @Test
  void aLimitThatWasTakenAwayLeavesNoCounterBehind() {
    granted(user("ann", rpm(1))).settle(0);
    granted(user("ann", parallel(5))).settle(0);
    pass(Duration.ofMinutes(2));
    granted(user("bob", rpm(1))).settle(0);

    assertThat(limiter.status().callers()).isEqualTo(1);
  }

  @Test
  void noNumberOfCallersTakesMoreMemoryOrGainsAnybodyAFreshCounter() {
    Subject ann = user("ann", rpm(1));
    granted(ann).settle(0);
    int served = 0;
    for (int i = 0; i < 10_000; i++) {
      if (ask(user("u" + i, rpm(1))) instanceof Granted granted) {
        granted.permit().settle(0);
        served++;
      }
    }

    assertThat(limiter.status().callers()).isEqualTo(1001);
    assertThat(served).isEqualTo(1000);
    assertThat(ask(ann)).isInstanceOf(Refused.class);
    pass(Duration.ofMinutes(1));
    granted(user("late", rpm(1)));
  }

  @Test
  void manyAtOnceNeverGetMoreThanTheLimit() throws InterruptedException {
    limiter = new MemoryLimiter(() -> now, 1000);
    AtomicInteger served = new AtomicInteger();
    AtomicInteger atWork = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (int t = 0; t < 8; t++) {
        var _ =
            threads.submit(
                () -> {
                  go.await();
                  for (int i = 0; i < 2000; i++) {
                    Outcome outcome =
                        ask(limiter, user("ann", new Limit(5000, null, 3)), global(rpm(4000)));
                    if (outcome instanceof Granted granted) {
                      served.incrementAndGet();
                      most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
                      Thread.onSpinWait();
                      atWork.decrementAndGet();
                      granted.permit().settle(1);
                    }
                  }
                  return null;
                });
      }
      go.countDown();
    }

    assertThat(served.get()).isPositive().isLessThanOrEqualTo(4000);
    assertThat(most.get()).isBetween(1, 3);
    assertThat(((Granted) ask(user("ann", parallel(1)))).standing()).isNotNull();
  }

  @Test
  void costsMicrosecondsPerRequest() {
    Limiter real = Limiter.inMemory();
    Limit limit = new Limit(100_000_000, 1_000_000_000_000L, 1_000_000);
    Subject all = global(limit);
    List<Subject> many = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      many.add(user("u" + i, limit));
    }
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 10; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < 50_000; i++) {
        if (ask(real, many.get(i % many.size()), all) instanceof Granted granted) {
          granted.permit().settle(100);
        }
      }
      best = Math.min(best, (System.nanoTime() - start) / 50_000);
    }

    System.out.println("limits in memory: " + best + " ns per request and two limits");
    assertThat(best).isLessThan(50_000);
  }
}
