package io.keeptrusts.gateway.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.keeptrusts.gateway.exchange.GatewayError.Type;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.testing.Recordings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A secret planted wherever a recorded response holds text: nowhere does it come through. */
class ResponsesPlantedTest {
  private static final String SECRET = "jane.doe@example.com";
  private static final InMemory CHECKED = new InMemory("pii-detector");

  private static List<Path> streams() {
    return Recordings.ending(".sse").stream()
        .filter(
            file ->
                body(file).contains("\"response.created\"")
                    && !body(file).contains("\"response.failed\""))
        .toList();
  }

  private static String body(Path file) {
    return new String(Recordings.read(file), UTF_8);
  }

  private static Stream<DynamicTest> each(java.util.function.Consumer<Heard> law) {
    return streams().stream()
        .map(
            file ->
                dynamicTest(file.getFileName().toString(), () -> law.accept(Heard.of(body(file)))));
  }

  private static String sse(List<JsonNode> events) {
    StringBuilder stream = new StringBuilder();
    events.forEach(event -> stream.append("data: ").append(event).append("\n\n"));
    return stream.toString();
  }

  @TestFactory
  Stream<DynamicTest> inAnyOneStringOfAnyEvent() {
    return each(
        recorded -> {
          Set<String> places = new TreeSet<>();
          recorded.events().forEach(event -> places(event, event.path("type").asText(), places));
          assertThat(places).isNotEmpty();
          for (String place : places) {
            List<JsonNode> planted =
                recorded.events().stream()
                    .map(
                        event ->
                            at(
                                event,
                                event.path("type").asText(),
                                place,
                                TextNode.valueOf("ask " + SECRET + " now")))
                    .toList();
            try {
              assertThat(CHECKED.stream(sse(planted)))
                  .as(place)
                  .doesNotContain("jane", "example.com");
            } catch (GatewayException e) {
              assertThat(e.error().type()).as(place).isEqualTo(Type.POLICY_VIOLATION);
            }
          }
        });
  }

  private static void places(JsonNode node, String path, Set<String> places) {
    if (node.isTextual()) {
      places.add(path);
    }
    node.properties()
        .forEach(member -> places(member.getValue(), path + "/" + member.getKey(), places));
    if (node.isArray()) {
      node.forEach(item -> places(item, path + "[]", places));
    }
  }

  private static JsonNode at(JsonNode node, String path, String place, JsonNode planted) {
    if (path.equals(place)) {
      return node.isTextual() ? planted : node;
    }
    if (node instanceof ObjectNode object) {
      ObjectNode copy = object.objectNode();
      object
          .properties()
          .forEach(
              member ->
                  copy.set(
                      member.getKey(),
                      at(member.getValue(), path + "/" + member.getKey(), place, planted)));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = array.arrayNode();
      array.forEach(item -> copy.add(at(item, path + "[]", place, planted)));
      return copy;
    }
    return node;
  }

  @TestFactory
  Stream<DynamicTest> inAChannelAndInWhatRepeatsIt() {
    return each(
        recorded -> {
          for (Map.Entry<String, String> channel : recorded.texts().entrySet()) {
            boolean json = channel.getKey().contains("arguments");
            String text =
                json
                    ? "{\"to\":\"" + SECRET + "\",\"n\":[1,2]}"
                    : channel.getValue() + " Ask " + SECRET;
            for (int seed = 0; seed < 3; seed++) {
              Heard planted =
                  new Heard(spoken(recorded, channel.getKey(), channel.getValue(), text, seed));
              Heard got = Heard.of(CHECKED.stream(sse(planted.events())));
              String said = got.texts().get(channel.getKey());
              assertThat(said)
                  .as(channel.getKey())
                  .endsWith(
                      json ? "{\"to\":\"[EMAIL_REDACTED]\",\"n\":[1,2]}" : " Ask [EMAIL_REDACTED]");
              got.assertNumbered();
              got.assertSaysTheSameAgain(planted);
              assertThat(sse(got.events())).doesNotContain("jane", "example.com");
            }
          }
        });
  }

  /** The events with another text in one channel: cut anew, and repeated where the old one was. */
  private static List<JsonNode> spoken(
      Heard recorded, String channel, String was, String text, long seed) {
    List<JsonNode> events = new ArrayList<>();
    boolean begun = false;
    for (JsonNode event : recorded.events()) {
      if (!event.path("delta").isTextual() || !Heard.channel(event).equals(channel)) {
        events.add(
            was.isEmpty() ? event : replaced(event, string -> string.equals(was) ? text : string));
      } else if (!begun) {
        begun = true;
        for (String piece : Heard.cut(text, seed)) {
          if (!piece.isEmpty()) {
            ObjectNode delta = event.deepCopy();
            delta.remove("logprobs");
            events.add(delta.put("delta", piece));
          }
        }
      }
    }
    return events;
  }

  private static JsonNode replaced(JsonNode node, UnaryOperator<String> change) {
    JsonNode copy =
        node.isTextual() ? TextNode.valueOf(change.apply(node.textValue())) : node.deepCopy();
    if (copy instanceof ObjectNode object) {
      node.properties()
          .forEach(member -> object.set(member.getKey(), replaced(member.getValue(), change)));
    } else if (copy instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, replaced(node.get(i), change));
      }
    }
    return copy;
  }
}
