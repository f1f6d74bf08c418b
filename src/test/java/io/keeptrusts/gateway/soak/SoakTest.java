package io.keeptrusts.gateway.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keeptrusts.gateway.audit.AuditVerify;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.GatewayProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mixed traffic for {@code soak.minutes} over real sockets at some 70 % of a core of the gateway,
 * which is a process of its own. Every answer is checked. Now and then all is still for a moment:
 * what has grown from one stillness to the next is a leak.
 */
@Tag("soak")
class SoakTest {
  private static final long MINUTES = Long.getLong("soak.minutes", 60);
  private static final int STILLNESSES = 6;
  private static final int CLIENTS = 48;
  private static final double LOAD = 0.7;
  private static final int WEIGHTS =
      Stream.of(Scenario.values()).mapToInt(scenario -> scenario.weight).sum();

  @TempDir Path dir;
  private final ConcurrentLinkedQueue<Throwable> broken = new ConcurrentLinkedQueue<>();
  private final LongAdder exchanges = new LongAdder();
  private volatile long thinkNanos = 2_000_000_000; // before the JIT compiler has warmed up
  private volatile boolean still;
  private volatile boolean over;
  private final LongAdder busy = new LongAdder();

  @Test
  void nothingGrows() throws Exception {
    List<Figures> figures = new ArrayList<>();
    try (FakeUpstream upstream = FakeUpstream.start().handle(Scenario::reply);
        GatewayProcess gateway = gateway(upstream.baseUrl()).awaitPort()) {
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int seed = i;
        clients.add(Thread.ofVirtual().start(() -> client(gateway.url(), seed)));
      }
      Duration between = Duration.ofMinutes(MINUTES).dividedBy(STILLNESSES);
      for (int i = 0; i < STILLNESSES; i++) {
        still = false;
        load(upstream, gateway, Instant.now().plus(between));
        still = true;
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> busy.sum() == 0 && Figures.of(gateway).of("open") == 0);
        figures.add(Figures.of(gateway));
        System.out.printf("soak: %d exchanges, %s%n", exchanges.sum(), figures.getLast());
      }
      over = true;
      for (Thread client : clients) {
        client.join();
      }
      assertThat(gateway.log()).doesNotContain("error=unexpected", "Exception");
    }
    assertThat(broken.stream().limit(3)).as("of %s wrong answers", broken.size()).isEmpty();
    AuditVerify.Report report = AuditVerify.verify(dir.resolve("audit"));
    assertThat(report.ok()).as(report.toText()).isTrue();
    Figures.assertNoGrowth(figures);
  }

  /** Keeps the gateway as busy as it is to be, and has it change its pack every other second. */
  private void load(FakeUpstream upstream, GatewayProcess gateway, Instant until)
      throws IOException {
    ProcessHandle process = ProcessHandle.of(gateway.pid()).orElseThrow();
    for (int i = 0; Instant.now().isBefore(until); i++) {
      Duration before = process.info().totalCpuDuration().orElseThrow();
      LockSupport.parkNanos(1_000_000_000);
      Duration used = process.info().totalCpuDuration().orElseThrow().minus(before);
      double load = used.toNanos() / 1e9;
      thinkNanos = (long) Math.clamp(thinkNanos * (load > LOAD ? 1.1 : 0.9), 1e6, 2e9);
      upstream.forget();
      if (i % 2 == 0) {
        gateway.repack(pack(upstream.baseUrl(), i % 4 == 0 ? "XYZZY" : "xyzzy, plugh"));
      }
    }
  }

  private void client(String url, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    while (!over) {
      if (!still) {
        busy.increment();
        Scenario scenario = pick(random.nextInt(WEIGHTS));
        try {
          scenario.act(url);
          exchanges.increment();
        } catch (AssertionError | RuntimeException e) {
          broken.add(new AssertionError(scenario.name(), e));
        } finally {
          busy.decrement();
        }
      }
      LockSupport.parkNanos(thinkNanos);
    }
  }

  private static Scenario pick(int lot) {
    int left = lot;
    for (Scenario scenario : Scenario.values()) {
      left -= scenario.weight;
      if (left < 0) {
        return scenario;
      }
    }
    throw new AssertionError(lot);
  }

  private GatewayProcess gateway(String upstream) throws IOException {
    return GatewayProcess.start(
        dir,
        pack(upstream, "XYZZY"),
        Map.of(
            "gateway.audit.dir", dir.resolve("audit").toString(),
            "gateway.audit.segment", "1M",
            "gateway.upstream.idle", "PT2S"),
        "-Xms256m",
        "-Xmx256m",
        "-XX:+AlwaysPreTouch",
        "-XX:NativeMemoryTracking=summary");
  }

  private Path pack(String upstream, String terms) throws IOException {
    String pack =
        """
        pack: {name: soak, version: 1.0.0}
        providers:
          targets:
            - {id: a, provider: openai, model: gpt-4o, base_url: "%1$s", secret_key_ref: {env: TEST_KEY}}
            - {id: b, provider: anthropic, model: claude, base_url: "%1$s", secret_key_ref: {env: TEST_KEY}}
            - {id: c, provider: openai, model: embed, base_url: "%1$s", secret_key_ref: {env: TEST_KEY}}
            - {id: demo, provider: demo, model: demo}
          circuit_breaker: {failure_threshold: 0}
        policies: {chain: [prompt-injection, pii-detector, dlp-filter, audit-logger]}
        policy:
          dlp-filter: {blocked_terms: [%2$s], action: block}
        """
            .formatted(upstream, terms);
    return Files.writeString(dir.resolve("pack.yaml"), pack);
  }
}
