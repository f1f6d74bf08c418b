package io.keeptrusts.gateway.exchange;

/**
 * What a client will concatenate: one text field of a choice, or the arguments of one tool call. One object per channel and
 * stream, so that identity is equality.
 *
 * @param ordinal dense from 0 within the stream, in order of first appearance
 * @param choice the choice it belongs to
 * @param path where it stands in the delta: {@code content}, {@code tool_calls[1].function.arguments}
 * @param arguments true if the text is JSON written by the model
 */
public record Channel(int ordinal, int choice, String path, boolean arguments) {

  /** The channel's name in the trail. */
  public String label() {
    return choice + "/" + path;
  }
}
