package io.keeptrusts.gateway.policy.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keeptrusts.gateway.policy.match.Matcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Prompts that only sound dangerous, and their dangerous twins. */
class SafetyQualityTest {
  private static final Path PROMPTS =
      Path.of(System.getProperty("shared.dir", "../shared"), "detect/safety/xstest_prompts.csv");

  @ParameterizedTest
  @EnumSource
  void promptsThatOnlySoundDangerousPass(SafetyFilter.Theme theme) throws IOException {
    assumeTrue(Files.exists(PROMPTS), "no labelled data at " + PROMPTS);
    var safe = new ArrayList<String>();
    var unsafe = new ArrayList<String>();
    for (String line : Files.readAllLines(PROMPTS)) {
      if (line.contains(",safe,")) {
        safe.add(line);
      } else if (line.contains(",unsafe,")) {
        unsafe.add(line);
      }
    }
    assertThat(safe).hasSizeGreaterThan(50);

    double blocked = share(theme, safe);

    System.out.printf(
        "%-24s safe blocked %.3f, unsafe blocked %.3f%n", theme, blocked, share(theme, unsafe));
    assertThat(blocked).isLessThanOrEqualTo(0.02);
  }

  private static double share(SafetyFilter.Theme theme, List<String> prompts) {
    Matcher matcher = Matcher.compile(SafetyThemes.of(theme));
    return (double) prompts.stream().filter(prompt -> Rig.hits(matcher, prompt)).count()
        / prompts.size();
  }
}
