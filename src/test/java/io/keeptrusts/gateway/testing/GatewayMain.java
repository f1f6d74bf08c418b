package io.keeptrusts.gateway.testing;

import io.netty.buffer.PooledByteBufAllocator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * A {@link TestGateway} as a program of its own: {@code GatewayMain PACK setting=value ...}. Says
 * its port, then answers each line of its standard input with one line, and ends with it.
 */
final class GatewayMain {
  private static final Set<String> WATCHED =
      Set.of(
          "io.keeptrusts.gateway.Visit",
          "io.keeptrusts.gateway.Relay",
          "io.keeptrusts.gateway.audit.Recording",
          "io.keeptrusts.gateway.provider.Health",
          "io.keeptrusts.gateway.pack.Pack",
          "io.netty.util.concurrent.ScheduledFutureTask",
          "io.vertx.core.impl.VertxImpl$InternalTimerHandler",
          "io.vertx.core.http.impl.Http1xClientConnection",
          "io.vertx.core.http.impl.Http1xServerConnection");

  private GatewayMain() {}

  public static void main(String[] arguments) throws IOException {
    Map<String, String> settings =
        Stream.of(arguments)
            .skip(1)
            .map(each -> each.split("=", 2))
            .collect(Collectors.toMap(each -> each[0], each -> each[1]));
    String pack = Files.readString(Path.of(arguments[0]));
    try (TestGateway gateway = TestGateway.start(settings, pack);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      System.out.println("port " + gateway.port());
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        System.out.println(answer(gateway, line));
      }
    }
    System.exit(0);
  }

  private static String answer(TestGateway gateway, String line) throws IOException {
    if (line.startsWith("pack ")) {
      gateway.repack(Files.readString(Path.of(line.substring("pack ".length()))));
      return "packed";
    }
    if (line.equals("figures")) {
      return figures(gateway);
    }
    throw new IllegalArgumentException(line);
  }

  /** What a leak would show in, after a full collection: {@code name=count name=count ...}. */
  private static String figures(TestGateway gateway) {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    int threads = ManagementFactory.getThreadMXBean().getThreadCount();
    return "heap=%d threads=%d open=%d bodies=%d meters=%d direct=%d"
            .formatted(
                heap,
                threads,
                gateway.gateway().openExchanges(),
                gateway.gateway().bodies().taken(),
                gateway.metrics().getMeters().size(),
                PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory())
        + objects();
  }

  /** Objects of the gateway's and timers that are alive, from a histogram of the heap. */
  private static String objects() {
    String histogram;
    try {
      histogram =
          (String)
              ManagementFactory.getPlatformMBeanServer()
                  .invoke(
                      new ObjectName("com.sun.management:type=DiagnosticCommand"),
                      "gcClassHistogram",
                      new Object[] {new String[0]},
                      new String[] {String[].class.getName()});
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
    StringBuilder counts = new StringBuilder();
    histogram
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(row -> row.length >= 4 && WATCHED.contains(row[3]))
        .forEach(row -> counts.append(' ').append(row[3]).append('=').append(row[1]));
    return counts.toString();
  }
}
