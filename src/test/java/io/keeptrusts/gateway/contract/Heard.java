package io.keeptrusts.gateway.contract;

import io.keeptrusts.gateway.contract.Answer.Call;
import io.keeptrusts.gateway.contract.Answer.Refusal;
import io.keeptrusts.gateway.contract.Answer.Text;
import io.keeptrusts.gateway.contract.Answer.Thought;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client made of an answer.
 *
 * @param end null: it did not end, or failed
 * @param counts null: not told
 */
record Heard(
    String text,
    String thought,
    String refusal,
    List<Called> calls,
    Answer.@Nullable End end,
    Answer.@Nullable Counts counts) {

  /**
   * @param arguments as compact JSON
   */
  record Called(String id, String name, String arguments) {
    Called {
      arguments = Json.read(arguments).toString();
    }
  }

  /** What should be heard of an answer. */
  static Heard of(Answer answer, Speaks by) {
    StringBuilder text = new StringBuilder();
    StringBuilder thought = new StringBuilder();
    StringBuilder refusal = new StringBuilder();
    List<Called> calls = new ArrayList<>();
    for (Answer.Part part : answer.parts()) {
      switch (part) {
        case Text(List<String> pieces) -> text.append(String.join("", pieces));
        case Thought(List<String> pieces, String _) -> thought.append(String.join("", pieces));
        case Refusal(List<String> pieces) -> refusal.append(String.join("", pieces));
        case Call call -> calls.add(new Called(call.id(), call.name(), call.arguments()));
      }
    }
    return new Heard(
        text.toString(),
        thought.toString(),
        refusal.toString(),
        calls,
        refusal.isEmpty() ? answer.end() : by.refused(),
        counted(answer.counts()));
  }

  /** A count that a provider does not have is none. */
  private static Answer.Counts counted(Answer.Counts counts) {
    return new Answer.Counts(
        counts.prompt(),
        counts.completion(),
        counts.cached() == null ? 0 : counts.cached(),
        counts.reasoning() == null ? 0 : counts.reasoning());
  }
}
