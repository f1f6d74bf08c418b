package io.keeptrusts.gateway.policy.kind.tools;

/** Says which tools may be offered and called. */
public interface Permits {

  /** Whether the tool of this name may be used; see {@link ToolRules} for what a name is. */
  boolean permit(String name);

  /** Whether a whole MCP server may be used, whatever tools it has. */
  boolean permitAll(String label);
}
