package io.keeptrusts.gateway.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code kt init}: exit code 0 if the files were written, 1 if one of them is there already; then
 * nothing is written.
 */
@Command(name = "init", description = "Writes a starter pack and tests for it.")
final class InitCommand implements Callable<Integer> {
  private static final List<String> FILES =
      List.of(
          "policy-config.yaml",
          "tests/blocks-injection.yaml",
          "tests/masks-personal-data.yaml",
          "tests/leaves-harmless-text.yaml");

  @Option(names = "--dir", paramLabel = "DIR", description = "Where, default here.")
  private Path dir = Path.of("");

  @Option(names = "--force", description = "Overwrites what is there.")
  private boolean force;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<Path> there = FILES.stream().map(dir::resolve).filter(Files::exists).toList();
    if (!force && !there.isEmpty()) {
      spec.commandLine()
          .getErr()
          .println("Nothing was written: " + there.getFirst() + " is there; --force overwrites.");
      return 1;
    }
    for (String name : FILES) {
      Path file = dir.resolve(name);
      Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
      try (InputStream in = InitCommand.class.getResourceAsStream("/starter/" + name)) {
        Files.write(file, Objects.requireNonNull(in, name).readAllBytes());
      }
      out.println("wrote " + file);
    }
    String at = dir.toString().isEmpty() ? "" : "cd " + dir + " && ";
    out.printf("Next: %skt policy test%n", at);
    out.flush();
    return 0;
  }
}
