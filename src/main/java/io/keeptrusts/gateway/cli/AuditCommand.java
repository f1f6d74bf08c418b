package io.keeptrusts.gateway.cli;

import io.keeptrusts.gateway.audit.AuditVerify;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kt audit}. */
@Command(
    name = "audit",
    description = "Works on the trail.",
    mixinStandardHelpOptions = true,
    subcommands = AuditCommand.VerifyCommand.class)
final class AuditCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(System.out);
    }
  }

  /** {@code kt audit verify}: exit code 0 if every chain holds (a torn last line is noted), 1 otherwise. */
  @Command(name = "verify", description = "Checks the hash chains of a trail.", mixinStandardHelpOptions = true)
  static final class VerifyCommand implements Callable<Integer> {
    @Parameters(index = "0", arity = "0..1", paramLabel = "DIR", description = "The trail, default ./audit.")
    private Path dir = Path.of("audit");

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
      AuditVerify.Report report = AuditVerify.verify(dir);
      System.out.print(json ? report.toJson() + "\n" : report.toText());
      return report.exitCode();
    }
  }
}
