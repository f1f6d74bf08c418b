package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Verdict;

/** Decides which tools a model may call. Thread-safe. */
@FunctionalInterface
public interface ToolCheck {

  /** Opens the check of one answer; on the event loop, so it must be fast. */
  Calls open(Prompt prompt, Caller caller);

  /** The calls of one answer. One event loop; must be fast. */
  @FunctionalInterface
  interface Calls {
    /**
     * Called once for each call, in order, before anything of it is delivered.
     *
     * @param name the whole name: of a function; the type of a tool that the provider runs, such as
     *     {@code web_search}; {@code <server_label>.<tool>} of an MCP server's
     */
    Verdict.OnCall called(String name);
  }
}
