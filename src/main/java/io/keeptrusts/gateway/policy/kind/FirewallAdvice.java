package io.keeptrusts.gateway.policy.kind;

import io.keeptrusts.gateway.policy.kind.AgentFirewall.Config;
import io.keeptrusts.gateway.policy.kind.AgentFirewall.RoleTools;
import io.keeptrusts.gateway.policy.kind.tools.ToolRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which settings of {@link AgentFirewall} do less than they seem to, and why. */
final class FirewallAdvice {
  private FirewallAdvice() {}

  static List<String> warnings(Config config) {
    Map<String, Integer> rates = config.rateLimits() == null ? Map.of() : config.rateLimits();
    Map<String, RoleTools> roles = config.tools() == null ? null : config.tools().roles();
    Integer most = config.maxActionsPerSession();
    boolean lists = config.allowedTools() != null || config.blockedTools() != null;
    if (!lists && most == null && rates.isEmpty() && roles == null) {
      return List.of("no tool is limited: add allowed_tools, blocked_tools or tools.roles");
    }
    List<String> warnings =
        new ArrayList<>(
            ToolRules.warnings(
                "allowed_tools", config.allowedTools(), "blocked_tools", config.blockedTools()));
    if (config.tools() != null && roles == null) {
      warnings.add("tools: has no effect without roles");
    }
    if (roles != null && roles.isEmpty()) {
      warnings.add("tools.roles: names no role, so that nobody may use a tool");
    }
    if (roles != null) {
      roles.forEach(
          (role, tools) -> {
            String key = "tools.roles." + role;
            warnings.addAll(
                ToolRules.warnings(
                    key + ".allowed", tools.allowed(), key + ".denied", tools.denied()));
          });
    }
    if (most != null && most == 0 && (lists || roles != null || !rates.isEmpty())) {
      warnings.add("max_actions_per_session: 0 lets no tool be called: the rest has no effect");
    } else {
      rates(config, rates, warnings);
    }
    return List.copyOf(warnings);
  }

  private static void rates(Config config, Map<String, Integer> rates, List<String> warnings) {
    ToolRules rules =
        ToolRules.of(
            "allowed_tools", config.allowedTools(), "blocked_tools", config.blockedTools());
    Integer most = config.maxActionsPerSession();
    if (config.rateLimits() != null && rates.isEmpty()) {
      warnings.add("rate_limits: names no tool");
    }
    rates.forEach(
        (tool, limit) -> {
          if (tool.contains("*")) {
            warnings.add("rate_limits: `" + tool + "`: a limit goes by an exact name or `default`");
          } else if (!tool.equals("default") && !rules.permit(tool)) {
            warnings.add("rate_limits: `" + tool + "`: has no effect, the tool is not allowed");
          } else if (most != null && limit >= most) {
            warnings.add(
                "rate_limits: `" + tool + "`: is never reached before max_actions_per_session");
          }
        });
  }
}
