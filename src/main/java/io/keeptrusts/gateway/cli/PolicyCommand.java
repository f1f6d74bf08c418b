package io.keeptrusts.gateway.cli;

import io.keeptrusts.gateway.pack.LintReport;
import io.keeptrusts.gateway.pack.PackStore;
import io.keeptrusts.gateway.pack.Secrets;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.quarkus.arc.All;
import io.quarkus.arc.Unremovable;
import jakarta.enterprise.context.Dependent;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kt policy}. */
@Command(
    name = "policy",
    description = "Works on packs.",
    mixinStandardHelpOptions = true,
    subcommands = PolicyCommand.LintCommand.class)
final class PolicyCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(System.out);
    }
  }

  /** {@code kt policy lint}: exit code 0 for a valid pack, 2 otherwise. */
  @Dependent
  @Unremovable
  @Command(name = "lint", description = "Checks a pack and says everything that is wrong with it.", mixinStandardHelpOptions = true)
  static class LintCommand implements Callable<Integer>, Kt.BeforeStart {
    @Option(names = "--file", required = true, paramLabel = "FILE", description = "May be given several times: layers.")
    List<Path> files = List.of();

    @Option(names = "--json", description = "Prints JSON.")
    boolean json;

    @All List<PolicyKind<?>> kinds = List.of();

    @Override
    public void configure() {
      System.setProperty("gateway.serve", "false");
      System.setProperty("quarkus.http.host-enabled", "false");
      System.setProperty("quarkus.log.level", "ERROR");
    }

    @Override
    public Integer call() {
      Secrets secrets = new Secrets(System.getenv(), null);
      PackStore store = new PackStore(files, kinds, secrets, false, pack -> {});
      String names = files.stream().map(Path::toString).collect(Collectors.joining(","));
      LintReport report = new LintReport(names, store.read());
      System.out.print(json ? report.json() + "\n" : report.text());
      return report.exitCode();
    }
  }
}
