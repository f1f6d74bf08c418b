package io.keeptrusts.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.exchange.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LikenessTest {
  private static final String EVENT =
      "{\"id\":\"c-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":1,"
          + "\"delta\":{\"content\":\"%s\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}";

  private final ChatShape shape = new ChatShape();
  private final Likeness last = new Likeness();
  private final Frame frame = new Frame();

  @ParameterizedTest
  @ValueSource(
      strings = {
        EVENT,
        " {\"choices\": [{\"delta\": {\"role\": \"assistant\", \"reasoning_content\": \"%s\"}, \"index\": 0}]} ",
        "{\"choices\":[{\"index\":0,\"delta\":{\"mood\":\"%s\"}}],\"created\":17}",
      })
  void isFramedAsIfItHadBeenParsed(String event) {
    parse(event.formatted("Hello"));

    for (String text : List.of("x", " world", "žluťoučký kůň 🐎", "{}[]:,'", "a".repeat(3000))) {
      byte[] json = padded(event.formatted(text));
      assertThat(last.has(json, 3, json.length - 2)).isTrue();
      frame.again(json, 3, json.length - 2);
      assertThat(told(frame)).isEqualTo(parsed(event, text));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // a repair may hang on an empty string
        "\\n",
        "\\u0041",
        "\",\"x\":\"y",
        "\"",
        "\\",
        "a\tb",
        "a\u0000b",
        "\n"
      })
  void aTextThatIsNotPlainIsParsed(String text) {
    parse(EVENT.formatted("Hello"));

    byte[] json = EVENT.formatted(text).getBytes(UTF_8);
    assertThat(last.has(json, 0, json.length)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"finish_reason\":\"stop\"}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\",\"refusal\":\"no\"}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}}],\"usage\":{\"total_tokens\":3}}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"token_ids\":[1]}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"%s\"}}]}}]}",
        "{\"choices\":[],\"note\":\"%s\"}",
      })
  void anEventThatSaysMoreHasNoLike(String event) {
    parse(event.formatted("Hello"));

    byte[] json = event.formatted("there").getBytes(UTF_8);
    assertThat(last.has(json, 0, json.length)).isFalse();
  }

  @Test
  void anEventThatSaysMoreIsForgottenWithTheOneBefore() {
    parse(EVENT.formatted("Hello"));
    parse("{\"choices\":[{\"index\":1,\"delta\":{},\"finish_reason\":\"stop\"}]}");

    byte[] json = EVENT.formatted("there").getBytes(UTF_8);
    assertThat(last.has(json, 0, json.length)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Hello"})
  void anEventThatIsLikeARepairedOneIsRepairedTooAndNotTakenForIt(String first) {
    String event =
        "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"%s\"}}]}";
    List<String> frames = new ArrayList<>();
    OpenAiStream stream =
        new OpenAiStream(
            Set.of(ChatRepair.Flaw.ROLE),
            new Protocol.Limits(4096, 4096),
            new Protocol.Sink() {
              @Override
              public void frame(Frame next) {
                frames.add(new String(next.json(), next.from(), next.to() - next.from(), UTF_8));
              }

              @Override
              public void done() {}
            });

    for (String text : List.of(first, " you", " there")) {
      byte[] sse = ("data: " + event.formatted(text) + "\n\n").getBytes(UTF_8);
      stream.data(sse, 0, sse.length);
    }

    String begun = event.replace("\"role\":\"assistant\",", "");
    assertThat(frames)
        .containsExactly(
            event.formatted(first), begun.formatted(" you"), begun.formatted(" there"));
  }

  @Test
  void whateverIsChangedItIsNeverFramedOtherwise() {
    Random random = new Random(7);
    byte[] alphabet = "\"\\{}[]:, \n01aeZ\u00e9".getBytes(UTF_8);
    int alike = 0;
    for (int round = 0; round < 20_000; round++) {
      parse(EVENT.formatted("Hello"));
      byte[] json = EVENT.formatted("Hello you").getBytes(UTF_8);
      for (int i = random.nextInt(3); i > 0; i--) {
        json[random.nextInt(json.length)] = alphabet[random.nextInt(alphabet.length)];
      }
      if (last.has(json, 0, json.length)) {
        alike++;
        frame.again(json, 0, json.length);
        Frame fresh = new Frame();
        fresh.load(json, 0, json.length);
        new ChatShape().index(fresh);
        assertThat(told(frame)).isEqualTo(told(fresh));
      }
    }
    assertThat(alike).isBetween(1000, 19_000);
  }

  private void parse(String event) {
    byte[] json = event.getBytes(UTF_8);
    frame.load(json, 0, json.length);
    shape.index(frame);
    last.of(frame);
  }

  private static byte[] padded(String event) {
    return ("###" + event + "##").getBytes(UTF_8);
  }

  private static List<Object> parsed(String event, String text) {
    byte[] json = event.formatted(text).getBytes(UTF_8);
    Frame fresh = new Frame();
    fresh.load(json, 0, json.length);
    new ChatShape().index(fresh);
    return told(fresh);
  }

  /** All that a frame tells, with ranges counted from its start. */
  private static List<Object> told(Frame frame) {
    List<Object> told = new ArrayList<>();
    told.add(new String(frame.json(), frame.from(), frame.to() - frame.from(), UTF_8));
    for (int i = 0; i < frame.size(); i++) {
      Frame.Field field = frame.field(i);
      told.add(field.treatment());
      told.add(String.valueOf(field.channel()));
      told.add(field.from() - frame.from());
      told.add(field.to() - frame.from());
    }
    told.add(frame.choices().clone());
    told.add(frame.finished().clone());
    told.add(List.copyOf(frame.calls()));
    told.add(
        List.of(
            frame.isComplete(),
            frame.hasWorth(),
            frame.hasSubstance(),
            frame.isUsageOnly(),
            frame.hasCompanions(),
            frame.hasSeals()));
    return told;
  }
}
