package io.keeptrusts.gateway.cli;

import io.keeptrusts.gateway.cli.GatewayCommand.RunCommand;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Arrays;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * {@code kt}. The command line is read before anything starts, so that a wrong flag is said at once
 * and the right ones become configuration; without arguments the gateway runs. Exit codes: 0, 1 for
 * what failed, 2 for a wrong command line and, from lint, a pack that is not valid.
 */
@QuarkusMain
@Command(
    name = "kt",
    description = "An LLM gateway that checks every streamed character before the client sees it.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    subcommands = {
      GatewayCommand.class,
      PolicyCommand.class,
      AuditCommand.class,
      InitCommand.class,
      DoctorCommand.class,
      GenerateCompletion.class
    })
public final class Kt {
  private static final String[] BY_DEFAULT = {"gateway", "run"};

  Kt() {}

  public static void main(String... args) {
    if (args.length == 0 || Arrays.equals(args, BY_DEFAULT)) {
      // As in an image, where variables say the rest. To read the annotations of all commands and
      // find no flag would be a tenth of the start.
      new RunCommand().run();
      return;
    }
    CommandLine commands = new CommandLine(new Kt());
    commands.setParameterExceptionHandler((wrong, line) -> usage(wrong));
    commands.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          String said = failure.getMessage();
          command.getErr().println(said == null ? failure.toString() : said);
          return CommandLine.ExitCode.SOFTWARE;
        });
    int code = commands.execute(args);
    if (code != 0) {
      System.exit(code);
    }
  }

  /** What is wrong, what was perhaps meant, and what there is. */
  private static int usage(ParameterException wrong) {
    CommandLine of = wrong.getCommandLine();
    of.getErr().println(wrong.getMessage());
    UnmatchedArgumentException.printSuggestions(wrong, of.getErr());
    of.usage(of.getErr());
    return of.getCommandSpec().exitCodeOnInvalidInput();
  }
}
