package io.keeptrusts.gateway.provider.google;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.keeptrusts.gateway.testing.Recordings;
import io.keeptrusts.gateway.testing.Splits;
import io.keeptrusts.gateway.testing.Sse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every recorded answer of Gemini, read where the recordings lie. What is expected of each is
 * worked out from its own bytes.
 */
class GeminiRecordingsTest {
  private record Recording(Path file, boolean stream, int status) {
    byte[] bytes() {
      return Recordings.read(file);
    }

    String name() {
      return file.getFileName().toString();
    }

    /** The chunks in it. */
    List<JsonNode> chunks() {
      String text = new String(bytes(), StandardCharsets.UTF_8);
      List<JsonNode> chunks = new ArrayList<>();
      try {
        if (text.startsWith("data:")) {
          for (Sse.Event event : Sse.parse(text)) {
            chunks.add(Heard.JSON.readTree(event.data()));
          }
        } else {
          JsonNode root = Heard.JSON.readTree(text);
          if (root.isArray()) {
            root.forEach(chunks::add);
          } else {
            chunks.add(root);
          }
        }
      } catch (IOException e) {
        throw new AssertionError(name(), e);
      }
      return chunks;
    }

    boolean bareError() {
      return new String(bytes(), StandardCharsets.UTF_8).contains("\n{\n  \"error\"");
    }

    /** Whether it ended because of something that left nothing to show. */
    boolean empty() {
      return chunks().stream()
          .map(chunk -> chunk.at("/candidates/0"))
          .allMatch(
              c ->
                  c.at("/content/parts").isEmpty()
                      && c.path("finishReason").asText().equals("OTHER"));
    }

    /** Whether Gemini says of it that it is over. */
    boolean ended() {
      return !bareError()
          && !empty()
          && chunks().stream()
              .anyMatch(
                  c ->
                      c.at("/candidates/0").has("finishReason")
                          || c.at("/promptFeedback").has("blockReason")
                          || c.at("/promptFeedback").has("blockReasonMessage"));
    }
  }

  private static List<Recording> recordings() throws IOException {
    Path manifest = Recordings.ending("MANIFEST.tsv").getFirst();
    List<Recording> all = new ArrayList<>();
    for (String line : Files.readAllLines(manifest)) {
      String[] cells = line.split("\t", -1);
      Path file = manifest.resolveSibling(cells[0]);
      if (cells[1].equals("gemini") && cells[2].contains("enerateContent") && Files.exists(file)) {
        all.add(new Recording(file, cells[3].equals("stream"), Integer.parseInt(cells[4])));
      }
    }
    assertThat(all).hasSizeGreaterThan(100);
    return all;
  }

  @Test
  void everyAnswerIsToldInFull() throws IOException {
    int told = 0;
    int failed = 0;
    for (Recording recording : recordings()) {
      Heard heard = Heard.of(recording.stream(), recording.status(), recording.bytes());
      if (recording.status() != 200 || !recording.ended()) {
        assertThat(heard.failure).as(recording.name()).isNotNull();
        assertThat(heard.done).as(recording.name()).isFalse();
        failed++;
      } else {
        assertThat(heard.failure).as(recording.name()).isNull();
        JsonNode completion = heard.completion();
        expect(recording, completion);
        told++;
      }
    }
    System.out.println("gemini: " + told + " answers told, " + failed + " failures told");
  }

  private static JsonNode completion(Recording recording, Heard heard) {
    assertThat(heard.failure).as(recording.name()).isNull();
    return heard.completion();
  }

  private static void expect(Recording recording, JsonNode completion) {
    StringBuilder text = new StringBuilder();
    StringBuilder thoughts = new StringBuilder();
    boolean code = false;
    int calls = 0;
    JsonNode usage = null;
    for (JsonNode chunk : recording.chunks()) {
      for (JsonNode part : chunk.at("/candidates/0/content/parts")) {
        (part.path("thought").asBoolean() ? thoughts : text).append(part.path("text").asText(""));
        code |= part.has("executableCode") || part.has("codeExecutionResult");
        calls += part.path("functionCall").has("name") ? 1 : 0;
      }
      usage =
          chunk.path("usageMetadata").has("promptTokenCount") ? chunk.path("usageMetadata") : usage;
    }
    JsonNode message = completion.at("/choices/0/message");
    if (!code) {
      assertThat(message.path("content").asText(""))
          .as(recording.name())
          .isEqualTo(text.toString());
    }
    assertThat(message.path("reasoning_content").asText(""))
        .as(recording.name())
        .isEqualTo(thoughts.toString());
    assertThat(message.path("tool_calls").size()).as(recording.name()).isEqualTo(calls);
    if (calls > 0) {
      assertThat(completion.at("/choices/0/finish_reason").asText())
          .as(recording.name())
          .isEqualTo("tool_calls");
    }
    assertThat(completion.has("usage")).as(recording.name()).isEqualTo(usage != null);
    if (usage != null && usage.has("totalTokenCount")) {
      assertThat(completion.at("/usage/total_tokens"))
          .as(recording.name())
          .isEqualTo(usage.path("totalTokenCount"));
    }
  }

  @Test
  void anAnswerIsTheSameHoweverItIsCut() throws IOException {
    for (Recording recording : recordings()) {
      byte[] bytes = recording.bytes();
      String whole = Heard.of(recording.stream(), recording.status(), bytes).told();
      for (long seed = 1; seed <= 6; seed++) {
        String cut =
            Heard.of(
                    recording.stream(),
                    recording.status(),
                    bytes,
                    Splits.random(seed, bytes.length))
                .told();
        assertThat(cut).as("%s, seed %d", recording.name(), seed).isEqualTo(whole);
      }
      assertThat(
              Heard.of(recording.stream(), recording.status(), bytes, Splits.every(1, bytes.length))
                  .told())
          .as(recording.name())
          .isEqualTo(whole);
    }
  }

  @Test
  void anAnswerIsTheSameAsItsReadsCutIt() throws IOException {
    int replayed = 0;
    for (Recording recording : recordings()) {
      Path reads =
          recording
              .file()
              .resolveSibling(recording.name().replaceFirst("\\.[a-z]+$", ".reads.json"));
      if (Files.exists(reads)) {
        List<Integer> cuts = new ArrayList<>();
        int at = 0;
        for (JsonNode size : Heard.JSON.readTree(reads.toFile())) {
          at += size.asInt();
          cuts.add(at);
        }
        byte[] bytes = recording.bytes();
        int[] inside = cuts.stream().filter(cut -> cut < bytes.length).mapToInt(i -> i).toArray();
        assertThat(Heard.of(true, 200, bytes, inside).told())
            .isEqualTo(Heard.of(true, 200, bytes).told());
        replayed++;
      }
    }
    assertThat(replayed).isPositive();
  }

  @Test
  void aStreamPutTogetherSaysWhatTheWholeAnswerSays() throws IOException {
    int compared = 0;
    for (Recording recording : recordings()) {
      if (recording.status() == 200 && recording.ended()) {
        ArrayNode chunks = Heard.JSON.createArrayNode();
        StringBuilder events = new StringBuilder();
        recording
            .chunks()
            .forEach(
                chunk -> {
                  chunks.add(chunk);
                  events.append("data: ").append(chunk).append("\r\n\r\n");
                });
        assertThat(completion(recording, Heard.stream(events.toString())))
            .as(recording.name())
            .isEqualTo(Heard.whole(chunks.toString()).completion())
            .isEqualTo(Heard.stream(chunks.toPrettyString()).completion());
        compared++;
      }
    }
    System.out.println("gemini: " + compared + " answers compared, streamed and whole");
    assertThat(compared).isGreaterThan(80);
  }
}
