package io.keeptrusts.gateway.exchange;

/**
 * A tool call that a frame speaks of, so that a policy can decide about it before anything of it
 * leaves.
 *
 * @param choice the choice it belongs to
 * @param index tells it apart from the other calls of its choice
 * @param name what the frame says of its name, empty if nothing. Tools that a provider runs go by
 *     their type without {@code _call}, those of an MCP server by {@code <server_label>.<tool>}
 * @param part how much of the name that is
 */
public record ToolCall(int choice, int index, String name, Part part) {

  /** How much of a name stands in a frame. */
  public enum Part {
    /** A piece, or nothing; more may follow. */
    PIECE,
    /** The last piece, or nothing; the arguments have begun. */
    LAST,
    /** All of it. */
    WHOLE,
    /** All of it, at the end of a stream that has told the call before. */
    AGAIN
  }
}
