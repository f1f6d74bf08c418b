package io.keeptrusts.gateway.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.PromptTexts;
import io.keeptrusts.gateway.provider.Target;

/** The Responses API over a provider that speaks chat completions. */
final class ResponsesBridge {
  private ResponsesBridge() {}

  /**
   * @throws io.keeptrusts.gateway.exchange.GatewayException 422 that names what the bridge cannot
   *     carry
   */
  static Dialect.Plan plan(Target target, Prompt prompt) {
    ObjectNode chat = BridgeRequest.toChat(prompt.body());
    Prompt asked =
        new Prompt(
            prompt.model(), prompt.stream(), prompt.stream(), chat, PromptTexts.segments(chat));
    return new Dialect.Plan(target.vendor().protocol(), asked, voice(prompt));
  }

  /** Tells a chat completion as a response. */
  static Voice voice(Prompt prompt) {
    return prompt.stream() ? new BridgeVoice(prompt) : new BridgeWhole(prompt);
  }
}
