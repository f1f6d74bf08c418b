package io.keeptrusts.gateway.cli;

import io.keeptrusts.gateway.ops.Drain;
import io.keeptrusts.gateway.ops.Reloader;
import io.keeptrusts.gateway.pack.PackStore;
import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.inject.spi.CDI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kt gateway}. */
@Command(
    name = "gateway",
    description = "Runs the gateway.",
    mixinStandardHelpOptions = true,
    subcommands = GatewayCommand.RunCommand.class)
final class GatewayCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(System.out);
    }
  }

  private enum FailMode {
    block,
    allow
  }

  /** {@code kt gateway run}. */
  @Command(name = "run", description = "Starts the gateway and stays.", mixinStandardHelpOptions = true)
  static final class RunCommand implements Callable<Integer>, Kt.BeforeStart {
    @Option(
        names = "--listen",
        paramLabel = "HOST:PORT",
        description = "Where to listen, default 0.0.0.0:41002; :8080 for all addresses.")
    private @Nullable String listen;

    @Option(
        names = "--policy-config",
        paramLabel = "FILE",
        description = "The pack; may be given several times, later files win. Without it the demo pack runs.")
    private List<Path> packs = List.of();

    @Option(names = "--fail-mode", paramLabel = "block|allow", description = "What a policy's failure means, default block.")
    private @Nullable FailMode failMode;

    @Option(names = "--max-concurrency", paramLabel = "N", description = "Open exchanges, default 10000; one more gets a 503.")
    private @Nullable Integer maxConcurrency;

    @Option(
        names = "--api-token",
        paramLabel = "T",
        description = "What clients must send as bearer token. Better: the variable KEEPTRUSTS_GATEWAY_TOKEN.")
    private @Nullable String token;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public void configure() {
      if (listen != null) {
        int colon = listen.lastIndexOf(':');
        String port = listen.substring(colon + 1);
        if (colon < 0 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
          System.err.println("--listen: give HOST:PORT or :PORT, such as 127.0.0.1:8080");
          System.exit(CommandLine.ExitCode.USAGE);
        }
        String host = listen.substring(0, colon).replaceAll("[\\[\\]]", "");
        set("quarkus.http.host", host.isEmpty() ? "0.0.0.0" : host);
        set("quarkus.http.port", port);
      }
      if (!packs.isEmpty()) {
        set("gateway.policy-config", packs.stream().map(p -> p.toString().replace(",", "\\,")).collect(Collectors.joining(",")));
      }
      if (failMode != null) {
        set("gateway.fail-mode", failMode.name().toUpperCase(Locale.ROOT));
      }
      if (maxConcurrency != null) {
        if (maxConcurrency < 1) {
          System.err.println("--max-concurrency: must be 1 or more");
          System.exit(CommandLine.ExitCode.USAGE);
        }
        set("gateway.max-concurrency", maxConcurrency.toString());
      }
      if (token != null) {
        set("gateway.api-token", token);
      }
    }

    private static void set(String key, String value) {
      System.setProperty(key, value);
    }

    @Override
    public Integer call() {
      Reloader reloader = CDI.current().select(Reloader.class).get();
      CDI.current().select(Drain.class).get().onSignals(reloader::reload);
      Banner.print(CDI.current().select(PackStore.class).get().current());
      Quarkus.waitForExit();
      return 0;
    }
  }
}
