package io.keeptrusts.gateway.laws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.laws.Said.Line;
import io.keeptrusts.gateway.laws.Said.Plant;
import io.keeptrusts.gateway.policy.text.TextCheck;
import io.keeptrusts.gateway.policy.text.TextRules;
import io.keeptrusts.gateway.testing.FakeUpstream;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Received;
import io.keeptrusts.gateway.testing.Reply;
import io.keeptrusts.gateway.testing.TestGateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * L1 to L3 over the seam of a stream that several targets have said, over real sockets: what is
 * delivered is R applied to what was decided of each part and all of the last, as one text.
 */
class SeamLawsTest {
  private static final int CASES = 150 * SplitInvarianceTest.FACTOR;
  private static final int TARGETS = 3;
  private static final Pattern NUMBER = Pattern.compile("case (\\d+)");
  private static final String BLOCKS =
      "dlp-filter: {detect_patterns: [\"EMP-\\\\d{4,6}\"], blocked_terms: [%s]}"
          .formatted(String.join(", ", Plants.TERMS));

  private final Map<String, Queue<Reply>> replies = new ConcurrentHashMap<>();
  private final Map<String, List<Boolean>> continued = new ConcurrentHashMap<>();
  private final TextRules rules = Walls.rules(Walls.pii(), Walls.dlp()).all();
  private int seams;
  private int refused;

  /** What is told by the words before it, or would be something else without them. */
  private record Words(String before, String behind) {}

  private static final List<Words> ACROSS =
      List.of(
          new Words(", the password is ", "hunter2secret"),
          new Words(". Her passport number: ", "X1234567"),
          new Words(" and his date of birth: ", "12.03.1980"),
          new Words(" no. x9.", "123-45-6789"),
          new Words(" _", "jane.doe@example.com"),
          new Words(" é-", "EMP-12345"));

  /**
   * @param content what the client must have at the end
   * @param whole whether it ends well
   * @param text what that is R of
   * @param asked how many targets are asked
   */
  private record Expected(String content, boolean whole, String text, int asked) {}

  private static String pack(String url) {
    StringBuilder targets = new StringBuilder();
    for (int i = 0; i < TARGETS; i++) {
      targets.append(
          "    - {id: t%d, provider: vllm, model: gpt-4o, base_url: \"%s\"}%n".formatted(i, url));
    }
    return """
        pack: {name: seams, version: 1.0.0}
        providers:
          stream_failure: continue
          circuit_breaker: {failure_threshold: 0}
          targets:
        %spolicies: {chain: [pii-detector, dlp-filter]}
        policy:
          %s
        """
        .formatted(targets, BLOCKS);
  }

  @Test
  void whatArrivesIsWhatTheLawsAllow() {
    try (FakeUpstream upstream = FakeUpstream.start().handle(this::reply);
        TestGateway gateway = TestGateway.start(pack(upstream.baseUrl()));
        RawClient client = RawClient.connect(gateway.url())) {
      for (int seed = 0; seed < CASES; seed++) {
        exchange(client, seed);
      }
    }
    System.out.printf(
        "laws L1 L2 L3 over seams: %d exchanges, %d seams, %d refused, seeds 0-%d%n",
        CASES, seams, refused, CASES - 1);
    assertThat(seams).isGreaterThan(CASES / 4);
  }

  private Reply reply(Received request) {
    var number = NUMBER.matcher(request.text());
    assertThat(number.find()).isTrue();
    continued.get(number.group(1)).add(request.text().contains("continue_final_message"));
    return replies.get(number.group(1)).remove();
  }

  private void exchange(RawClient client, int seed) {
    Talk talk = new Talk(3_000_000 + seed);
    Random random = talk.random();
    List<Line> lines = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    Line line = talk.plain(0, Said.CONTENT);
    lines.add(line);
    String rest = "So: " + line.text();
    String text = "";
    int deaths = 1 + random.nextInt(TARGETS - 1);
    for (int i = 0; i < deaths; i++) {
      int cut = cut(rest, random);
      Words across = random.nextInt(3) == 0 ? talk.pick(ACROSS) : new Words("", "");
      rest = rest.substring(0, cut) + across.before + rest.substring(cut);
      cut += across.before.length();
      parts.add(rest.substring(0, cut));
      String heard = text + unrepeated(text, parts.getLast());
      int decided = decided(heard);
      if (random.nextBoolean()) {
        rest = heard.substring(decided) + rest.substring(cut); // it says the same again
      } else {
        Line next = talk.plain(0, Said.CONTENT);
        lines.add(next);
        rest = across.behind + (random.nextBoolean() ? " " : "") + next.text();
      }
      text = heard.substring(0, decided);
    }
    parts.add(rest);
    List<Boolean> asked = new CopyOnWriteArrayList<>();
    continued.put(Integer.toString(seed), asked);
    Queue<Reply> script = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < parts.size(); i++) {
      script.add(said(parts.get(i), i == parts.size() - 1, random));
    }
    replies.put(Integer.toString(seed), script);

    client
        .post(
            "/v1/chat/completions",
            """
            {"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"case %d"}]}"""
                .formatted(seed))
        .readAll();

    Expected expected = expected(parts, asked);
    Client got = Client.body(client.body().getBytes(UTF_8), true);
    String as = "seed %d: %s%n%s".formatted(seed, parts, client.body());
    assertThat(got.text("0/" + Said.CONTENT)).as(as).isEqualTo(expected.content);
    assertThat(got.error == null).as(as).isEqualTo(expected.whole);
    assertThat(got.done).isTrue();
    assertThat(parts.size() - script.size()).as(as).isEqualTo(expected.asked);
    for (Line each : lines) {
      for (Plant plant : each.plants()) {
        if (expected.text.contains(plant.secret()) && !expected.content.contains(plant.secret())) {
          assertThat(client.body()).as(as).doesNotContain(plant.secret());
        }
      }
    }
  }

  /**
   * What the laws say of these parts.
   *
   * @param asked for each target whether it was to go on with what had left
   */
  private Expected expected(List<String> parts, List<Boolean> asked) {
    String text = "";
    for (int i = 0; i < parts.size() - 1; i++) {
      if (i + 1 < asked.size() && !asked.get(i + 1)) {
        continue; // it broke off before anything had left: the next one was asked plainly
      }
      text += unrepeated(text, parts.get(i));
      String content = check(text, false);
      text = text.substring(0, decided(text));
      if (!isSure(text) || !check(text, false).equals(content)) {
        refused++;
        return new Expected(content, false, text, i + 1);
      }
      seams++;
    }
    text += unrepeated(text, parts.getLast());
    return new Expected(check(text, true), true, text, parts.size());
  }

  /** Whether nothing of it is held, though nothing comes behind it. */
  private boolean isSure(String text) {
    return decided(text) == text.length();
  }

  private int decided(String text) {
    TextCheck check = rules.plain();
    check.feed(text.toCharArray(), 0, text.length(), new StringBuilder());
    return (int) check.decided();
  }

  private String check(String text, boolean ended) {
    TextCheck check = rules.plain();
    StringBuilder out = new StringBuilder();
    char[] chars = text.toCharArray();
    // Fed one by one: what leaves early must be the same as what leaves at once.
    for (int i = 0; i < chars.length; i++) {
      if (check.feed(chars, i, i + 1, out)) {
        out.append(chars[i]);
      }
    }
    if (ended) {
      check.end(out);
    }
    return out.toString();
  }

  /** White space that ends one part and begins the next is said once. */
  private static String unrepeated(String before, String next) {
    String blank = before.substring(before.stripTrailing().length());
    int same = 0;
    while (same < blank.length()
        && same < next.length()
        && blank.charAt(same) == next.charAt(same)) {
      same++;
    }
    return next.substring(same);
  }

  /** Behind the first word, not inside of a pair. */
  private static int cut(String text, Random random) {
    int cut = text.length() < 5 ? text.length() : 5 + random.nextInt(text.length() - 4);
    return cut < text.length() && Character.isLowSurrogate(text.charAt(cut)) ? cut + 1 : cut;
  }

  private static Reply said(String text, boolean ends, Random random) {
    StringBuilder sse = new StringBuilder(event(delta("role", "assistant"), null));
    for (int at = 0; at < text.length(); ) {
      int to = Math.min(text.length(), at + 1 + random.nextInt(12));
      if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
        to++;
      }
      sse.append(event(delta("content", text.substring(at, to)), null));
      at = to;
    }
    if (ends) {
      return Reply.sse(sse + event(delta("content", ""), "stop") + "data: [DONE]\n\n")
          .cutRandomly(random.nextInt());
    }
    String tail =
        random.nextBoolean()
            ? "data: {\"error\":{\"message\":\"Gone.\"}}\n\n"
            : "data: {\"choices\":[{\"ind";
    int length = sse.toString().getBytes(UTF_8).length;
    int some = random.nextInt(length);
    return Reply.sse(sse + tail).cuts(some, length - some).delay(Duration.ofMillis(8));
  }

  private static ObjectNode delta(String key, String text) {
    return JsonNodeFactory.instance.objectNode().put(key, text);
  }

  private static String event(ObjectNode delta, String finish) {
    ObjectNode chunk = JsonNodeFactory.instance.objectNode();
    chunk.put("id", "chatcmpl-lab").put("object", "chat.completion.chunk").put("created", 1);
    chunk.put("model", "gpt-4o");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.put("finish_reason", finish);
    return "data: " + chunk + "\n\n";
  }
}
