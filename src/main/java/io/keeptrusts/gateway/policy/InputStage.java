package io.keeptrusts.gateway.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.PromptTexts;
import io.keeptrusts.gateway.policy.text.Hit;
import io.keeptrusts.gateway.policy.text.TextRules;
import java.util.concurrent.CancellationException;

/**
 * Neighbouring text policies over every text of a request: the same rules and checks as on an
 * answer.
 */
record InputStage(TextRules rules) {

  /**
   * A worker whose time is over is interrupted, and stops between two texts.
   *
   * @throws io.keeptrusts.gateway.exchange.GatewayException if a policy blocks the request
   */
  @SuppressWarnings("ReferenceEquality") // the same body means: nothing changed
  Prompt apply(Prompt prompt, Happenings happenings) {
    WholeText whole = new WholeText(rules);
    ObjectNode body =
        PromptTexts.map(
            prompt.body(),
            (kind, text) -> {
              if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("the time of this check is over");
              }
              char[] chars = text.toCharArray();
              String masked =
                  switch (kind) {
                    case TEXT, NAME -> whole.apply(chars, chars.length, happenings);
                    case ARGUMENTS -> whole.applyArguments(chars, chars.length, happenings);
                  };
              Hit hit = whole.hit();
              if (hit != null) {
                throw Blocks.of(hit, true).exception();
              }
              if (masked == null) {
                return text;
              }
              if (kind == PromptTexts.Kind.NAME) {
                // A name that is rewritten would call something else: the request cannot be served.
                throw Blocks.input(whole.policy()).exception();
              }
              return masked;
            });
    return body == prompt.body() ? prompt : prompt.with(body);
  }
}
