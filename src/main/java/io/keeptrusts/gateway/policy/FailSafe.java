package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.match.Validator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What happens when a policy throws. Closed, which is the default: what it looked at counts as
 * found. Open: as not found, and the log and a metric say so.
 */
final class FailSafe {
  private static final Logger LOG = Logger.getLogger(FailSafe.class);

  private FailSafe() {}

  /** A rule whose validator cannot throw. */
  static TextRule rule(TextRule rule, boolean failOpen) {
    Validator validator = rule.rule().validator();
    if (validator == null) {
      return rule;
    }
    Rule guarded =
        rule.rule()
            .when(
                body -> {
                  try {
                    return validator.test(body);
                  } catch (RuntimeException e) {
                    LOG.errorf(
                        "label=%s error=%s fail_mode=%s",
                        rule.rule().label(), e.getClass().getName(), mode(failOpen));
                    return !failOpen;
                  }
                });
    return rule.with(guarded);
  }

  static Verdict.OnPrompt verdict(
      String kind,
      PromptCheck check,
      Prompt prompt,
      Caller caller,
      boolean failOpen,
      Happenings happenings) {
    try {
      return check.check(prompt, caller);
    } catch (RuntimeException e) {
      return failed(kind, e, true, failOpen, happenings);
    }
  }

  static Verdict.@Nullable OnPrompt glance(
      String kind,
      PromptCheck check,
      Prompt prompt,
      Caller caller,
      boolean failOpen,
      Happenings happenings) {
    try {
      return check.glance(prompt, caller);
    } catch (RuntimeException e) {
      return failed(kind, e, true, failOpen, happenings);
    }
  }

  /** A policy that fails here proves nothing; when its turn comes its failure counts. */
  static @Nullable String provenUser(String kind, PromptCheck check, Caller caller) {
    try {
      return check.provenUser(caller);
    } catch (RuntimeException e) {
      LOG.errorf("policy=%s error=%s", kind, e.getClass().getName());
      return null;
    }
  }

  static ToolCheck.Calls open(
      String kind, ToolCheck check, boolean failOpen, OutputContext context) {
    try {
      return check.open(context.prompt(), context.caller());
    } catch (RuntimeException e) {
      Verdict.Allow skipped = failed(kind, e, false, failOpen, context.happenings());
      return name -> skipped;
    }
  }

  static Verdict.OnCall verdict(
      String kind, ToolCheck.Calls check, String tool, boolean failOpen, Happenings happenings) {
    try {
      return check.called(tool);
    } catch (RuntimeException e) {
      return failed(kind, e, false, failOpen, happenings);
    }
  }

  /** Skips the policy and says so, or ends the exchange. */
  private static Verdict.Allow failed(
      String kind, RuntimeException e, boolean input, boolean failOpen, Happenings happenings) {
    LOG.errorf("policy=%s error=%s fail_mode=%s", kind, e.getClass().getName(), mode(failOpen));
    if (failOpen) {
      happenings.skipped(kind);
      return Verdict.ALLOW;
    }
    throw Blocks.failed(kind, input).exception();
  }

  private static String mode(boolean failOpen) {
    return failOpen ? "allow" : "block";
  }
}
