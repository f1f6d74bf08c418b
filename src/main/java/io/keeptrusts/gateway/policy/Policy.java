package io.keeptrusts.gateway.policy;

import io.keeptrusts.gateway.audit.AuditSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A policy of a pack, compiled. Immutable, shared by all exchanges, never blocks. Each part is a
 * place in the walk where the policy acts; empty or null where it does not. Made from {@link #of}
 * by naming the parts it has.
 *
 * @param kind the kind's name, used in errors, metrics and the trail
 * @param input rules over every text of a request
 * @param prompt a look at the request as a whole
 * @param output rules over every text of an answer
 * @param answer a look at the answer as a whole; the stream is held for it
 * @param tools decides which tools the model may call
 * @param audit set by the kind that keeps the trail
 */
public record Policy(
    String kind,
    List<TextRule> input,
    @Nullable PromptCheck prompt,
    List<TextRule> output,
    @Nullable AnswerCheck answer,
    @Nullable ToolCheck tools,
    @Nullable AuditSettings audit) {

  public Policy {
    input = List.copyOf(input);
    output = List.copyOf(output);
  }

  /** A policy that does nothing yet. */
  public static Policy of(String kind) {
    return new Policy(kind, List.of(), null, List.of(), null, null, null);
  }

  public Policy withInput(List<TextRule> rules) {
    return new Policy(kind, rules, prompt, output, answer, tools, audit);
  }

  public Policy withPrompt(@Nullable PromptCheck check) {
    return new Policy(kind, input, check, output, answer, tools, audit);
  }

  public Policy withOutput(List<TextRule> rules) {
    return new Policy(kind, input, prompt, rules, answer, tools, audit);
  }

  public Policy withAnswer(@Nullable AnswerCheck check) {
    return new Policy(kind, input, prompt, output, check, tools, audit);
  }

  public Policy withTools(@Nullable ToolCheck check) {
    return new Policy(kind, input, prompt, output, answer, check, audit);
  }

  public Policy withAudit(AuditSettings settings) {
    return new Policy(kind, input, prompt, output, answer, tools, settings);
  }
}
