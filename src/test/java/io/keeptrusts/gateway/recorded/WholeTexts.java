package io.keeptrusts.gateway.recorded;

import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.kind.DlpFilter;
import io.keeptrusts.gateway.policy.kind.SafetyFilter;
import io.keeptrusts.gateway.policy.kind.pii.PiiDetector;
import io.keeptrusts.gateway.policy.text.TextCheck;
import io.keeptrusts.gateway.policy.text.TextRules;
import java.util.List;

/** R(t): the policies of {@link Replay#withPolicies} applied to whole texts, without any stream. */
final class WholeTexts {
  /** The policies that look at answers, as the pack of {@link Replay#withPolicies} names them. */
  static final List<Policy> POLICIES = policies();

  private static final TextRules RULES =
      TextRules.compile(
          POLICIES.stream()
              .flatMap(
                  policy ->
                      policy.output().stream()
                          .map(rule -> new TextRules.Owned(policy.kind(), rule)))
              .toList());

  private WholeTexts() {}

  private static List<Policy> policies() {
    return List.of(
        new PiiDetector().compile(new PiiDetector.Config(null, null, null, null, null)),
        new DlpFilter()
            .compile(new DlpFilter.Config(null, List.of(Replay.TERM), null, null, null, null)),
        new SafetyFilter().compile(new SafetyFilter.Config(null, null, null, null, null, null)));
  }

  /**
   * @param path where the text stands, as {@link Heard} names it
   */
  static String masked(String path, String text) {
    TextCheck check = check(path);
    return apply(check, text);
  }

  private static TextCheck check(String path) {
    return path.endsWith(".arguments") ? RULES.arguments() : RULES.plain();
  }

  private static String apply(TextCheck check, String text) {
    StringBuilder out = new StringBuilder();
    if (check.feed(text.toCharArray(), 0, text.length(), out)) {
      out.append(text);
    }
    check.end(out);
    return out.toString();
  }
}
