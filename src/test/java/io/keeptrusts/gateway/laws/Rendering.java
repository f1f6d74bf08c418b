package io.keeptrusts.gateway.laws;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keeptrusts.gateway.laws.Said.Line;
import io.keeptrusts.gateway.testing.Splits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * One way to cut and to write down what was said: into deltas, frames and reads, in the order of a
 * fair coin.
 */
final class Rendering {
  private static final String HEAD =
      "\"id\":\"chatcmpl-lab\",\"object\":\"%s\",\"created\":1700000000,\"model\":\"gpt-4o\",\"system_fingerprint\":\"fp_lab\"";
  private static final String CHUNK = "{" + HEAD.formatted("chat.completion.chunk");
  private static final String ANSWER = "{" + HEAD.formatted("chat.completion");
  private static final String USAGE =
      "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12,\"vendor_cost\":0.5}";

  /** A line on its way out. */
  private static final class Cursor {
    private final Line line;
    private final List<String> pieces;
    private int next;
    private int at;

    private Cursor(Line line, List<String> pieces) {
      this.line = line;
      this.pieces = pieces;
    }

    boolean over() {
      return next == pieces.size();
    }
  }

  private record Piece(Line line, String text, int at, boolean first) {}

  private final Said said;
  private final Random random;
  private final List<String> frames = new ArrayList<>();
  private final Set<Integer> roles = new TreeSet<>();
  private final Set<Integer> finished = new TreeSet<>();
  private final Tokens tokens;
  private boolean noted;
  private boolean titled;

  private Rendering(Said said, Random random) {
    this.said = said;
    this.random = random;
    this.tokens = new Tokens(random);
  }

  /** The events of a stream, without the closing one. */
  static List<String> stream(Said said, Random random) {
    return new Rendering(said, random).stream();
  }

  /** The answer that is not streamed. */
  static String answer(Said said, Random random) {
    return new Rendering(said, random).whole();
  }

  /** The events as reads of a socket. */
  static List<byte[]> reads(List<String> frames, Random random) {
    StringBuilder sse = new StringBuilder();
    String end = random.nextInt(8) == 0 ? "\r\n" : "\n";
    for (String frame : frames) {
      sse.append(random.nextInt(16) == 0 ? ": ping" + end + end : "");
      sse.append(random.nextInt(16) == 0 ? "data:" : "data: ")
          .append(frame)
          .append(end)
          .append(end);
    }
    byte[] bytes = sse.append("data: [DONE]").append(end).append(end).toString().getBytes(UTF_8);
    return switch (random.nextInt(4)) {
      case 0 -> List.of(bytes);
      default -> Splits.of(bytes, Splits.random(random.nextInt(1 << 20), bytes.length));
    };
  }

  private List<String> stream() {
    List<Cursor> cursors = new ArrayList<>();
    for (Line line : said.lines()) {
      cursors.add(new Cursor(line, cut(line)));
    }
    if (random.nextInt(3) == 0) {
      frame(Map.of(), Set.of(), true);
    }
    List<Cursor> open = new ArrayList<>(cursors);
    while (!open.isEmpty()) {
      Map<Integer, List<Piece>> pieces = new LinkedHashMap<>();
      for (int more = random.nextInt(5) == 0 ? 3 : 1; more > 0 && !open.isEmpty(); more--) {
        take(open, pieces);
      }
      Set<Integer> ends = new TreeSet<>();
      for (int choice : said.choices()) {
        boolean over =
            !finished.contains(choice)
                && open.stream().noneMatch(cursor -> cursor.line.choice() == choice);
        if (over && random.nextInt(3) == 0) {
          ends.add(choice);
        }
      }
      finished.addAll(ends);
      frame(pieces, ends, false);
    }
    Set<Integer> ends = new TreeSet<>(said.choices());
    ends.removeAll(finished);
    if (!ends.isEmpty() || !noted || !titled) {
      frame(Map.of(), ends, false);
    }
    if (said.usage()) {
      frames.add(CHUNK + ",\"choices\":[]," + USAGE + "}");
    }
    return frames;
  }

  private void take(List<Cursor> open, Map<Integer, List<Piece>> pieces) {
    Cursor cursor = open.get(random.nextInt(open.size()));
    List<Piece> of = pieces.computeIfAbsent(cursor.line.choice(), choice -> new ArrayList<>());
    if (of.stream().anyMatch(piece -> piece.line().equals(cursor.line))) {
      return;
    }
    String text = cursor.pieces.get(cursor.next);
    of.add(new Piece(cursor.line, text, cursor.at, cursor.next == 0));
    cursor.next++;
    cursor.at += text.length();
    if (cursor.over()) {
      open.remove(cursor);
    }
  }

  private List<String> cut(Line line) {
    String text = line.text();
    int[] cuts =
        switch (random.nextInt(8)) {
          case 0 -> new int[0];
          case 1 -> Splits.every(1 + random.nextInt(3), text.length());
          default -> Splits.every(4 + random.nextInt(24), text.length());
        };
    if (random.nextInt(3) == 0) {
      cuts = Splits.random(random.nextInt(1 << 20), text.length());
    }
    List<String> pieces = new ArrayList<>(Splits.of(text, cuts));
    if (said.logprobs() && line.path().equals(Said.CONTENT)) {
      Tokens.joinPairs(pieces);
    }
    if (random.nextInt(4) == 0) {
      pieces.add(random.nextInt(pieces.size() + 1), "");
    }
    return pieces;
  }

  private void frame(Map<Integer, List<Piece>> pieces, Set<Integer> ends, boolean empty) {
    StringBuilder out = new StringBuilder(256).append(CHUNK).append(",\"choices\":[");
    Set<Integer> choices = new TreeSet<>(pieces.keySet());
    choices.addAll(ends);
    boolean last = pieces.isEmpty() && !empty;
    if (choices.isEmpty() || (last && !titled)) {
      choices.add(0);
    }
    String separator = "";
    for (int choice : choices) {
      out.append(separator);
      boolean annotated = choice == 0 && !titled && !empty && (last || random.nextInt(3) == 0);
      titled |= annotated;
      choice(out, choice, pieces.getOrDefault(choice, List.of()), ends.contains(choice), annotated);
      separator = ",";
    }
    out.append(']');
    if (!noted && !empty && (last || random.nextInt(4) == 0)) {
      noted = true;
      note(out);
    }
    frames.add(out.append(random.nextInt(3) == 0 ? ",\"usage\":null}" : "}").toString());
  }

  private void choice(
      StringBuilder out, int choice, List<Piece> pieces, boolean ends, boolean annotated) {
    out.append("{\"index\":").append(choice).append(",\"delta\":");
    delta(out, choice, pieces, annotated);
    for (Piece piece : pieces) {
      if (piece.line().path().equals(Said.CONTENT) && said.logprobs() && random.nextInt(12) > 0) {
        out.append(",\"logprobs\":{\"content\":").append(tokens.entries(piece.text())).append('}');
      }
      if (piece.line().path().equals(Said.CONTENT) && said.ids()) {
        out.append(",\"token_ids\":[")
            .append(Tokens.ids(piece.at(), piece.text().length()))
            .append(']');
      }
    }
    out.append(random.nextInt(8) == 0 ? ",\"stop_reason\":null" : "");
    out.append(",\"finish_reason\":")
        .append(ends ? '"' + said.finish(choice) + '"' : "null")
        .append('}');
  }

  private void delta(StringBuilder out, int choice, List<Piece> pieces, boolean annotated) {
    List<String> members = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    List<String> calls = new ArrayList<>();
    for (Piece piece : pieces) {
      String text = '"' + Spelt.json(piece.text(), random, random.nextInt(4)) + '"';
      switch (piece.line().path()) {
        case Said.CONTENT ->
            parts.add(said.parts() ? "{\"type\":\"text\",\"text\":" + text + "}" : text);
        case Said.THINKING ->
            parts.add(
                "{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":" + text + "}]}");
        case Said.NOTE -> members.add("\"vendor\":{\"note\":" + text + "}");
        case Said.FUNCTION ->
            members.add("\"function_call\":{" + name(piece) + "\"arguments\":" + text + "}");
        default -> {
          if (piece.line().call() >= 0) {
            calls.add(call(piece, text));
          } else {
            members.add('"' + piece.line().path() + "\":" + text);
          }
        }
      }
    }
    if (!parts.isEmpty()) {
      members.add(
          "\"content\":" + (said.parts() ? "[" + String.join(",", parts) + "]" : parts.getFirst()));
    }
    if (!calls.isEmpty()) {
      members.add("\"tool_calls\":[" + String.join(",", calls) + "]");
    }
    if (roles.add(choice)) {
      members.add(
          "\"role\":\"assistant\""
              + (pieces.isEmpty()
                  ? ",\"content\":" + (random.nextBoolean() ? "\"\"" : "null")
                  : ""));
    }
    if (annotated && !said.title().isEmpty()) {
      members.add(
          "\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{\"start_index\":3,\"title\":\""
              + Spelt.json(said.title(), random, random.nextInt(4))
              + "\"}}]");
    }
    out.append('{').append(String.join(",", members)).append('}');
  }

  private void note(StringBuilder out) {
    if (!said.note().isEmpty()) {
      out.append(",\"provider_note\":\"")
          .append(Spelt.json(said.note(), random, random.nextInt(4)))
          .append("\",\"vendor_ms\":12");
    }
  }

  private static String name(Piece piece) {
    return piece.first() ? "\"name\":\"" + Said.NAME + "\"," : "";
  }

  private static String call(Piece piece, String text) {
    int call = piece.line().call();
    String head = piece.first() ? "\"id\":\"call_lab" + call + "\",\"type\":\"function\"," : "";
    return "{\"index\":"
        + call
        + ","
        + head
        + "\"function\":{"
        + name(piece)
        + "\"arguments\":"
        + text
        + "}}";
  }

  private String whole() {
    StringBuilder out = new StringBuilder(ANSWER).append(",\"choices\":[");
    String separator = "";
    for (int choice : said.choices()) {
      List<Piece> pieces =
          said.lines().stream()
              .filter(line -> line.choice() == choice)
              .map(line -> new Piece(line, line.text(), 0, true))
              .toList();
      StringBuilder one = new StringBuilder();
      choice(one, choice, pieces, true, choice == 0);
      out.append(separator).append(one.toString().replaceFirst("\"delta\":", "\"message\":"));
      separator = ",";
    }
    out.append(']');
    note(out);
    return out.append(',').append(USAGE).append('}').toString();
  }
}
