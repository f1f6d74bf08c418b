package io.keeptrusts.gateway.cli;

import io.keeptrusts.gateway.pack.LintReport;
import io.keeptrusts.gateway.pack.PackStore;
import io.keeptrusts.gateway.pack.Secrets;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.quarkus.arc.All;
import io.quarkus.arc.Arc;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Application;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.ConfigProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kt policy}. */
@Command(
    name = "policy",
    description = "Works on packs.",
    subcommands = {PolicyCommand.LintCommand.class, TestCommand.class})
final class PolicyCommand {

  /** {@code kt policy lint}: exit code 0 for a valid pack, 2 otherwise. */
  @Command(name = "lint", description = "Checks a pack and says everything that is wrong with it.")
  static final class LintCommand implements Callable<Integer> {
    @Option(
        names = "--file",
        required = true,
        paramLabel = "FILE",
        description = "May be given several times: layers.")
    private List<Path> files = List.of();

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() throws ClassNotFoundException {
      Path secretsDir =
          ConfigProvider.getConfig()
              .getOptionalValue("gateway.secrets-dir", Path.class)
              .orElse(null);
      Secrets secrets = new Secrets(System.getenv(), secretsDir);
      PackStore store = new PackStore(files, Kinds.all(), secrets, false, pack -> {});
      String names = files.stream().map(Path::toString).collect(Collectors.joining(","));
      LintReport report = new LintReport(names, store.read());
      System.out.print(json ? report.json() + "\n" : report.text());
      return report.exitCode();
    }
  }

  /** The kinds that were built in. */
  @Singleton
  @Unremovable
  static final class Kinds {
    private final List<PolicyKind<?>> kinds;

    Kinds(@All List<PolicyKind<?>> kinds) {
      this.kinds = kinds;
    }

    /** Makes the beans, as a start does first, and starts nothing: no server, no threads. */
    static List<PolicyKind<?>> all() throws ClassNotFoundException {
      Class.forName(
          Application.APP_CLASS_NAME, true, Thread.currentThread().getContextClassLoader());
      return Arc.container().instance(Kinds.class).get().kinds;
    }
  }
}
