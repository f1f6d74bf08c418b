package io.keeptrusts.gateway.cli;

import io.keeptrusts.gateway.audit.AuditVerify;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kt audit}. */
@Command(
    name = "audit",
    description = "Works on the trail.",
    subcommands = AuditCommand.VerifyCommand.class)
final class AuditCommand {

  /**
   * {@code kt audit verify}: exit code 0 if every chain holds and nothing that is signed is missing
   * (a torn last line is noted), 1 otherwise.
   */
  @Command(name = "verify", description = "Checks the hash chains and the signatures of a trail.")
  static final class VerifyCommand implements Callable<Integer> {
    @Parameters(
        index = "0",
        arity = "0..1",
        paramLabel = "DIR",
        description = "The trail, default ./audit.")
    private Path dir = Path.of("audit");

    @Option(
        names = "--public-key",
        paramLabel = "FILE",
        description =
            "An Ed25519 public key in PEM that may have signed; several times after a change of keys. "
                + "Without it signatures count whoever made them.")
    private List<Path> publicKeys = List.of();

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
      AuditVerify.Report report = AuditVerify.verify(dir, publicKeys);
      System.out.print(json ? report.toJson() + "\n" : report.toText());
      return report.exitCode();
    }
  }
}
