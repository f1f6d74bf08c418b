package io.keeptrusts.gateway.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.pack.LintReport;
import io.keeptrusts.gateway.pack.PackDocument;
import io.keeptrusts.gateway.pack.PackDocument.Testing;
import io.keeptrusts.gateway.pack.PackStore;
import io.keeptrusts.gateway.pack.Problem;
import io.keeptrusts.gateway.pack.Read;
import io.keeptrusts.gateway.pack.Secrets;
import io.keeptrusts.gateway.policy.PolicyKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code kt policy test}: exit code 0 if every fixture came to what it expects, 1 if one did not, 2
 * if the pack or a fixture is not right.
 */
@Command(
    name = "test",
    description =
        "Runs fixtures through the whole gateway, and again with the answer cut elsewhere.")
final class TestCommand implements Callable<Integer> {
  private static final int REFUSED = 2;

  @Option(
      names = "--pack-dir",
      paramLabel = "DIR",
      description = "Holds policy-config.yaml and tests, default here.")
  private Path packDir = Path.of("");

  @Option(
      names = "--policy-config",
      paramLabel = "FILE",
      description = "The pack, default policy-config.yaml; several times: layers.")
  private List<Path> packs = List.of();

  @Option(
      names = "--tests",
      paramLabel = "DIR|FILE",
      description =
          "Fixtures, default tests; may be given several times. Those in the pack are run too.")
  private List<Path> tests = List.of();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides where answers are cut; printed, so that a failure can be repeated.")
  private @Nullable Long seed;

  @Option(
      names = "--cuts",
      paramLabel = "N",
      description = "How often each answer is cut anew, default ${DEFAULT-VALUE}.")
  private int cuts = 20;

  @Spec private CommandSpec spec;

  private final Callable<List<PolicyKind<?>>> kinds;

  TestCommand() {
    this(PolicyCommand.Kinds::all);
  }

  TestCommand(Callable<List<PolicyKind<?>>> kinds) {
    this.kinds = kinds;
  }

  @Override
  public Integer call() throws Exception {
    if (cuts < 0) {
      throw new ParameterException(spec.commandLine(), "--cuts: must be 0 or more");
    }
    if (packs.isEmpty()) {
      packs = List.of(packDir.resolve("policy-config.yaml"));
    }
    PrintWriter out = spec.commandLine().getOut();
    Path secretsDir =
        ConfigProvider.getConfig().getOptionalValue("gateway.secrets-dir", Path.class).orElse(null);
    Secrets secrets = new Secrets(System.getenv(), secretsDir);
    List<PolicyKind<?>> known = kinds.call();
    return switch (new PackStore(packs, known, secrets, false, pack -> {}).read()) {
      case Read.Refused refused -> {
        String names = packs.stream().map(Path::toString).collect(Collectors.joining(","));
        LintReport report = new LintReport(names, refused);
        out.print(json ? report.json() + "\n" : report.text());
        out.flush();
        yield REFUSED;
      }
      case Read.Checked(PackDocument document, List<Problem> notes, _) -> {
        notes.stream()
            .filter(note -> note.code() == Problem.Code.W107)
            .forEach(spec.commandLine().getErr()::println);
        try {
          List<Fixture> fixtures = fixtures(document.testing());
          try (Bench bench = new Bench(packs, document, known, secrets)) {
            yield run(bench, fixtures, out);
          }
        } catch (FixtureException e) {
          spec.commandLine().getErr().println(e.getMessage());
          yield REFUSED;
        }
      }
    };
  }

  /** Those of files, then those of the pack; where there are some the directory may be missing. */
  private List<Fixture> fixtures(Testing testing) throws FixtureException, IOException {
    List<Fixture> inline = FixtureReader.read(testing);
    List<Path> places = tests;
    Path usual = packDir.resolve("tests");
    if (places.isEmpty() && (inline.isEmpty() || Files.exists(usual))) {
      places = List.of(usual);
    }
    List<Fixture> fixtures = new ArrayList<>(FixtureReader.read(places));
    fixtures.addAll(inline);
    return fixtures;
  }

  private int run(Bench bench, List<Fixture> fixtures, PrintWriter out) throws IOException {
    long where = seed == null ? new Random().nextInt(1_000_000) : seed;
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    ArrayNode results = report.put("seed", where).put("cuts", cuts).putArray("results");
    int failed = 0;
    for (Fixture fixture : fixtures) {
      Trial trial = Trial.run(bench, fixture, cuts, where);
      failed += trial.passed() ? 0 : 1;
      results.add(json(trial));
      if (!json) {
        out.print(text(trial));
        out.flush();
      }
    }
    if (json) {
      report.put("ok", failed == 0);
      out.println(report);
    } else {
      out.printf(
          "%d fixture(s), %d failed; each cut anew %d times with --seed %d%n",
          fixtures.size(), failed, cuts, where);
    }
    out.flush();
    return failed == 0 ? 0 : 1;
  }

  private static String text(Trial trial) {
    String end = trial.heard() == null ? "" : " (" + Trial.said(trial.heard()) + ")";
    String line =
        "%s %s: %s%s%n"
            .formatted(
                trial.passed() ? "ok  " : "FAIL",
                trial.fixture().file(),
                trial.fixture().name(),
                end);
    return line
        + trial.failures().stream()
            .map(failure -> (failure + "\n").indent(5))
            .collect(Collectors.joining());
  }

  private static ObjectNode json(Trial trial) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result
        .put("name", trial.fixture().name())
        .put("file", trial.fixture().file().toString())
        .put("passed", trial.passed());
    Heard heard = trial.heard();
    if (heard != null) {
      result
          .put("verdict", Trial.word(heard.outcome()))
          .put("reason_code", heard.reasons().getFirst())
          .put("code", heard.code())
          .put("status", heard.status());
      heard.policies().forEach(result.putArray("policies")::add);
      result.put("output", heard.output());
    }
    trial.failures().forEach(result.putArray("failures")::add);
    return result;
  }
}
