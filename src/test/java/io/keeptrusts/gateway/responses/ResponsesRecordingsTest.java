package io.keeptrusts.gateway.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.provider.ProviderFailure;
import io.keeptrusts.gateway.testing.Recordings;
import io.keeptrusts.gateway.testing.Splits;
import io.keeptrusts.gateway.testing.Sse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every recorded answer of the Responses API, from any vendor. */
class ResponsesRecordingsTest {
  private static final InMemory OPEN = new InMemory("");
  private static final InMemory CHECKED = new InMemory("pii-detector, safety-filter");

  private static String body(Path file) {
    return new String(Recordings.read(file), UTF_8);
  }

  private static List<Path> streams() {
    return Recordings.ending(".sse").stream()
        .filter(file -> body(file).contains("\"response.created\""))
        .toList();
  }

  private static List<Path> wholes() {
    return Recordings.ending(".json").stream()
        .filter(file -> !file.toString().endsWith(".request.json"))
        .filter(file -> body(file).contains("\"output\""))
        .filter(file -> Heard.json(body(file)).path("object").asText().equals("response"))
        .toList();
  }

  private static boolean fails(Heard recorded) {
    return recorded.events().stream()
        .anyMatch(event -> event.path("type").asText().matches("error|response.failed"));
  }

  private static Stream<DynamicTest> each(
      List<Path> files, java.util.function.Consumer<String> law) {
    return files.stream()
        .map(file -> dynamicTest(file.getFileName().toString(), () -> law.accept(body(file))));
  }

  private static Map<String, Long> perVendor(List<Path> files) {
    return files.stream()
        .collect(
            Collectors.groupingBy(
                f -> f.getParent().getFileName().toString(), TreeMap::new, Collectors.counting()));
  }

  @Test
  void countsAreTold() {
    System.out.println(
        "Responses recordings: streams "
            + perVendor(streams())
            + ", whole answers "
            + perVendor(wholes()));
    streams().stream()
        .filter(file -> fails(Heard.of(body(file))))
        .forEach(file -> System.out.println("  fails, as recorded: " + file.getFileName()));
    assertThat(streams()).isNotEmpty();
    assertThat(wholes()).isNotEmpty();
  }

  /** The recorded events as OpenAI would frame and number them. */
  private static String framed(String recorded) {
    StringBuilder framed = new StringBuilder();
    int number = 0;
    for (Sse.Event event : Sse.parse(recorded)) {
      if (event.data().equals("[DONE]")) {
        continue;
      }
      JsonNode json = Heard.json(event.data());
      String data =
          event
              .data()
              .replaceFirst(
                  "\"sequence_number\": ?" + json.path("sequence_number").asText("x") + "\\b",
                  "\"sequence_number\":" + number);
      number++;
      framed
          .append("event: ")
          .append(json.get("type").asText())
          .append("\ndata: ")
          .append(data)
          .append("\n\n");
    }
    return framed.toString();
  }

  @TestFactory
  Stream<DynamicTest> withoutPoliciesEveryByteIsAsItCame() {
    return each(
        streams(),
        body -> {
          if (fails(Heard.of(body))) {
            assertThatThrownBy(() -> OPEN.stream(body)).isInstanceOf(ProviderFailure.class);
            return;
          }
          assertThat(OPEN.stream(body)).isEqualTo(framed(body));
          for (int seed = 0; seed < 5; seed++) {
            byte[] bytes = body.getBytes(UTF_8);
            assertThat(OPEN.answer(true, Splits.of(bytes, Splits.random(seed, bytes.length))))
                .isEqualTo(framed(body));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> withPoliciesTheSameIsSaid() {
    return each(
        streams().stream().filter(file -> !fails(Heard.of(body(file)))).toList(),
        body -> {
          Heard recorded = Heard.of(body);
          Heard got = Heard.of(CHECKED.stream(body));
          got.assertNumbered();
          got.assertSaysTheSameAgain(recorded);
          recorded
              .texts()
              .forEach(
                  (channel, text) -> {
                    if (!channel.contains("arguments")) {
                      assertThat(got.texts().getOrDefault(channel, ""))
                          .as(channel)
                          .isEqualTo(CHECKED.applied(text));
                    }
                  });
          assertThat(others(got)).isEqualTo(others(recorded));
          assertThat(got.finals()).hasSameSizeAs(recorded.finals());
        });
  }

  /** The types of all events but deltas, in order. */
  private static List<String> others(Heard heard) {
    return heard.events().stream()
        .map(event -> event.path("type").asText())
        .filter(type -> !type.endsWith(".delta"))
        .toList();
  }

  @TestFactory
  Stream<DynamicTest> deltasCutAnewGiveTheSameText() {
    return each(
        streams().stream().filter(file -> !fails(Heard.of(body(file)))).toList(),
        body -> {
          Map<String, String> expected = Heard.of(CHECKED.stream(body)).texts();
          expected.values().removeIf(String::isEmpty);
          for (int seed = 0; seed < 4; seed++) {
            Heard got = Heard.of(CHECKED.stream(recut(body, seed)));
            Map<String, String> texts = got.texts();
            texts.values().removeIf(String::isEmpty);
            assertThat(texts).isEqualTo(expected);
            got.assertNumbered();
            got.assertSaysTheSameAgain(Heard.of(body));
          }
        });
  }

  private static String recut(String body, long seed) {
    StringBuilder stream = new StringBuilder();
    for (JsonNode event : Heard.of(body).events()) {
      String delta = event.path("delta").asText("");
      if (event.path("delta").isTextual() && event.path("logprobs").isEmpty() && !delta.isEmpty()) {
        for (String piece : Heard.cut(delta, seed)) {
          add(stream, ((ObjectNode) event.deepCopy()).put("delta", piece));
        }
      } else {
        add(stream, event);
      }
    }
    return stream.toString();
  }

  private static void add(StringBuilder stream, JsonNode event) {
    stream
        .append("event: ")
        .append(event.path("type").asText())
        .append("\ndata: ")
        .append(event)
        .append("\n\n");
  }

  @TestFactory
  Stream<DynamicTest> aWholeAnswerIsAsItCameAndKeepsItsWords() {
    return each(
        wholes(),
        body -> {
          assertThat(OPEN.whole(body)).isEqualTo(body);
          JsonNode got = Heard.json(CHECKED.whole(body));
          JsonNode recorded = Heard.json(body);
          List<String> gotStrings = Heard.strings(got.path("output"));
          assertThat(gotStrings).hasSameSizeAs(Heard.strings(recorded.path("output")));
          assertThat(got.path("usage")).isEqualTo(recorded.path("usage"));
        });
  }
}
