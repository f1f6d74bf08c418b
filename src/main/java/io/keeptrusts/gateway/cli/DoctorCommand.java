package io.keeptrusts.gateway.cli;

import static io.keeptrusts.gateway.cli.Finding.Area.PACK;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.GatewayConfig;
import io.keeptrusts.gateway.audit.AuditSettings;
import io.keeptrusts.gateway.cli.Finding.Level;
import io.keeptrusts.gateway.pack.PackStore;
import io.keeptrusts.gateway.pack.Problem;
import io.keeptrusts.gateway.pack.Read;
import io.keeptrusts.gateway.pack.Secrets;
import io.keeptrusts.gateway.policy.PolicyKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kt doctor}: exit code 1 if there is a problem, 0 otherwise, with warnings too. */
@Command(
    name = "doctor",
    description =
        "Says why a chunk is not filtered, which policy holds a stream, and what is missing here.")
final class DoctorCommand implements Callable<Integer> {
  @Option(
      names = "--policy-config",
      paramLabel = "FILE",
      description = "The pack, default that of `gateway run`; several times: layers.")
  private List<Path> packs = List.of();

  @Option(
      names = "--probe",
      description = "Also asks providers for their models, with the key, and compares clocks.")
  private boolean probe;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  private final Callable<List<PolicyKind<?>>> kinds;

  DoctorCommand() {
    this(PolicyCommand.Kinds::all);
  }

  DoctorCommand(Callable<List<PolicyKind<?>>> kinds) {
    this.kinds = kinds;
  }

  @Override
  public Integer call() throws Exception {
    GatewayConfig config = ProcessSettings.ofThisProcess();
    List<Path> files = packs.isEmpty() ? config.policyConfig().orElse(List.of()) : packs;
    Secrets secrets = new Secrets(System.getenv(), config.secretsDir().orElse(null));
    PackStore store = new PackStore(files, kinds.call(), secrets, false, pack -> {});
    List<Finding> findings = look(store, config);
    print(findings);
    return findings.stream().anyMatch(finding -> finding.level() == Level.PROBLEM) ? 1 : 0;
  }

  private List<Finding> look(PackStore store, GatewayConfig config) throws IOException {
    List<Finding> findings = new ArrayList<>();
    AuditSettings audit = null;
    switch (store.read()) {
      case Read.Refused(List<Problem> problems) -> {
        findings.add(Finding.problem(PACK, "refused: the gateway does not start with it"));
        problems.forEach(problem -> findings.add(finding(problem)));
      }
      case Read.Checked(var document, var notes, _) -> {
        findings.add(
            Finding.ok(
                PACK, document.pack().name() + "@" + document.pack().version() + " is valid"));
        notes.stream()
            .filter(note -> note.code() != Problem.Code.W104) // said of the target
            .forEach(note -> findings.add(finding(note)));
        findings.addAll(new ChainSurvey(document).findings());
        if (store.load() instanceof PackStore.Load.Loaded(var pack)) {
          TargetSurvey survey = new TargetSurvey(probe);
          pack.routes().targets().forEach(target -> findings.addAll(survey.findings(target)));
          audit = pack.chain().audit();
        }
      }
    }
    findings.addAll(new HostSurvey(config).findings(audit));
    return findings;
  }

  private static Finding finding(Problem problem) {
    Level level =
        switch (problem.severity()) {
          case ERROR -> Level.PROBLEM;
          case WARNING -> Level.WARNING;
          case INFO -> Level.NOTE;
        };
    return new Finding(PACK, level, problem.toString());
  }

  private void print(List<Finding> findings) {
    PrintWriter out = spec.commandLine().getOut();
    long problems = count(findings, Level.PROBLEM);
    if (json) {
      ObjectNode report = JsonNodeFactory.instance.objectNode().put("ok", problems == 0);
      ArrayNode list = report.putArray("findings");
      for (Finding finding : findings) {
        list.addObject()
            .put("area", word(finding.area()))
            .put("level", word(finding.level()))
            .put("text", finding.text());
      }
      out.println(report);
    } else {
      for (Finding finding : findings) {
        out.printf("%-8s %-8s %s%n", word(finding.level()), word(finding.area()), finding.text());
      }
      out.printf("%d problem(s), %d warning(s)%n", problems, count(findings, Level.WARNING));
    }
    out.flush();
  }

  private static long count(List<Finding> findings, Level level) {
    return findings.stream().filter(finding -> finding.level() == level).count();
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
