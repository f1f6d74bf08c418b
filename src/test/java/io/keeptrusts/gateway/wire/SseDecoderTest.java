package io.keeptrusts.gateway.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.keeptrusts.gateway.testing.Recordings;
import io.keeptrusts.gateway.testing.Splits;
import io.keeptrusts.gateway.testing.Sse;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SseDecoderTest {
  private static final int MAX = 1 << 20;

  /**
   * Name of the rule, body, and what comes of it: {@code type|data} for an event, {@code !text} for
   * stray text.
   */
  static Stream<Arguments> rules() {
    return Stream.of(
        rule("LF", "data: a\n\ndata: b\n\n", "|a", "|b"),
        rule("CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", "|a", "|b"),
        rule("lone CR", "data: a\r\rdata: b\r\r", "|a", "|b"),
        rule(
            "mixed line ends",
            "data: a\r\n\ndata: b\n\r\ndata: c\r\r\ndata: d\n\r",
            "|a",
            "|b",
            "|c",
            "|d"),
        rule(
            "CR LF LF is one line end and an empty line",
            "data: a\r\n\ndata: b\r\ndata: c\n\n",
            "|a",
            "|b\nc"),
        rule("BOM", "\u00ef\u00bb\u00bfdata: a\n\n", "|a"),
        rule("only one BOM", "\u00ef\u00bb\u00bf\u00ef\u00bb\u00bfdata: a\n\ndata: b\n\n", "|b"),
        rule("half a BOM is text", "\u00ef\u00bbdata: a\n\ndata: b\n\n", "|b"),
        rule("half a BOM and the end", "\u00ef\u00bb", "!\u00ef\u00bb\n"),
        rule("comments", ": hi\n:\n:data: x\ndata: a\n: between\ndata: b\n\n", "|a\nb"),
        rule(
            "one space after the colon goes",
            "data:a\n\ndata: a\n\ndata:  a\n\ndata:\ta\n\n",
            "|a",
            "|a",
            "| a",
            "|\ta"),
        rule("more colons are text", "data: a:b: c\n\n", "|a:b: c"),
        rule("several data lines join", "data: a\ndata:\ndata: b\n\n", "|a\n\nb"),
        rule(
            "a field without colon is empty",
            "data\n\ndata\ndata\n\nevent\ndata: a\n\n",
            "|",
            "|\n",
            "|a"),
        rule("no data, no event", "event: foo\n\n\n\nid: 1\n\ndata: a\n\n", "|a"),
        rule(
            "type",
            "event: foo\ndata: a\n\ndata: b\n\ndata: c\nevent:bar\n\n",
            "foo|a",
            "|b",
            "bar|c"),
        rule("the last type counts", "event: foo\nevent: bar\ndata: a\n\n", "bar|a"),
        rule(
            "id, retry and unknown fields",
            "id: 7\nretry: 10\nfoo: x\nData: x\ndatas: x\n data: x\nda: x\ndata: a\n\n",
            "|a"),
        rule("no newline at the end", "data: a\n\ndata: [DONE]", "|a", "|[DONE]"),
        rule("no empty line at the end", "event: x\ndata: a\n", "x|a"),
        rule("an event cut inside its data", "data: {\"text\":\"h\u00c3", "|{\"text\":\"h\u00c3"),
        rule("an event cut inside a field name", "data: a\n\ndata: b\nda", "|a", "|b", "!da\n"),
        rule("cut behind a field name", "data", "!data\n"),
        rule("cut behind the colon", "data:", "|"),
        rule("a cut comment", "data: a\n\n: keep", "|a"),
        rule("a cut event line", "data: a\n\nevent: mess", "|a"),
        rule("nothing", ""),
        rule("error field", "error: {\"code\":500}\n\n", "error|{\"code\":500}"),
        rule("error event", "event: error\ndata: {}\n\n", "error|{}"),
        rule("bare JSON", "{\"error\":{}}", "!{\"error\":{}}\n"),
        rule("bare JSON array", "[{\n\"error\": {}\n}]\n", "![{\n\"error\": {}\n}]\n"),
        rule(
            "bare JSON over lines",
            "data: a\r\n\r\n{\r\n  \"code\": 499,\r\n  \"m\": []\r\n\r\n}\r\n",
            "|a",
            "!{\n  \"code\": 499,\n  \"m\": []\n}\n"),
        rule(
            "bare JSON amid events",
            "data: a\n{\n  \"x\": 1\n}\ndata: b\n\ndata: c\n\n",
            "|a\nb",
            "|c",
            "!{\n  \"x\": 1\n}\n"),
        rule("other stray lines are fields nobody knows", "<html>\ndata: a\n\n", "|a"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void followsTheRulesHoweverTheBytesAreCut(String name, String body, List<String> expected) {
    byte[] bytes = body.getBytes(ISO_8859_1);

    assertThat(decode(bytes)).isEqualTo(expected);
    assertThat(decode(bytes, Splits.every(1, bytes.length))).isEqualTo(expected);
    Splits.single(bytes.length)
        .forEach(cut -> assertThat(decode(bytes, cut)).as("cut at %d", cut[0]).isEqualTo(expected));
    for (int seed = 0; seed < 50; seed++) {
      assertThat(decode(bytes, Splits.random(seed, bytes.length)))
          .as("seed %d", seed)
          .isEqualTo(expected);
    }
  }

  @Test
  void decodesARandomBodyTheSameForEveryCut() {
    String[] pieces = {
      "data: ",
      "data:",
      "data",
      "\n",
      "\n",
      "\n\n",
      "\r",
      "\r\n",
      "event: x",
      ": c",
      "{",
      "}",
      "a",
      "é",
      "error:"
    };
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      StringBuilder body = new StringBuilder();
      for (int i = random.nextInt(30); i > 0; i--) {
        body.append(pieces[random.nextInt(pieces.length)]);
      }
      byte[] bytes = body.toString().getBytes(UTF_8);
      List<String> whole = decode(bytes);
      Splits.single(bytes.length).forEach(cut -> assertThat(decode(bytes, cut)).isEqualTo(whole));
      assertThat(decode(bytes, Splits.random(seed, bytes.length))).isEqualTo(whole);
      assertThat(
              decode((body + "\n\n").getBytes(UTF_8)).stream()
                  .filter(event -> !event.startsWith("!")))
          .as("seed %d: %s", seed, body)
          .isEqualTo(reference((body + "\n\n").getBytes(UTF_8)));
    }
  }

  @Test
  void decodesEveryRecordingAsTheReferenceDoesHoweverItIsCut() {
    List<Path> files = Recordings.ending(".sse");
    assertThat(files).hasSizeGreaterThan(400);
    int events = 0;
    for (int i = 0; i < files.size(); i++) {
      byte[] body = Recordings.read(files.get(i));
      List<String> expected = reference(body);
      events += expected.size();
      assertThat(frames(body)).as("%s", files.get(i)).isEqualTo(expected);
      for (int seed = 0; seed < 5; seed++) {
        assertThat(frames(body, Splits.random(seed, body.length)))
            .as("%s, seed %d", files.get(i), seed)
            .isEqualTo(expected);
      }
      if (i < 50) {
        Splits.single(body.length)
            .forEach(cut -> assertThat(frames(body, cut)).isEqualTo(expected));
      }
    }
    assertThat(events).isGreaterThan(10_000);
  }

  @Test
  void handsOverAnEventThatLiesInTheFedArrayWithoutACopy() {
    byte[] body = "event: x\ndata: whole\n\ndata: cu".getBytes(UTF_8);
    List<byte[]> arrays = new ArrayList<>();
    SseDecoder decoder = new SseDecoder(MAX);

    decoder.feed(
        body,
        0,
        body.length,
        (type, data, from, to) -> {
          assertThat(from).isEqualTo(15);
          arrays.add(data);
        });
    decoder.end((type, data, from, to) -> arrays.add(data));

    assertThat(arrays).hasSize(2);
    assertThat(arrays.get(0)).isSameAs(body);
    assertThat(arrays.get(1)).isNotSameAs(body);
  }

  @Test
  void keepsAnOpenEventWhenTheFedArrayIsUsedAgain() {
    SseDecoder decoder = new SseDecoder(MAX);
    List<String> seen = new ArrayList<>();
    byte[] array = new byte[8];
    for (String piece : List.of("data: a\n", "data: b\n", "\ndata: c", "d\n\n     ")) {
      System.arraycopy(piece.getBytes(UTF_8), 0, array, 0, 8);
      decoder.feed(
          array,
          0,
          8,
          (type, data, from, to) -> seen.add(new String(data, from, to - from, UTF_8)));
    }

    assertThat(seen).containsExactly("a\nb", "cd");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: 12345\n\n",
        "data: 1\ndata:\n\n",
        "event: 123\nx\n\n",
        "data: 12345",
        "{ 12345678901",
        "{\n1234\n56789\n\n0\n"
      })
  void refusesAnEventOverTheLimitForEveryCutAndTakesOneAtIt(String body) {
    byte[] bytes = ("data: ok\n\n" + body).getBytes(UTF_8);
    int size = body.replace("\n", "").length();
    Stream<int[]> all = Stream.of(new int[0], Splits.every(1, bytes.length));
    for (int[] cuts : Stream.concat(all, Splits.single(bytes.length)).toList()) {
      List<String> seen = new ArrayList<>();
      assertThatThrownBy(() -> decode(new SseDecoder(Math.max(8, size - 1)), seen, bytes, cuts))
          .isInstanceOf(SseDecoder.TooLarge.class)
          .hasMessageContaining("more than")
          .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
      assertThat(seen).contains("|ok");
      decode(new SseDecoder(size + 6), new ArrayList<>(), bytes, cuts);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"data: 123456789ab", "data: 1\nfoo: 12345"})
  void refusesALineOverTheLimitBeforeItsEndCame(String body) {
    byte[] bytes = body.getBytes(UTF_8);
    SseDecoder decoder = new SseDecoder(16);
    SseDecoder.Handler handler = collect(new ArrayList<>());
    decoder.feed(bytes, 0, bytes.length - 1, handler);

    assertThatThrownBy(() -> decoder.feed(bytes, bytes.length - 1, bytes.length, handler))
        .isInstanceOf(SseDecoder.TooLarge.class);
  }

  @Test
  void letsCommentsGoOnForEverWithoutHoldingThem() {
    SseDecoder decoder = new SseDecoder(16);
    List<String> seen = new ArrayList<>();
    byte[] comment = ": still here".repeat(100).getBytes(UTF_8);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 10_000; i++) {
      decoder.feed(comment, 0, comment.length, collect(seen));
    }

    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .isLessThan(comment.length * 10_000L / 4);
    decoder.feed("\n: x\ndata: a\n\n".getBytes(UTF_8), 0, 14, collect(seen));

    assertThat(seen).containsExactly("|a");
  }

  @Test
  void allocatesNothingPerEventOnceWarm() {
    byte[] body =
        "event: response.output_text.delta\ndata: {\"delta\":\"hello\"}\n\n"
            .repeat(20)
            .getBytes(UTF_8);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int[] events = new int[1];
    SseDecoder.Handler counting = (type, data, from, to) -> events[0]++;
    SseDecoder decoder = new SseDecoder(MAX);
    for (int i = 0; i < 20_000; i++) {
      feedInPieces(decoder, body, 100, counting);
    }

    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1_000; i++) {
      feedInPieces(decoder, body, 100, counting);
    }

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    assertThat(events[0]).isEqualTo(21_000 * 20);
  }

  @Test
  void framesAreReadBackAsTheyWereWritten() {
    Bytes out = new Bytes();
    byte[] json = "_{\"a\":1}_".getBytes(UTF_8);

    SseFrames.keepAlive(out);
    SseFrames.data(out, json, 1, json.length - 1);
    SseFrames.data(out, "response.created", json, 1, json.length - 1);
    SseFrames.done(out);

    assertThat(out.toString())
        .isEqualTo(
            ": keep-alive\n\ndata: {\"a\":1}\n\nevent: response.created\ndata: {\"a\":1}\n\ndata: [DONE]\n\n");
    assertThat(decode(out.toByteArray()))
        .containsExactly("|{\"a\":1}", "response.created|{\"a\":1}", "|[DONE]");
  }

  private static void feedInPieces(
      SseDecoder decoder, byte[] body, int size, SseDecoder.Handler handler) {
    for (int at = 0; at < body.length; at += size) {
      decoder.feed(body, at, Math.min(body.length, at + size), handler);
    }
  }

  private static Arguments rule(String name, String body, String... expected) {
    return Arguments.of(name, body, List.of(expected));
  }

  /** What a body gives, each byte as one char, so that no decoding hides a difference. */
  private static List<String> decode(byte[] body, int... cuts) {
    List<String> seen = new ArrayList<>();
    decode(new SseDecoder(MAX), seen, body, cuts);
    return seen;
  }

  private static void decode(SseDecoder decoder, List<String> seen, byte[] body, int... cuts) {
    SseDecoder.Handler handler = collect(seen);
    for (byte[] piece : Splits.of(body, cuts)) {
      decoder.feed(piece, 0, piece.length, handler);
      Arrays.fill(piece, (byte) '#'); // the array was lent only
    }
    decoder.end(handler);
  }

  private static List<String> frames(byte[] body, int... cuts) {
    return decode(body, cuts).stream().filter(event -> !event.startsWith("!")).toList();
  }

  private static List<String> reference(byte[] body) {
    return Sse.parse(new String(body, ISO_8859_1).replaceFirst("^\u00ef\u00bb\u00bf", "")).stream()
        .map(event -> (event.type() == null ? "" : event.type()) + "|" + event.data())
        .toList();
  }

  private static SseDecoder.Handler collect(List<String> seen) {
    return new SseDecoder.Handler() {
      @Override
      public void event(@Nullable String type, byte[] data, int from, int to) {
        String name = type == null ? "" : new String(type.getBytes(UTF_8), ISO_8859_1);
        seen.add(name + "|" + new String(data, from, to - from, ISO_8859_1));
      }

      @Override
      public void stray(byte[] b, int from, int to) {
        seen.add("!" + new String(b, from, to - from, ISO_8859_1));
      }
    };
  }
}
