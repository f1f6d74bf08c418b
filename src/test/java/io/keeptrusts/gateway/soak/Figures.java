package io.keeptrusts.gateway.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.testing.GatewayProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a gateway holds while nobody asks it anything. */
record Figures(Map<String, Long> counts) {
  private static final int MEGABYTE = 1 << 20;

  /** How much more the last may be than the first after the warm-up; all others: nothing. */
  private static final Map<String, Long> SLACK =
      Map.of(
          "heap", 8L * MEGABYTE,
          "anonymous", 48L * MEGABYTE,
          "direct", 16L * MEGABYTE,
          "files", 12L,
          "threads", 6L,
          "meters", 20L,
          "io.netty.util.concurrent.ScheduledFutureTask", 50L,
          "io.vertx.core.impl.VertxImpl$InternalTimerHandler", 20L,
          "io.vertx.core.http.impl.Http1xClientConnection", 12L,
          "io.vertx.core.http.impl.Http1xServerConnection", 4L);

  static Figures of(GatewayProcess gateway) {
    Map<String, Long> counts = new TreeMap<>();
    for (String figure : gateway.ask("figures").split(" ")) {
      int equals = figure.indexOf('=');
      counts.put(figure.substring(0, equals), Long.parseLong(figure.substring(equals + 1)));
    }
    Path proc = Path.of("/proc", Long.toString(gateway.pid()));
    try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
      counts.put("files", files.count());
      for (String line : Files.readAllLines(proc.resolve("status"))) {
        if (line.startsWith("RssAnon:")) {
          counts.put("anonymous", Long.parseLong(line.replaceAll("\\D", "")) << 10);
        }
      }
    } catch (IOException e) {
      // No /proc: what the gateway says itself has to do.
    }
    return new Figures(counts);
  }

  long of(String name) {
    return counts.getOrDefault(name, 0L);
  }

  /** The first of them is the warm-up. */
  static void assertNoGrowth(List<Figures> figures) {
    Figures before = figures.get(1);
    Figures after = figures.getLast();
    after.counts.forEach(
        (name, count) ->
            assertThat(count)
                .as("%s: %s", name, figures.stream().map(each -> each.of(name)).toList())
                .isLessThanOrEqualTo(before.of(name) + SLACK.getOrDefault(name, 0L)));
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
