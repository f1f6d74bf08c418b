package io.keeptrusts.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.GatewayError;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.PromptTexts;
import io.keeptrusts.gateway.provider.Protocol;
import io.keeptrusts.gateway.provider.Target;

/**
 * How clients speak OpenAI's Responses API: passed through to providers that speak it, bridged to
 * others. Stateless.
 */
public final class Responses implements Dialect {
  @Override
  public Prompt read(byte[] body) {
    ObjectNode root = RequestBody.parse(body);
    String model = RequestBody.string(root, "model");
    if (RequestBody.flag(root, "background")) {
      throw GatewayError.invalid(
              "background must be false: such an answer would be fetched past the policies. Use stream instead.",
              "background")
          .exception();
    }
    JsonNode input = root.path("input");
    if (input.isArray()) {
      for (int i = 0; i < input.size(); i++) {
        item(input.get(i), "input[" + i + "]");
      }
      BridgeThinking.unpack(input);
    } else if (!input.isTextual() && !(absent(input) && continues(root))) {
      throw GatewayError.invalid(
              absent(input) ? "input is missing." : "input must be a string or a list of items.",
              "input")
          .exception();
    }
    return new Prompt(
        model, RequestBody.flag(root, "stream"), true, root, PromptTexts.segments(root));
  }

  private static boolean absent(JsonNode input) {
    return input.isMissingNode() || input.isNull();
  }

  /** What is asked stands at the provider. */
  private static boolean continues(ObjectNode root) {
    return root.hasNonNull("prompt")
        || root.hasNonNull("previous_response_id")
        || root.hasNonNull("conversation");
  }

  private static void item(JsonNode item, String at) {
    if (!item.isObject()) {
      throw GatewayError.invalid(at + " must be an object with a role or a type.", at).exception();
    }
    String key = item.has("role") ? "role" : "type";
    if (!item.path(key).isTextual()) {
      throw GatewayError.invalid(
              at
                  + "."
                  + key
                  + " must be a string such as \""
                  + (key.equals("role") ? "user" : "message")
                  + "\".",
              at + "." + key)
          .exception();
    }
  }

  @Override
  public void refuseUncheckable(Prompt prompt) {
    RequestBody.refuseSound(prompt.body());
  }

  @Override
  public Plan plan(Target target, Prompt prompt) {
    Protocol own = target.vendor().responses();
    // An operator's own path leads to chat completions.
    if (own == null || target.pathTemplate() != null) {
      return ResponsesBridge.plan(target, prompt);
    }
    Prompt asked =
        BridgeThinking.isPacked(prompt.body())
            ? prompt.with(BridgeThinking.without(prompt.body()))
            : prompt;
    return new Plan(own, asked, prompt.stream() ? new ResponsesVoice() : new WholeVoice());
  }

  @Override
  public Plan own(Protocol chat, Prompt prompt) {
    return new Plan(chat, prompt, ResponsesBridge.voice(prompt));
  }
}
