package io.keeptrusts.gateway.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A {@link TestGateway} as a program of its own: {@code GatewayMain PACK setting=value ...}. Says
 * its port, then answers each line of its standard input with one line, and ends with it.
 */
final class GatewayMain {

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

  /** What a leak would show in, after a full collection. */
  private static String figures(TestGateway gateway) {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    int threads = ManagementFactory.getThreadMXBean().getThreadCount();
    return "heap=%d threads=%d open=%d".formatted(heap, threads, gateway.gateway().openExchanges());
  }
}
