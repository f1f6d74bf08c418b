package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.pack.PackDocument.Suite;
import io.keeptrusts.gateway.pack.PackDocument.Testing;
import io.keeptrusts.gateway.pack.Problem.Code;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The {@code testing} section. A pack that serves requests must not be refused for a part of its
 * tests that is not run here, so that is a warning.
 */
final class TestingSection {
  private static final String ROOT = "testing";

  private final Problems problems;
  private final RecordBinder binder;

  TestingSection(Problems problems, RecordBinder binder) {
    this.problems = problems;
    this.binder = binder;
  }

  Testing read(Yaml.Mapping root) {
    Yaml.Mapping section = Sections.mapping(root, ROOT, false, problems);
    Testing read = section == null ? null : binder.bind(section, ROOT, Testing.class);
    if (section == null || read == null) {
      return Testing.NONE;
    }
    unmade(section, "default_threshold", read.defaultThreshold());
    unmade(section, "plugins", read.plugins());
    unmade(section, "strategies", read.strategies());
    for (int i = 0; i < read.suites().size(); i++) {
      Suite suite = read.suites().get(i);
      String at = "suites[" + i + "].";
      if (suite.target() != null) {
        warn(
            section,
            at + "target",
            "has no effect: a case takes the whole way, through every policy");
      }
      if (!suite.assertions().isEmpty()) {
        warn(section, at + "assertions", "are not made, `kt policy test` refuses the suite");
      }
      if (suite.cases().isEmpty()) {
        warn(section, at + "cases", "there are none: the suite tests nothing");
      }
    }
    return read.in(Objects.requireNonNullElse(section.get("suites"), section).at().file());
  }

  private void unmade(Yaml.Mapping section, String key, @Nullable Object value) {
    if (value != null) {
      warn(section, key, "has no effect: only the cases of suites are run");
    }
  }

  private void warn(Yaml.Mapping section, String key, String message) {
    problems.add(Code.W107, Yaml.nearest(section, key).at(), ROOT + "." + key, message);
  }
}
