package io.keeptrusts.gateway.exchange;

/**
 * What a client will concatenate: one text field of a choice, one part of an output item, or the
 * arguments of one tool call. One object per channel and stream, so that identity is equality.
 *
 * @param ordinal dense from 0 within the stream, in order of first appearance
 * @param choice the choice it belongs to
 * @param ending channels with the same number end together: see {@link Frame#finish}
 * @param path where it stands in the answer: {@code content}, {@code
 *     tool_calls[1].function.arguments}
 * @param kind what it is to a policy that looks at the whole answer
 * @param arguments true if the text is JSON written by the model
 * @param label its name in the trail: choice and path
 */
public record Channel(
    int ordinal, int choice, int ending, String path, Kind kind, boolean arguments, String label) {

  public Channel(int ordinal, int choice, int ending, String path, Kind kind, boolean arguments) {
    this(ordinal, choice, ending, path, kind, arguments, choice + "/" + path);
  }

  /** What a channel is to a policy that looks at the whole answer. */
  public enum Kind {
    /** What the user reads. */
    ANSWER,
    REFUSAL,
    /** What the model hands to a tool of the client. */
    CALL,
    /** Reasoning, and whatever else a provider streams. */
    OTHER
  }
}
