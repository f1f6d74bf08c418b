package io.keeptrusts.gateway.laws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.laws.Walls.Delivered;
import io.keeptrusts.gateway.laws.Walls.Wall;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.kind.AgentFirewall;
import io.keeptrusts.gateway.testing.Splits;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * However a stream is cut and its calls are mixed: of a forbidden call nothing leaves, all else
 * leaves as it came, the calls of a choice in their order.
 */
class ToolCallsTest {
  private static final int CASES = 1500 * SplitInvarianceTest.FACTOR;
  private static final List<String> PERMITTED =
      List.of("read_file", "get_weather", "search", "del");
  private static final String FORBIDDEN = "delete_everything";

  /** One chunk: whose call it speaks of, -1 for plain text, -2 for an end. */
  private record Chunk(int choice, int call, String json) {}

  /** A stream of several choices whose calls come in turns. */
  private static final class Script {
    private final Random random;
    private final List<Chunk> chunks = new ArrayList<>();

    /** The choice and call that is forbidden; -1 for none. */
    private int badChoice = -1;

    private int badCall = -1;

    Script(long seed, boolean bad) {
      random = new Random(seed);
      int choices = 1 + random.nextInt(3);
      List<List<Chunk>> lanes = new ArrayList<>();
      List<List<Chunk>> ends = new ArrayList<>();
      int calls = 1 + random.nextInt(3);
      if (bad) {
        badChoice = random.nextInt(choices);
        badCall = random.nextInt(calls);
      }
      for (int choice = 0; choice < choices; choice++) {
        List<Chunk> text = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          text.add(chunk(choice, -1, "{\"content\":\"word" + choice + i + " \"}"));
        }
        lanes.add(text);
        List<List<Chunk>> own = new ArrayList<>();
        for (int call = 0; call < calls; call++) {
          own.add(call(choice, call));
        }
        if (random.nextBoolean()) {
          lanes.add(own.stream().flatMap(List::stream).toList());
        } else {
          lanes.addAll(own); // pieces of parallel calls, mixed
        }
        ends.add(List.of(end(choice)));
      }
      mix(lanes);
      mix(ends);
    }

    private List<Chunk> call(int choice, int call) {
      boolean bad = choice == badChoice && call == badCall;
      String name = bad ? FORBIDDEN : PERMITTED.get(random.nextInt(PERMITTED.size()));
      String tag = bad ? "evil" : "good";
      List<Chunk> pieces = new ArrayList<>();
      List<String> names = Splits.of(name, Splits.random(random.nextInt(), name.length()));
      boolean idApart = random.nextInt(3) == 0;
      String id = "\"id\":\"call_" + tag + choice + call + "\",\"type\":\"function\"";
      if (idApart) {
        pieces.add(piece(choice, call, id));
      }
      boolean first = true;
      for (String part : names) {
        String function =
            "\"function\":{\"name\":\""
                + part
                + "\""
                + (random.nextBoolean() ? ",\"arguments\":\"\"}" : "}");
        pieces.add(piece(choice, call, first && !idApart ? id + "," + function : function));
        first = false;
      }
      for (int i = random.nextInt(4); i > 0; i--) {
        pieces.add(
            piece(choice, call, "\"function\":{\"arguments\":\"" + tag + "-argument " + i + "\"}"));
      }
      return pieces;
    }

    private static Chunk piece(int choice, int call, String members) {
      return chunk(choice, call, "{\"tool_calls\":[{\"index\":" + call + "," + members + "}]}");
    }

    private static Chunk chunk(int choice, int call, String delta) {
      return new Chunk(
          choice,
          call,
          "{\"id\":\"c\",\"choices\":[{\"index\":"
              + choice
              + ",\"delta\":"
              + delta
              + ",\"finish_reason\":null}]}");
    }

    private static Chunk end(int choice) {
      return new Chunk(
          choice,
          -2,
          "{\"id\":\"c\",\"choices\":[{\"index\":"
              + choice
              + ",\"delta\":{},\"finish_reason\":\"tool_calls\"}]}");
    }

    private void mix(List<List<Chunk>> lanes) {
      int[] at = new int[lanes.size()];
      int left = lanes.stream().mapToInt(List::size).sum();
      while (left > 0) {
        int lane = random.nextInt(lanes.size());
        if (at[lane] < lanes.get(lane).size()) {
          chunks.add(lanes.get(lane).get(at[lane]++));
          left--;
        }
      }
    }

    List<byte[]> reads() {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      chunks.forEach(chunk -> body.writeBytes(("data: " + chunk.json() + "\n\n").getBytes(UTF_8)));
      body.writeBytes("data: [DONE]\n\n".getBytes(UTF_8));
      return Splits.of(body.toByteArray(), Splits.random(random.nextInt(), body.size()));
    }

    boolean isBad(Chunk chunk) {
      return chunk.choice() == badChoice && chunk.call() == badCall;
    }
  }

  static Policy firewall() {
    return new AgentFirewall()
        .compile(new AgentFirewall.Config(PERMITTED, null, null, null, null, null, null, null));
  }

  private static List<String> texts(Delivered delivered) {
    return delivered.frames().stream().map(frame -> new String(frame, UTF_8)).toList();
  }

  @Test
  void permittedCallsLeaveAsTheyCame() {
    Wall wall = Walls.rules(firewall()).wall();
    for (int seed = 0; seed < CASES; seed++) {
      Script script = new Script(seed, false);

      Delivered delivered = Walls.run(wall, true, script.reads());

      List<String> out = texts(delivered);
      assertThat(delivered.error()).as("seed %d", seed).isNull();
      assertThat(delivered.ended()).isTrue();
      assertThat(out)
          .as("seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(script.chunks.stream().map(Chunk::json).toList());
      for (int choice = 0; choice < 3; choice++) {
        int of = choice;
        assertThat(out.stream().filter(json -> isCall(json, of)).toList())
            .as("calls of choice %d, seed %d", choice, seed)
            .isEqualTo(sent(script, chunk -> chunk.choice() == of && chunk.call() >= 0));
        assertThat(out.stream().filter(json -> isText(json, of)).toList())
            .as("text of choice %d, seed %d", choice, seed)
            .isEqualTo(sent(script, chunk -> chunk.choice() == of && chunk.call() == -1));
        assertThat(endsLast(out, of)).as("end of choice %d, seed %d", choice, seed).isTrue();
      }
    }
  }

  @Test
  void ofAForbiddenCallNothingLeaves() {
    Wall wall = Walls.rules(firewall(), Walls.pii(), Walls.dlp()).wall();
    for (int seed = 0; seed < CASES; seed++) {
      Script script = new Script(1_000_000 + seed, true);

      Delivered delivered = Walls.run(wall, true, script.reads());

      List<String> out = texts(delivered);
      assertThat(delivered.error()).as("seed %d", seed).isNotNull();
      assertThat(delivered.error().code()).isEqualTo("tool_forbidden");
      assertThat(delivered.error().policy()).isEqualTo("agent-firewall");
      assertThat(delivered.error().status()).isEqualTo(409);
      assertThat(out).as("seed %d", seed).noneMatch(json -> json.contains("evil"));
      List<String> bad = sent(script, script::isBad);
      assertThat(out).as("seed %d", seed).noneMatch(bad::contains);
    }
  }

  @Test
  void permittedCallsBeforeAForbiddenOneStay() {
    Wall wall = Walls.rules(firewall()).wall();
    int delivered = 0;
    for (int seed = 0; seed < CASES; seed++) {
      Script script = new Script(2_000_000 + seed, true);
      int begins = 0;
      while (!script.isBad(script.chunks.get(begins))) {
        begins++;
      }
      List<Chunk> before = script.chunks.subList(0, begins);

      List<String> out = texts(Walls.run(wall, true, script.reads()));

      // What waits for a name of its own choice may wait when the answer ends; what is argued does
      // not.
      List<String> certain = new ArrayList<>();
      for (int choice = 0; choice < 3; choice++) {
        int of = choice;
        List<Chunk> own = before.stream().filter(c -> c.choice() == of && c.call() >= 0).toList();
        boolean settled =
            own.stream()
                .allMatch(
                    c ->
                        own.stream()
                            .anyMatch(
                                later ->
                                    later.call() == c.call()
                                        && later.json().contains("good-argument")));
        if (settled) {
          own.forEach(c -> certain.add(c.json()));
        }
        before.stream()
            .filter(c -> c.choice() == of && c.call() == -1)
            .forEach(c -> certain.add(c.json()));
      }
      assertThat(out).as("seed %d", seed).containsAll(certain);
      delivered += certain.size();
    }
    assertThat(delivered).isGreaterThan(CASES); // the law is not empty
  }

  @Test
  void aNameThatCannotBeForbiddenAnyMoreIsNotHeld() {
    Wall wall = Walls.rules(firewall()).wall();
    String call =
        "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"function\":{\"name\":\"search\",\"arguments\":\"{\"}}]},\"finish_reason\":null}]}";

    Delivered delivered =
        Walls.run(wall, true, List.of(("data: " + call + "\n\n").getBytes(UTF_8)));

    assertThat(texts(delivered)).contains(call);
  }

  @Test
  void aNameThatNeverEndsIsNotHeldForEver() {
    Wall wall = Walls.rules(firewall()).wall();
    String call =
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,%s}]},\"finish_reason\":null}]}\n\n";
    String id = call.formatted("\"id\":\"call_1\"");
    String piece = call.formatted("\"function\":{\"name\":\"aaaaaaaa\"}");

    Delivered silent = Walls.run(wall, true, List.of(id.repeat(2000).getBytes(UTF_8)));
    Delivered endless = Walls.run(wall, true, List.of(piece.repeat(200).getBytes(UTF_8)));

    assertThat(silent.error().code()).isEqualTo("output_blocked");
    assertThat(endless.error().code()).isEqualTo("tool_forbidden");
    assertThat(silent.frames()).isEmpty();
    assertThat(endless.frames()).isEmpty();
  }

  private static List<String> sent(Script script, java.util.function.Predicate<Chunk> which) {
    return script.chunks.stream().filter(which).map(Chunk::json).toList();
  }

  private static boolean isCall(String json, int choice) {
    return json.contains("[{\"index\":" + choice + ",\"delta\":{\"tool_calls\"");
  }

  private static boolean isText(String json, int choice) {
    return json.contains("[{\"index\":" + choice + ",\"delta\":{\"content\"");
  }

  private static boolean endsLast(List<String> out, int choice) {
    String mark = "[{\"index\":" + choice + ",";
    List<String> own = out.stream().filter(json -> json.contains(mark + "\"delta\"")).toList();
    return own.isEmpty() || own.getLast().contains("\"finish_reason\":\"tool_calls\"");
  }
}
