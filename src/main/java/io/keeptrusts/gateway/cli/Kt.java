package io.keeptrusts.gateway.cli;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import jakarta.enterprise.inject.spi.CDI;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/**
 * {@code kt}. The command line is read before the application starts, so that a wrong flag is said at once and the right
 * ones become configuration; without arguments the gateway runs.
 */
@QuarkusMain
@Command(
    name = "kt",
    description = "An LLM gateway that checks every streamed character before the client sees it.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {GatewayCommand.class, PolicyCommand.class, AuditCommand.class})
public final class Kt {

  private Kt() {}

  public static void main(String... args) {
    CommandLine commands = new CommandLine(new Kt());
    String[] given = args.length == 0 ? new String[] {"gateway", "run"} : args;
    ParseResult parsed;
    try {
      parsed = commands.parseArgs(given);
    } catch (CommandLine.ParameterException e) {
      System.exit(new CommandLine(new Kt()).execute(given));
      return;
    }
    if (CommandLine.printHelpIfRequested(parsed)) {
      return;
    }
    while (parsed.hasSubcommand()) {
      parsed = parsed.subcommand();
    }
    Object leaf = parsed.commandSpec().userObject();
    if (leaf instanceof BeforeStart command) {
      command.configure();
      Quarkus.run(Run.class, (code, failure) -> System.exit(failure == null ? code : 1), given);
    } else {
      System.exit(commands.execute(given));
    }
  }

  /** A command that needs the application. */
  interface BeforeStart {
    /** Turns flags into system properties. */
    void configure();
  }

  /** Runs the command inside of the application. */
  public static final class Run implements QuarkusApplication {
    @Override
    public int run(String... args) {
      return new CommandLine(new Kt(), new Beans()).execute(args);
    }
  }

  private static final class Beans implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      var bean = CDI.current().select(type);
      return bean.isResolvable() ? bean.get() : CommandLine.defaultFactory().create(type);
    }
  }
}
