package io.keeptrusts.gateway.dialect;

import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.provider.Protocol;
import io.keeptrusts.gateway.provider.Target;
import io.keeptrusts.gateway.provider.Task;

/** How the clients of one endpoint speak. Stateless. */
public interface Dialect {

  /** What targets are asked to do for it. */
  default Task task() {
    return Task.CHAT;
  }

  /**
   * Reads a request body. Only what the gateway itself needs is checked; the rest is the provider's
   * business.
   *
   * @throws io.keeptrusts.gateway.exchange.GatewayException 422 that says which field is wrong
   */
  Prompt read(byte[] body);

  /**
   * Refuses what input policies could not read; asked only where the pack has some.
   *
   * @throws io.keeptrusts.gateway.exchange.GatewayException 422 that names the field
   */
  default void refuseUnreadable(Prompt prompt) {}

  /**
   * Refuses what could not be checked on its way out; asked only where the pack has output
   * policies.
   *
   * @throws io.keeptrusts.gateway.exchange.GatewayException 422 that names the field
   */
  void refuseUncheckable(Prompt prompt);

  /**
   * How a target that can do the {@link #task()} is asked, and how its answer is told to the
   * client.
   *
   * @throws io.keeptrusts.gateway.exchange.GatewayException 422 with the field's name for what this
   *     target cannot do
   */
  Plan plan(Target target, Prompt prompt);

  /**
   * How an answer of the gateway's own is told, where answers are texts; its protocol asks nobody.
   */
  default Plan own(Protocol chat, Prompt prompt) {
    throw new IllegalStateException("no text can stand in the place of this answer");
  }

  /**
   * One attempt at a target.
   *
   * @param prompt the request in the words of the protocol's own dialect
   */
  record Plan(Protocol protocol, Prompt prompt, Voice voice) {}
}
