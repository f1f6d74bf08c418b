package io.keeptrusts.gateway.laws;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a model says, before anyone cuts it.
 *
 * @param lines the channels, in no order
 * @param note an unknown string beside the choices
 * @param title of an annotation of choice 0; empty for none
 * @param parts content is spelt as a list of parts
 * @param logprobs the content comes with logprobs
 * @param ids the content comes with token ids, one per character; see {@link #ID}
 * @param usage the stream ends with a usage chunk
 */
record Said(
    List<Line> lines,
    String note,
    String title,
    boolean parts,
    boolean logprobs,
    boolean ids,
    boolean usage) {
  /** The token id of a choice's first content character. */
  static final int ID = 7_000_000;

  static final String CONTENT = "content";
  static final String THINKING = "thinking";
  static final String NOTE = "vendor.note";
  static final String FUNCTION = "function_call.arguments";
  static final String NAME = "lookup_weather";

  /**
   * One channel.
   *
   * @param call the tool call it belongs to, or -1
   * @param json whether it is arguments
   * @param plants what was planted and must be masked
   */
  record Line(int choice, String path, int call, boolean json, String text, List<Plant> plants) {
    String key() {
      return choice + "/" + path;
    }

    static String arguments(int call) {
      return "tool_calls[" + call + "].function.arguments";
    }
  }

  /** A secret; {@code from} is its place in the text of a line that is not JSON, else -1. */
  record Plant(String kind, String secret, int from) {}

  Set<Integer> choices() {
    Set<Integer> choices = new TreeSet<>();
    lines.forEach(line -> choices.add(line.choice));
    return choices;
  }

  @Nullable Line line(String key) {
    return lines.stream().filter(line -> line.key().equals(key)).findFirst().orElse(null);
  }

  /** The finish reason of a choice. */
  String finish(int choice) {
    boolean calls = lines.stream().anyMatch(line -> line.choice == choice && line.call >= 0);
    return calls ? "tool_calls" : choice % 2 == 0 ? "stop" : "length";
  }
}
