package io.keeptrusts.gateway.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WorkflowsTest {
  private static final Path WORKFLOWS = Path.of(".github", "workflows");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private static final Pattern USES = Pattern.compile("(?m)^\\s*(?:- )?uses:.*$");

  /** A commit cannot be moved; the version behind it is for people and Renovate. */
  private static final Pattern PINNED =
      Pattern.compile("\\s*(?:- )?uses: ([\\w.-]+/[\\w./-]+)@([0-9a-f]{40}) # v\\d+\\.\\d+\\.\\d+");

  @Test
  void everyActionIsPinnedToOneCommitWithItsVersion() throws IOException {
    Map<String, Set<String>> commits = new TreeMap<>();
    for (Path workflow : workflows()) {
      Matcher uses = USES.matcher(Files.readString(workflow));
      while (uses.find()) {
        Matcher pinned = PINNED.matcher(uses.group());
        assertThat(pinned.matches()).as("%s: %s", workflow, uses.group()).isTrue();
        commits.computeIfAbsent(pinned.group(1), action -> new TreeSet<>()).add(pinned.group(2));
      }
    }

    assertThat(commits).containsKey("actions/checkout");
    assertThat(commits.values()).allSatisfy(pins -> assertThat(pins).hasSize(1));
  }

  @Test
  void workflowsMayReadAndEndInTime() throws IOException {
    for (Path workflow : workflows()) {
      JsonNode tree = YAML.readTree(workflow.toFile());

      assertThat(tree.path("permissions").toString()).isEqualTo("{\"contents\":\"read\"}");
      assertThat(tree.path("jobs"))
          .isNotEmpty()
          .allSatisfy(job -> assertThat(job.path("timeout-minutes").asInt()).isBetween(1, 120));
    }
  }

  @Test
  void noShellReadsWhatAStrangerWrote() throws IOException {
    List<String> scripts = new ArrayList<>();
    for (Path workflow : workflows()) {
      for (JsonNode job : YAML.readTree(workflow.toFile()).path("jobs")) {
        job.path("steps").forEach(step -> scripts.add(step.path("run").asText()));
      }
    }

    assertThat(scripts)
        .anyMatch(script -> !script.isBlank())
        .noneMatch(script -> script.contains("github.") || script.contains("inputs."));
  }

  @Test
  void ciRunsTheReadmesOwnCommand() throws IOException {
    JsonNode ci = YAML.readTree(WORKFLOWS.resolve("ci.yml").toFile());

    assertThat(ci.path("jobs").path("verify").path("steps"))
        .anySatisfy(step -> assertThat(step.path("run").asText()).isEqualTo(".ci/run"));
    assertThat(Files.readString(Path.of(".ci", "run"))).contains("./mvnw").contains(" verify");
    assertThat(Files.readString(Path.of("README.md"))).contains("./mvnw verify");
  }

  private static List<Path> workflows() throws IOException {
    try (Stream<Path> files = Files.list(WORKFLOWS)) {
      List<Path> found = files.filter(file -> file.toString().endsWith(".yml")).sorted().toList();
      assertThat(found).isNotEmpty();
      return found;
    }
  }
}
