package io.keeptrusts.gateway.policy.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.PromptTexts;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.ToolCheck;
import io.keeptrusts.gateway.policy.kind.AgentFirewall.ByRole;
import io.keeptrusts.gateway.policy.kind.AgentFirewall.Config;
import io.keeptrusts.gateway.policy.kind.AgentFirewall.KillSwitches;
import io.keeptrusts.gateway.policy.kind.AgentFirewall.Monitoring;
import io.keeptrusts.gateway.policy.kind.AgentFirewall.RoleTools;
import io.keeptrusts.gateway.policy.kind.AgentFirewall.TransactionLimits;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every key of agent-firewall acts, or says why it cannot. */
class AgentFirewallTest {
  private static final Caller ANYONE = new Caller("127.0.0.1", "");
  private static final String TOOLS =
      "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"read\"}},{\"type\":\"function\",\"function\":{\"name\":\"drop\"}}]";

  private static Prompt prompt(String members) {
    try {
      ObjectNode body = (ObjectNode) new ObjectMapper().readTree("{" + members + "}");
      return new Prompt("m", true, true, body, PromptTexts.segments(body));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Prompt called(String... names) {
    StringBuilder messages = new StringBuilder();
    for (String name : names) {
      messages
          .append(messages.isEmpty() ? "" : ",")
          .append(
              "{\"role\":\"assistant\",\"tool_calls\":[{\"type\":\"function\",\"function\":{\"name\":\"")
          .append(name)
          .append("\"}}]}");
    }
    return prompt("\"messages\":[" + messages + "]," + TOOLS);
  }

  private static Config limits(
      @Nullable Integer most,
      @Nullable Map<String, Integer> each,
      @Nullable Monitoring monitoring) {
    return new Config(null, null, most, null, each, null, null, monitoring);
  }

  private static Config lists(@Nullable List<String> allowed, @Nullable List<String> blocked) {
    return new Config(allowed, blocked, null, null, null, null, null, null);
  }

  private static Verdict.OnPrompt check(Config config, Prompt prompt, Caller caller) {
    Policy policy = new AgentFirewall().compile(config);
    return Objects.requireNonNull(policy.prompt()).check(prompt, caller);
  }

  private static ToolCheck.Calls open(Config config, Prompt prompt, Caller caller) {
    Policy policy = new AgentFirewall().compile(config);
    return Objects.requireNonNull(policy.tools()).open(prompt, caller);
  }

  private static List<String> left(Verdict.OnPrompt verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Change.class);
    return ((Verdict.Change) verdict).prompt().body().path("tools").findValuesAsText("name");
  }

  @Test
  void allowedToolsLeaveOutAllOthers() {
    Config config = lists(List.of("read*"), null);

    assertThat(left(check(config, prompt(TOOLS), ANYONE))).containsExactly("read");
    assertThat(open(config, prompt(TOOLS), ANYONE).called("read")).isEqualTo(Verdict.ALLOW);
    assertThat(open(config, prompt(TOOLS), ANYONE).called("drop"))
        .isEqualTo(Verdict.block("agent_firewall.tool_forbidden"));
  }

  @Test
  void blockedToolsWinOverAllowedOnes() {
    Config config = lists(List.of("*"), List.of("drop"));

    assertThat(left(check(config, prompt(TOOLS), ANYONE))).containsExactly("read");
    assertThat(open(config, prompt(TOOLS), ANYONE).called("drop"))
        .isInstanceOf(Verdict.Block.class);
  }

  @Test
  void aRequestWithoutSuchToolsIsNotChanged() {
    assertThat(check(lists(null, List.of("other")), prompt(TOOLS), ANYONE))
        .isEqualTo(Verdict.ALLOW);
  }

  @Test
  void theHistoryOfBlockedCallsStays() {
    Prompt prompt = called("drop");

    Verdict.OnPrompt verdict = check(lists(null, List.of("drop")), prompt, ANYONE);

    assertThat(((Verdict.Change) verdict).prompt().body().path("messages"))
        .isEqualTo(prompt.body().path("messages"));
    assertThat(((Verdict.Change) verdict).label()).isEqualTo("TOOL");
    assertThat(((Verdict.Change) verdict).count()).isEqualTo(1);
  }

  @Test
  void aChoiceOfADroppedToolIsBlocked() {
    Prompt prompt =
        prompt(TOOLS + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"drop\"}}");

    Verdict.OnPrompt verdict = check(lists(null, List.of("drop")), prompt, ANYONE);

    assertThat(verdict).isInstanceOf(Verdict.Block.class);
    assertThat(((Verdict.Block) verdict).message()).contains("tool_choice").doesNotContain("drop ");
  }

  @Test
  void theActionsOfASessionAreCountedOverItsHistoryAndTheAnswer() {
    ToolCheck.Calls calls = open(limits(3, null, null), called("read", "drop"), ANYONE);

    assertThat(calls.called("read")).isEqualTo(Verdict.ALLOW);
    assertThat(calls.called("read"))
        .isInstanceOf(Verdict.Block.class)
        .extracting(verdict -> ((Verdict.Block) verdict).reason())
        .isEqualTo("agent_firewall.limit");
  }

  @Test
  void aSpentSessionIsOfferedNoTools() {
    assertThat(left(check(limits(2, null, null), called("read", "drop"), ANYONE))).isEmpty();
    assertThat(check(limits(3, null, null), called("read", "drop"), ANYONE))
        .isEqualTo(Verdict.ALLOW);
  }

  @Test
  void aSessionThatTheProviderKeepsCannotBeCounted() {
    Verdict.OnPrompt verdict =
        check(limits(9, null, null), prompt("\"previous_response_id\":\"resp_1\""), ANYONE);

    assertThat(verdict).isInstanceOf(Verdict.Block.class);
    assertThat(((Verdict.Block) verdict).reason()).isEqualTo("agent_firewall.session_hidden");
    assertThat(check(lists(null, List.of("x")), prompt("\"conversation\":\"c\""), ANYONE))
        .isEqualTo(Verdict.ALLOW);
  }

  @Test
  void rateLimitsCountEachToolAndTheDefaultTheOthers() {
    Config config = limits(null, Map.of("drop", 1, "default", 2), null);
    ToolCheck.Calls calls = open(config, called("read"), ANYONE);

    assertThat(calls.called("drop")).isEqualTo(Verdict.ALLOW);
    assertThat(calls.called("drop")).isInstanceOf(Verdict.Block.class);
    assertThat(calls.called("read")).isEqualTo(Verdict.ALLOW);
    assertThat(calls.called("read")).isInstanceOf(Verdict.Block.class);
    assertThat(left(check(config, called("drop"), ANYONE))).containsExactly("read");
  }

  @Test
  void callsNearALimitAreFlagged() {
    Monitoring monitoring = new Monitoring(null, null, 50);
    ToolCheck.Calls calls = open(limits(4, null, monitoring), prompt(TOOLS), ANYONE);

    assertThat(calls.called("read")).isEqualTo(Verdict.ALLOW);
    assertThat(calls.called("read")).isEqualTo(new Verdict.Flag("agent_firewall.limit_near"));
  }

  @Test
  void alertsAreLinesOfTheLog() {
    Monitoring monitoring = new Monitoring(true, true, null);
    Config config = new Config(null, List.of("drop"), 1, null, null, null, null, monitoring);
    ToolCheck.Calls calls = open(config, prompt(TOOLS), ANYONE);
    try (Logged log = Logged.of(AgentFirewall.class)) {
      calls.called("drop");
      calls.called("read");
      calls.called("read");

      assertThat(log.lines())
          .containsExactly(
              "policy=agent-firewall alert=denied_action",
              "policy=agent-firewall alert=rate_limit");
    }
  }

  @Test
  void withoutMonitoringNothingIsLogged() {
    try (Logged log = Logged.of(AgentFirewall.class)) {
      open(lists(null, List.of("drop")), prompt(TOOLS), ANYONE).called("drop");

      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void rolesLimitWhatTheirHoldersMayUse() {
    Config config =
        new Config(
            null,
            null,
            null,
            new ByRole(
                Map.of(
                    "reader", new RoleTools(List.of("read"), null),
                    "admin", new RoleTools(null, null))),
            null,
            null,
            null,
            null);
    Caller reader = ANYONE.known("r", Set.of("reader", "unknown"));
    Caller admin = ANYONE.known("a", Set.of("reader", "admin"));

    assertThat(left(check(config, prompt(TOOLS), reader))).containsExactly("read");
    assertThat(check(config, prompt(TOOLS), admin)).isEqualTo(Verdict.ALLOW);
    assertThat(left(check(config, prompt(TOOLS), ANYONE))).isEmpty();
    assertThat(open(config, prompt(TOOLS), reader).called("drop"))
        .isInstanceOf(Verdict.Block.class);
    assertThat(new AgentFirewall().after(config)).isEqualTo("rbac");
    assertThat(new AgentFirewall().after(lists(List.of("x"), null))).isNull();
  }

  @Test
  void whatCannotActIsRefusedWithTheReason() {
    refused(() -> new TransactionLimits(1.0, null, null), "max_single_transaction: cannot act");
    refused(() -> new TransactionLimits(null, 1.0, null), "max_daily_total: cannot act");
    refused(() -> new TransactionLimits(null, null, 1.0), "require_approval_above: cannot act");
    refused(() -> new KillSwitches(1, null, null), "max_errors_before_halt: cannot act");
    refused(() -> new KillSwitches(null, true, null), "halt_on_pii_in_action: cannot act");
    refused(() -> new KillSwitches(null, null, true), "halt_on_suspicious_pattern: cannot act");
    refused(() -> new Monitoring(null, null, 0), "alert_threshold_percent: must be");
    refused(() -> limits(-1, null, null), "max_actions_per_session: must not");
    refused(() -> limits(null, Map.of("read", -1), null), "rate_limits.read: must not");
    refused(() -> limits(null, null, new Monitoring(null, true, null)), "monitoring: without");
    refused(() -> lists(List.of(), null), "allowed_tools: an empty list");
    refused(() -> lists(null, List.of()), "blocked_tools: an empty list");
    refused(() -> new RoleTools(null, List.of("")), "denied[0]: a name has");
  }

  private static void refused(Runnable config, String message) {
    assertThatThrownBy(config::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void switchesThatAreOffAreNoObjection() {
    assertThat(new KillSwitches(null, false, false).haltOnPiiInAction()).isFalse();
  }

  @Test
  void aFirewallWithoutAnyLimitIsWarnedOf() {
    assertThat(new AgentFirewall().warnings(lists(null, null)))
        .singleElement()
        .asString()
        .startsWith("no tool is limited");
    assertThat(new AgentFirewall().warnings(lists(List.of("x"), null))).isEmpty();
  }

  @Test
  void limitsThatAnotherOneOverrulesAreWarnedOf() {
    assertThat(new AgentFirewall().warnings(lists(List.of("read", "write"), List.of("write"))))
        .containsExactly("allowed_tools[1]: has no effect, blocked_tools has it and wins");
    assertThat(new AgentFirewall().warnings(lists(List.of("code_*"), List.of("*"))))
        .containsExactly("allowed_tools: blocked_tools has all of them, and wins: none is left");
    assertThat(new AgentFirewall().warnings(lists(List.of("read"), List.of("drop_*"))))
        .containsExactly("blocked_tools[0]: has no effect, allowed_tools leaves it out");
    assertThat(new AgentFirewall().warnings(lists(List.of("db.*", "db."), List.of("drop", "db"))))
        .isEmpty();
    assertThat(new AgentFirewall().warnings(lists(List.of("db.", "db.drop"), List.of("db"))))
        .isEmpty();
  }

  @Test
  void countsThatAreNeverReachedAreWarnedOf() {
    assertThat(warnings(0, Map.of("read", 1)))
        .containsExactly(
            "max_actions_per_session: 0 lets no tool be called: the rest has no effect");
    assertThat(warnings(3, Map.of("read", 3)))
        .containsExactly("rate_limits: `read`: is never reached before max_actions_per_session");
    assertThat(warnings(3, Map.of("code_*", 1)))
        .containsExactly("rate_limits: `code_*`: a limit goes by an exact name or `default`");
    assertThat(warnings(3, Map.of())).containsExactly("rate_limits: names no tool");
    assertThat(warnings(null, Map.of()))
        .singleElement()
        .asString()
        .startsWith("no tool is limited");
    assertThat(warnings(3, Map.of("read", 2, "default", 1))).isEmpty();
  }

  @Test
  void toolsWithoutRolesAreWarnedOf() {
    List<String> read = List.of("read");
    AgentFirewall kind = new AgentFirewall();

    assertThat(kind.warnings(byRole(read, new AgentFirewall.ByRole(null))))
        .containsExactly("tools: has no effect without roles");
    assertThat(kind.warnings(byRole(read, new AgentFirewall.ByRole(Map.of()))))
        .containsExactly("tools.roles: names no role, so that nobody may use a tool");
  }

  private static Config byRole(List<String> allowed, AgentFirewall.ByRole tools) {
    return new Config(allowed, null, null, tools, null, null, null, null);
  }

  private static List<String> warnings(@Nullable Integer most, Map<String, Integer> rates) {
    return new AgentFirewall()
        .warnings(new Config(null, null, most, null, rates, null, null, null));
  }
}
