package io.keeptrusts.gateway.policy.kind;

import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.ToolCheck;
import io.keeptrusts.gateway.policy.kind.tools.Budget;
import io.keeptrusts.gateway.policy.kind.tools.Offer;
import io.keeptrusts.gateway.policy.kind.tools.Permits;
import io.keeptrusts.gateway.policy.kind.tools.ToolRules;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Governs which tools a model may call: what is not allowed is dropped from the tools that a
 * request offers, and a call to it ends the answer at the tool's name. A session is the
 * conversation that the request shows: nothing is kept between requests.
 *
 * <p>A tool that the provider runs itself (its own tools, MCP servers) has run when its call is
 * seen: a call is kept from the client, not undone. What keeps it from running is that it is not
 * offered. An MCP server whose request lists no {@code allowed_tools} is taken by its label alone.
 */
@Singleton
public final class AgentFirewall implements PolicyKind<AgentFirewall.Config> {
  private static final String NAME = "agent-firewall";
  private static final Logger LOG = Logger.getLogger(AgentFirewall.class);

  /**
   * The keys of {@code policy.agent-firewall}. Names of tools are exact or hold {@code *}; see
   * {@link ToolRules} for what the name of a tool is.
   *
   * @param allowedTools absent: all
   * @param blockedTools wins over allowed
   * @param maxActionsPerSession the most tool calls of one conversation
   * @param tools limits by role
   * @param rateLimits the most calls of one tool in one conversation, by its name; {@code default}
   *     for each other tool
   * @param transactionLimits refused: see there
   * @param killSwitches refused: see there
   * @param monitoring what is said about it
   */
  public record Config(
      @Nullable List<String> allowedTools,
      @Nullable List<String> blockedTools,
      @Nullable Integer maxActionsPerSession,
      @Nullable ByRole tools,
      @Nullable Map<String, Integer> rateLimits,
      @Nullable TransactionLimits transactionLimits,
      @Nullable KillSwitches killSwitches,
      @Nullable Monitoring monitoring) {

    public Config {
      ToolRules.of("allowed_tools", allowedTools, "blocked_tools", blockedTools);
      if (maxActionsPerSession != null && maxActionsPerSession < 0) {
        throw new IllegalArgumentException("max_actions_per_session: must not be negative");
      }
      if (rateLimits != null) {
        rateLimits.forEach(
            (tool, most) -> {
              if (most < 0) {
                throw new IllegalArgumentException(
                    "rate_limits." + tool + ": must not be negative");
              }
            });
      }
      boolean limited = maxActionsPerSession != null || rateLimits != null && !rateLimits.isEmpty();
      if (monitoring != null && monitoring.needsLimits() && !limited) {
        throw new IllegalArgumentException(
            "monitoring: without max_actions_per_session or rate_limits no limit can be near");
      }
    }
  }

  /**
   * {@code tools}.
   *
   * @param roles what each role may use; a caller with several may use what one of them may, a
   *     caller with none of them nothing. Roles are those that rbac has established before
   */
  public record ByRole(@Nullable Map<String, RoleTools> roles) {}

  /** {@code tools.roles.<role>}: as {@code allowed_tools} and {@code blocked_tools}. */
  public record RoleTools(@Nullable List<String> allowed, @Nullable List<String> denied) {
    public RoleTools {
      ToolRules.of("allowed", allowed, "denied", denied);
    }
  }

  /** {@code transaction_limits}: all of it is refused, with the reason. */
  public record TransactionLimits(
      @Nullable Double maxSingleTransaction,
      @Nullable Double maxDailyTotal,
      @Nullable Double requireApprovalAbove) {
    public TransactionLimits {
      refuse(
          "max_single_transaction",
          maxSingleTransaction != null,
          "which argument is an amount differs from tool to tool, and a guess would be no limit;"
              + " let the tool check it");
      refuse(
          "max_daily_total",
          maxDailyTotal != null,
          "a total takes a memory that all replicas share, and this gateway keeps none");
      refuse(
          "require_approval_above",
          requireApprovalAbove != null,
          "which argument is an amount differs from tool to tool; let the tool ask");
    }
  }

  /** {@code kill_switches}: what would have to act is refused, with the reason. */
  public record KillSwitches(
      @Nullable Integer maxErrorsBeforeHalt,
      @Nullable Boolean haltOnPiiInAction,
      @Nullable Boolean haltOnSuspiciousPattern) {
    public KillSwitches {
      refuse(
          "max_errors_before_halt",
          maxErrorsBeforeHalt != null,
          "the result of a call does not say in any common way that it failed; use"
              + " max_actions_per_session");
      refuse(
          "halt_on_pii_in_action",
          Boolean.TRUE.equals(haltOnPiiInAction),
          "put pii-detector with action: block in the chain: it reads arguments as they stream");
      refuse(
          "halt_on_suspicious_pattern",
          Boolean.TRUE.equals(haltOnSuspiciousPattern),
          "put dlp-filter with detect_patterns and action: block in the chain: it reads arguments"
              + " as they stream");
    }
  }

  /**
   * {@code monitoring}: an alert is a line of the log at level warn.
   *
   * @param alertOnDeniedAction a call was forbidden; default false
   * @param alertOnRateLimit a limit was reached; default false
   * @param alertThresholdPercent 1 to 100: calls from this part of a limit on are flagged in
   *     metrics and trail
   */
  public record Monitoring(
      @Nullable Boolean alertOnDeniedAction,
      @Nullable Boolean alertOnRateLimit,
      @Nullable Integer alertThresholdPercent) {
    public Monitoring {
      if (alertThresholdPercent != null
          && (alertThresholdPercent < 1 || alertThresholdPercent > 100)) {
        throw new IllegalArgumentException("alert_threshold_percent: must be between 1 and 100");
      }
    }

    boolean needsLimits() {
      return Boolean.TRUE.equals(alertOnRateLimit) || alertThresholdPercent != null;
    }
  }

  private static void refuse(String key, boolean present, String reason) {
    if (present) {
      throw new IllegalArgumentException(key + ": cannot act here: " + reason);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<Config> config() {
    return Config.class;
  }

  @Override
  public Mode mode() {
    return Mode.REALTIME;
  }

  @Override
  public @Nullable String after(Config config) {
    return config.tools() == null || config.tools().roles() == null ? null : "rbac";
  }

  @Override
  public List<String> warnings(Config config) {
    return FirewallAdvice.warnings(config);
  }

  @Override
  public boolean guards() {
    return true;
  }

  @Override
  public Policy compile(Config config) {
    Firewall firewall = Firewall.of(config);
    return Policy.of(NAME).withPrompt(firewall::check).withTools(firewall::open);
  }

  /** A configuration, compiled. */
  private record Firewall(
      ToolRules rules,
      @Nullable Map<String, ToolRules> byRole,
      @Nullable Integer most,
      Map<String, Integer> mostOf,
      Monitoring monitoring) {

    static Firewall of(Config config) {
      Map<String, ToolRules> byRole = null;
      if (config.tools() != null && config.tools().roles() != null) {
        byRole = new LinkedHashMap<>();
        for (Map.Entry<String, RoleTools> role : config.tools().roles().entrySet()) {
          RoleTools limits = role.getValue();
          byRole.put(
              role.getKey(), ToolRules.of("allowed", limits.allowed(), "denied", limits.denied()));
        }
      }
      return new Firewall(
          ToolRules.of(
              "allowed_tools", config.allowedTools(), "blocked_tools", config.blockedTools()),
          byRole,
          config.maxActionsPerSession(),
          config.rateLimits() == null ? Map.of() : config.rateLimits(),
          config.monitoring() == null ? new Monitoring(null, null, null) : config.monitoring());
    }

    Verdict.OnPrompt check(Prompt prompt, Caller caller) {
      boolean counted = most != null || !mostOf.isEmpty();
      if (counted
          && (prompt.body().hasNonNull("previous_response_id")
              || prompt.body().hasNonNull("conversation"))) {
        return new Verdict.Block(
            "agent_firewall.session_hidden",
            "Policy agent-firewall counts the tool calls of a conversation, and this request leaves"
                + " a part of it with the provider. Send the whole conversation as input.");
      }
      Budget budget = budget(prompt);
      Offer.Kept kept = Offer.keep(prompt.body(), offered(caller, budget));
      if (kept.forced()) {
        denied();
        return new Verdict.Block(
            "agent_firewall.tool_forbidden",
            "tool_choice asks for a tool that policy agent-firewall does not allow. Change the"
                + " request; do not retry it as it is.");
      }
      if (kept.dropped() > 0 && budget.spent()) {
        limited();
      }
      return kept.dropped() == 0
          ? Verdict.ALLOW
          : new Verdict.Change(prompt.with(kept.body()), "TOOL", kept.dropped());
    }

    ToolCheck.Calls open(Prompt prompt, Caller caller) {
      Budget budget = budget(prompt);
      return name -> {
        if (!rules.permit(name) || !permits(caller, each -> each.permit(name))) {
          denied();
          return Verdict.block("agent_firewall.tool_forbidden");
        }
        if (!budget.leaves(name)) {
          limited();
          return new Verdict.Block(
              "agent_firewall.limit",
              "The model called more tools than policy agent-firewall allows in one conversation."
                  + " Do not retry the same request.");
        }
        budget.take(name);
        Integer percent = monitoring.alertThresholdPercent();
        return percent != null && budget.reaches(percent, name)
            ? new Verdict.Flag("agent_firewall.limit_near")
            : Verdict.ALLOW;
      };
    }

    private Budget budget(Prompt prompt) {
      Budget budget = new Budget(most, mostOf);
      if (budget.limits()) {
        Offer.called(prompt.body()).forEach(budget::take);
      }
      return budget;
    }

    private Permits offered(Caller caller, Budget budget) {
      return new Permits() {
        @Override
        public boolean permit(String name) {
          return rules.permit(name)
              && permits(caller, each -> each.permit(name))
              && budget.leaves(name);
        }

        @Override
        public boolean permitAll(String label) {
          return rules.permitAll(label)
              && permits(caller, each -> each.permitAll(label))
              && !budget.spent();
        }
      };
    }

    private boolean permits(Caller caller, java.util.function.Predicate<ToolRules> by) {
      Map<String, ToolRules> roles = byRole;
      return roles == null
          || caller.roles().stream()
              .map(roles::get)
              .anyMatch(limits -> limits != null && by.test(limits));
    }

    private void denied() {
      if (Boolean.TRUE.equals(monitoring.alertOnDeniedAction())) {
        LOG.warnf("policy=%s alert=denied_action", NAME);
      }
    }

    private void limited() {
      if (Boolean.TRUE.equals(monitoring.alertOnRateLimit())) {
        LOG.warnf("policy=%s alert=rate_limit", NAME);
      }
    }
  }
}
