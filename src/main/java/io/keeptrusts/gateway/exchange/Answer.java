package io.keeptrusts.gateway.exchange;

import java.util.List;

/** A whole answer, assembled for policies that must see all of it. */
public record Answer(List<Choice> choices) {

  public Answer {
    choices = List.copyOf(choices);
  }

  /**
   * @param content the text the user reads, empty if there is none
   * @param toolCalls how many tools the model calls
   * @param finish why it ended, in the words of chat completions ({@code stop}, {@code length},
   *     ...); empty where the provider did not say
   */
  public record Choice(
      int index, String content, String reasoning, String refusal, int toolCalls, String finish) {

    public Choice(int index, String content, String reasoning, String refusal, int toolCalls) {
      this(index, content, reasoning, refusal, toolCalls, "");
    }
  }
}
