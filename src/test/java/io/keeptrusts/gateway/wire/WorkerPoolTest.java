package io.keeptrusts.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.testing.TestGateway;
import io.keeptrusts.gateway.wire.WorkerPool.Outcome;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
  private static final Duration LIMIT = Duration.ofMillis(100);

  private final Vertx vertx = Vertx.vertx();
  private final EventLoop loop = onLoop();
  private final WorkerPool pool = new WorkerPool(2, 10, LIMIT);
  private final CountDownLatch mercy = new CountDownLatch(1);

  private EventLoop onLoop() {
    CompletableFuture<EventLoop> made = new CompletableFuture<>();
    vertx.runOnContext(nothing -> made.complete(TestGateway.network(vertx).loop()));
    return made.join();
  }

  @AfterEach
  void stop() {
    mercy.countDown();
    pool.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private <T> CompletableFuture<Outcome<T>> call(Callable<T> work) {
    CompletableFuture<Outcome<T>> told = new CompletableFuture<>();
    loop.execute(() -> pool.call(loop, work, told::complete));
    return told;
  }

  private static Throwable cause(CompletableFuture<? extends Outcome<?>> told) {
    return ((Outcome.Failed<?>) told.join()).cause();
  }

  /** Does not heed interrupts. */
  private String deaf() {
    while (true) {
      try {
        mercy.await();
        return "at last";
      } catch (InterruptedException e) {
        // deaf
      }
    }
  }

  @Test
  void workThatHeedsTheInterruptFreesItsThread() {
    var told =
        IntStream.range(0, 2).mapToObj(i -> call(() -> new CountDownLatch(1).getCount() + nap()));

    assertThat(told.toList())
        .allSatisfy(each -> assertThat(cause(each)).isInstanceOf(TimeoutException.class));
    await().untilAsserted(() -> assertThat(pool.overdue()).isZero());
    assertThat(call(() -> "next").join()).isEqualTo(new Outcome.Done<>("next"));
  }

  private static long nap() throws InterruptedException {
    new CountDownLatch(1).await();
    return 0;
  }

  @Test
  void whereAllThreadsAreKeptNewWorkIsRefusedAtOnceUntilOneIsBack() {
    List.of(call(this::deaf), call(this::deaf)).forEach(CompletableFuture::join);
    assertThat(pool.overdue()).isEqualTo(2);

    var refused = call(() -> "never");

    assertThat(cause(refused)).isInstanceOf(RejectedExecutionException.class);
    assertThat(pool.waiting()).isZero();
    mercy.countDown();
    await().untilAsserted(() -> assertThat(pool.overdue()).isZero());
    assertThat(call(() -> "next").join()).isEqualTo(new Outcome.Done<>("next"));
  }

  @Test
  void workWhoseTimeEndsInTheQueueLeavesIt() {
    var kept = List.of(call(this::deaf), call(this::deaf));
    var queued = List.of(call(() -> "a"), call(() -> "b"), call(() -> "c"));

    assertThat(queued)
        .allSatisfy(each -> assertThat(cause(each)).isInstanceOf(TimeoutException.class));
    assertThat(kept)
        .allSatisfy(each -> assertThat(cause(each)).isInstanceOf(TimeoutException.class));
    assertThat(pool.waiting()).isZero();
    assertThat(pool.overdue()).as("threads, not pieces of work").isEqualTo(2);
  }
}
