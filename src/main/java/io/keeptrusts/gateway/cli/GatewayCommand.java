package io.keeptrusts.gateway.cli;

import io.keeptrusts.gateway.GatewayConfig;
import io.keeptrusts.gateway.pack.PackStore;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kt gateway}. */
@Command(
    name = "gateway",
    description = "Runs the gateway.",
    subcommands = GatewayCommand.RunCommand.class)
final class GatewayCommand {

  private enum FailMode {
    block,
    allow
  }

  /** {@code kt gateway run}: turns flags into configuration and stays until a signal. */
  @Command(name = "run", description = "Starts the gateway and stays.")
  static final class RunCommand implements Runnable {
    @Option(
        names = "--listen",
        paramLabel = "HOST:PORT",
        description = "Where to listen, default 0.0.0.0:41002; :8080 for all addresses.")
    private @Nullable String listen;

    @Option(
        names = "--policy-config",
        paramLabel = "FILE",
        description =
            "The pack; may be given several times, later files win. Without it the demo pack runs.")
    private List<Path> packs = List.of();

    @Option(
        names = "--fail-mode",
        paramLabel = "block|allow",
        description = "What a policy's failure means, default block.")
    private @Nullable FailMode failMode;

    @Option(
        names = "--max-concurrency",
        paramLabel = "N",
        description = "Open exchanges, default 10000; one more gets a 503.")
    private @Nullable Integer maxConcurrency;

    @Option(
        names = "--api-token",
        paramLabel = "T",
        description =
            "What clients must send as bearer token. Better: the variable KEEPTRUSTS_GATEWAY_TOKEN.")
    private @Nullable String token;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
      configure();
      Quarkus.run(Stay.class, RunCommand::exit);
    }

    private static void exit(int code, @Nullable Throwable failure) {
      if (failure != null) {
        System.err.println(StartFailure.text(failure));
      }
      System.exit(code);
    }

    private void configure() {
      if (listen != null) {
        Address address = Address.parse(listen);
        if (address == null) {
          throw wrong("--listen: give HOST:PORT or :PORT, such as 127.0.0.1:8080");
        }
        System.setProperty("quarkus.http.host", address.host());
        System.setProperty("quarkus.http.port", Integer.toString(address.port()));
      }
      if (!packs.isEmpty()) {
        String files =
            packs.stream()
                .map(file -> file.toString().replace(",", "\\,"))
                .collect(Collectors.joining(","));
        System.setProperty("gateway.policy-config", files);
      }
      if (failMode != null) {
        System.setProperty("gateway.fail-mode", failMode.name().toUpperCase(Locale.ROOT));
      }
      if (maxConcurrency != null) {
        if (maxConcurrency < 1) {
          throw wrong("--max-concurrency: must be 1 or more");
        }
        System.setProperty("gateway.max-concurrency", maxConcurrency.toString());
      }
      if (token != null) {
        if (token.isBlank()) {
          throw wrong("--api-token: must not be empty");
        }
        System.setProperty("gateway.api-token", token);
      }
    }

    private ParameterException wrong(String message) {
      return new ParameterException(spec.commandLine(), message);
    }
  }

  /** What the application does when it has started. */
  static final class Stay implements QuarkusApplication {
    private final PackStore packs;
    private final GatewayConfig config;

    Stay(PackStore packs, GatewayConfig config) {
      this.packs = packs;
      this.config = config;
    }

    @Override
    public int run(String... args) {
      switch (config.log().format()) {
        case TEXT -> Banner.print(packs.current());
        case JSON -> {} // whoever reads that is no person
      }
      Quarkus.waitForExit();
      return 0;
    }
  }
}
