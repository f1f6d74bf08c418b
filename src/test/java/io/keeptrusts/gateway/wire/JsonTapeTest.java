package io.keeptrusts.gateway.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import io.keeptrusts.gateway.testing.Recordings;
import io.keeptrusts.gateway.testing.Sse;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTapeTest {
  private static final ObjectMapper JACKSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final JsonTape tape = new JsonTape();

  @Test
  void walksObjectsAndArraysByNode() {
    scan(" {\"id\":\"x\\n\",\"choices\":[{\"index\":0},null,-1.5e3],\"empty\":{},\"ok\":true} ");

    int root = tape.root();
    int choices = tape.find(root, key("choices"));
    int first = tape.first(choices);
    int second = tape.next(first);
    int third = tape.next(second);

    assertThat(tape.type(root)).isEqualTo(JsonTape.Type.OBJECT);
    assertThat(tape.escaped(tape.find(root, key("id")))).isTrue();
    assertThat(raw(tape.find(root, key("id")))).isEqualTo("x\\n");
    assertThat(raw(first)).isEqualTo("{\"index\":0}");
    assertThat(tape.isNull(second)).isTrue();
    assertThat(tape.type(third)).isEqualTo(JsonTape.Type.NUMBER);
    assertThat(raw(third)).isEqualTo("-1.5e3");
    assertThat(tape.next(third)).isEqualTo(-1);
    assertThat(tape.next(root)).isEqualTo(-1);
    int empty = tape.next(choices);
    assertThat(tape.first(empty)).isEqualTo(-1);
    int ok = tape.next(empty);
    assertThat(tape.type(ok)).isEqualTo(JsonTape.Type.TRUE);
    assertThat(new String(json, tape.keyStart(ok), tape.keyEnd(ok) - tape.keyStart(ok), UTF_8))
        .isEqualTo("ok");
    assertThat(tape.next(ok)).isEqualTo(-1);
    assertThat(tape.find(root, key("nope"))).isEqualTo(-1);
    assertThat(tape.find(choices, key("index"))).isEqualTo(-1);
    assertThat(tape.first(ok)).isEqualTo(-1);
  }

  @Test
  void findsTheLastOfDuplicateKeysAndShowsBoth() {
    scan("{\"a\":1,\"b\":2,\"a\":3}");

    assertThat(raw(tape.find(0, key("a")))).isEqualTo("3");
    assertThat(raw(tape.first(0))).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"content", "\\u0063ontent", "conten\\u0074", "\\u0063\\u006F\\u006et\\u0065nt"})
  void knowsAKeyHoweverItIsSpelled(String spelling) {
    scan("{\"" + spelling + "\":1}");

    assertThat(tape.keyIs(tape.first(0), key("content"))).isTrue();
    assertThat(tape.keyIs(tape.first(0), key("conten"))).isFalse();
    assertThat(tape.keyIs(tape.first(0), key("contents"))).isFalse();
    assertThat(tape.keyIs(tape.first(0), key("Content"))).isFalse();
  }

  @Test
  void readsARangeInsideALargerArray() {
    json = "data: [1,\"a\"]\n".getBytes(UTF_8);

    tape.scan(json, 6, json.length - 1);

    assertThat(raw(tape.next(tape.first(0)))).isEqualTo("a");
  }

  @Test
  void namesPlaceAndReasonButNeverContent() {
    byte[] bad = "xx{\"secret\":\"hidden\" 1}".getBytes(UTF_8);

    assertThatThrownBy(() -> tape.scan(bad, 2, bad.length))
        .isInstanceOfSatisfying(JsonError.class, e -> assertThat(e.offset()).isEqualTo(19))
        .hasMessage("expected a comma or the closing bracket at byte 19")
        .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{1:2}",
        "{\"a\":1]",
        "[1}",
        "01",
        "-",
        "+1",
        "1.",
        ".5",
        "1e",
        "1e+",
        "-01",
        "0x1",
        "1 2",
        "[]x",
        "nul",
        "nulll",
        "True",
        "NaN",
        "'a'",
        "\"",
        "\"a",
        "\"\\",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\x\"",
        "\"a\nb\"",
        "\"a\u0000\"",
        "\"\\u\uff11\uff11\uff11\uff11\"",
        "\uFEFF1",
        "\u00a01",
        "[1 2]",
        "{\"a\" 1}",
        "//c\n1",
        "\"\\u123\""
      })
  void refusesWhatIsNotJson(String text) {
    assertThatThrownBy(() -> scan(text)).isInstanceOf(JsonError.class);
  }

  @Test
  void takes64LevelsAndNoMore() {
    scan("[".repeat(64) + "]".repeat(64));
    scan("{\"a\":".repeat(64) + "1" + "}".repeat(64));

    assertThatThrownBy(() -> scan("[".repeat(65) + "]".repeat(65)))
        .isInstanceOf(JsonError.class)
        .hasMessage("nesting too deep at byte 64");
  }

  @Test
  void growsWhereverTheTapeEnds() {
    for (int count = 0; count < 600; count++) {
      JsonTape small = new JsonTape();
      json = ("[" + "1,".repeat(count) + "[]" + ",[]".repeat(count % 3) + "]").getBytes(UTF_8);

      small.scan(json, 0, json.length);

      int seen = 0;
      for (int node = small.first(0); node >= 0; node = small.next(node)) {
        seen++;
      }
      assertThat(seen).isEqualTo(count + 1 + count % 3);
    }
  }

  @Test
  void takesAStringAndAnArrayOf16MiB() {
    int size = 16 << 20;
    byte[] text = new byte[size];
    Arrays.fill(text, (byte) 'a');
    text[0] = '"';
    text[size - 1] = '"';
    tape.scan(text, 0, size);
    assertThat(tape.end(0) - tape.start(0)).isEqualTo(size - 2);

    for (int i = 0; i < size; i++) {
      text[i] = (byte) (i % 2 == 0 ? ',' : '1');
    }
    text[0] = '[';
    text[size - 1] = ']';
    text[size - 2] = '1';
    tape.scan(text, 0, size);
    int count = 0;
    for (int node = tape.first(0); node >= 0; node = tape.next(node)) {
      count++;
    }
    assertThat(count).isEqualTo(size / 2 - 1);
  }

  @Test
  void agreesWithJacksonOnEveryRecordedPayload() {
    int compared = 0;
    for (Path file : Recordings.ending(".json")) {
      compared += agrees(new String(Recordings.read(file), UTF_8)) ? 1 : 0;
    }
    for (Path file : Recordings.ending(".sse")) {
      for (Sse.Event event : Sse.parse(Recordings.read(file))) {
        compared += agrees(event.data()) ? 1 : 0;
      }
    }
    assertThat(compared).isGreaterThan(10_000);
  }

  @Test
  void agreesWithJacksonOnGeneratedAndOnMutatedJson() {
    int accepted = 0;
    int refused = 0;
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      StringBuilder out = new StringBuilder();
      Generated.value(random, 5, out);
      assertThat(agrees(out.toString())).as("seed %d", seed).isTrue();
      for (int i = random.nextInt(3); i >= 0; i--) {
        Generated.mutate(random, out);
      }
      if (agrees(out.toString())) {
        accepted++;
      } else {
        refused++;
      }
    }
    assertThat(accepted).isGreaterThan(1_000);
    assertThat(refused).isGreaterThan(5_000);
  }

  @Test
  void allocatesNothingOnceWarm() {
    json =
        "{\"choices\":[{\"delta\":{\"content\":\"hi \\u00e9\",\"x\":[1,2,{}]}}]}".getBytes(UTF_8);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] choices = key("choices");
    for (int i = 0; i < 20_000; i++) {
      tape.scan(json, 0, json.length);
      tape.find(0, choices);
    }

    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 10_000; i++) {
      tape.scan(json, 0, json.length);
      tape.find(0, choices);
    }

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
  }

  private byte[] json = {};

  private void scan(String text) {
    json = text.getBytes(UTF_8);
    tape.scan(json, 0, json.length);
  }

  private String raw(int node) {
    return new String(json, tape.start(node), tape.end(node) - tape.start(node), UTF_8);
  }

  /** Both must take it, and see the same, or both refuse it; returns whether they took it. */
  private boolean agrees(String chars) {
    String text =
        new String(chars.getBytes(UTF_8), UTF_8); // a mutation may have left half a surrogate pair
    JsonNode expected = jackson(text);
    try {
      scan(text);
    } catch (JsonError e) {
      assertThat(expected).as("only Jackson takes it: %s", text).isNull();
      return false;
    }
    assertThat(expected).as("only Jackson refuses it: %s", text).isNotNull();
    assertThat(tree(tape.root())).isEqualTo(expected);
    return true;
  }

  private static @Nullable JsonNode jackson(String text) {
    try {
      JsonNode node = JACKSON.readTree(text);
      return node.isMissingNode() ? null : node;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private JsonNode tree(int node) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (tape.type(node)) {
      case OBJECT -> {
        ObjectNode object = nodes.objectNode();
        for (int child : children(node)) {
          object.set(text(tape.keyStart(child), tape.keyEnd(child)), tree(child));
        }
        yield object;
      }
      case ARRAY -> nodes.arrayNode().addAll(children(node).stream().map(this::tree).toList());
      case STRING -> nodes.textNode(text(tape.start(node), tape.end(node)));
      case NUMBER -> jackson(raw(node));
      case TRUE -> nodes.booleanNode(true);
      case FALSE -> nodes.booleanNode(false);
      case NULL -> nodes.nullNode();
    };
  }

  private List<Integer> children(int node) {
    List<Integer> children = new ArrayList<>();
    for (int child = tape.first(node); child >= 0; child = tape.next(child)) {
      children.add(child);
    }
    return children;
  }

  private String text(int from, int to) {
    char[] out = new char[to - from];
    return new String(out, 0, JsonText.decode(json, from, to, out, 0));
  }

  private static byte[] key(String key) {
    return key.getBytes(US_ASCII);
  }

  /** JSON texts of all shapes and spellings. */
  private static final class Generated {
    private static final String[] SCALARS = {
      "0",
      "-0",
      "1",
      "-17",
      "3.25",
      "1e9",
      "2E-3",
      "-0.5e+2",
      "true",
      "false",
      "null",
      "12345678901234567890"
    };
    private static final String[] PIECES = {
      "a",
      "content",
      " ",
      "\\n",
      "\\\"",
      "\\\\",
      "\\/",
      "\\u0041",
      "\\ud83d\\ude00",
      "\\uD83D",
      "é",
      "漢",
      "😀",
      "{",
      "]",
      ","
    };
    private static final String ALPHABET = "{}[]\",:\\ue0159.-+Etrufalsn \n\t\u0001xé";

    static void value(Random random, int depth, StringBuilder out) {
      space(random, out);
      switch (random.nextInt(depth > 0 ? 4 : 2)) {
        case 0 -> out.append(SCALARS[random.nextInt(SCALARS.length)]);
        case 1 -> string(random, out);
        case 2 -> {
          out.append('[');
          for (int i = random.nextInt(4); i > 0; i--) {
            value(random, depth - 1, out);
            out.append(i > 1 ? "," : "");
          }
          space(random, out);
          out.append(']');
        }
        default -> {
          out.append('{');
          for (int i = random.nextInt(4); i > 0; i--) {
            space(random, out);
            string(random, out);
            space(random, out);
            out.append(':');
            value(random, depth - 1, out);
            out.append(i > 1 ? "," : "");
          }
          space(random, out);
          out.append('}');
        }
      }
      space(random, out);
    }

    static void mutate(Random random, StringBuilder text) {
      int at = random.nextInt(text.length());
      char c = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, c);
        case 1 -> text.setCharAt(at, c);
        case 2 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(3)));
        default -> text.setLength(at + 1);
      }
      if (text.isEmpty()) {
        text.append(c);
      }
    }

    private static void string(Random random, StringBuilder out) {
      out.append('"');
      for (int i = random.nextInt(12); i > 0; i--) {
        out.append(PIECES[random.nextInt(PIECES.length)]);
      }
      out.append('"');
    }

    private static void space(Random random, StringBuilder out) {
      if (random.nextInt(8) == 0) {
        out.append(" \n\r\t".charAt(random.nextInt(4)));
      }
    }
  }
}
