package io.keeptrusts.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keeptrusts.gateway.testing.Recordings;
import io.keeptrusts.gateway.testing.Splits;
import io.keeptrusts.gateway.testing.Sse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every recorded answer of Anthropic's, streamed or not, however it is cut. */
class AnthropicRecordingsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Protocol ANTHROPIC = new AnthropicProtocol();

  /**
   * The endpoint before Messages, which no client of this protocol meets; it must not look
   * complete.
   */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "openinference--complete.instrumentor.test_anthropic_instrumentation_completions_streaming.sse");

  private static List<Path> recorded(String suffix) {
    List<Path> files =
        Recordings.ending(suffix).stream()
            .filter(file -> file.getParent().getFileName().toString().equals("anthropic"))
            .toList();
    assertThat(files).isNotEmpty();
    return files;
  }

  @Test
  void everyStreamIsToldCompletelyHoweverItIsCut() throws IOException {
    int read = 0;
    for (Path file : recorded(".sse")) {
      byte[] body = Recordings.read(file);
      Told told = Told.of(ANTHROPIC, true, List.of(body));
      if (LEFT_OUT.contains(file.getFileName().toString())) {
        assertThat(told.failure()).isNotNull();
        System.out.println("left out: " + file.getFileName());
        continue;
      }
      assertThat(told.failure()).as(file.toString()).isNull();
      same(file, told, body);
      JsonNode answer = told.answer();
      Told.complete(answer);
      saysWhatWasSent(file, answer, body);
      read++;
    }
    System.out.println("anthropic: " + read + " streams");
  }

  private static void same(Path file, Told told, byte[] body) throws IOException {
    for (long seed = 1; seed <= 6; seed++) {
      List<byte[]> pieces = Splits.of(body, Splits.random(seed, body.length));
      assertThat(Told.of(ANTHROPIC, true, pieces).comparable())
          .as("%s, seed %s", file, seed)
          .isEqualTo(told.comparable());
    }
    Path reads = file.resolveSibling(file.getFileName().toString().replace(".sse", ".reads.json"));
    if (Files.exists(reads)) {
      List<Integer> cuts = new ArrayList<>();
      int at = 0;
      for (JsonNode size : JSON.readTree(reads.toFile())) {
        at += size.intValue();
        if (at > 0 && at < body.length) {
          cuts.add(at);
        }
      }
      List<byte[]> pieces = Splits.of(body, cuts.stream().mapToInt(Integer::intValue).toArray());
      assertThat(Told.of(ANTHROPIC, true, pieces).comparable())
          .as("%s, as read", file)
          .isEqualTo(told.comparable());
    }
  }

  /** Against the recording itself, read as naively as can be. */
  private static void saysWhatWasSent(Path file, JsonNode answer, byte[] body) throws IOException {
    StringBuilder text = new StringBuilder();
    StringBuilder thinking = new StringBuilder();
    int calls = 0;
    int signatures = 0;
    long output = -1;
    for (Sse.Event event : Sse.parse(body)) {
      if (event.data().equals("[DONE]")) {
        continue;
      }
      JsonNode node = JSON.readTree(event.data());
      text.append(node.path("delta").path("text").asText(""))
          .append(node.path("content_block").path("text").asText(""));
      thinking.append(node.path("delta").path("thinking").asText(""));
      calls += node.path("content_block").path("type").asText().equals("tool_use") ? 1 : 0;
      signatures += node.path("delta").path("type").asText().equals("signature_delta") ? 1 : 0;
      signatures +=
          node.path("content_block").path("type").asText().equals("redacted_thinking") ? 1 : 0;
      output = node.path("usage").path("output_tokens").asLong(output);
    }
    JsonNode message = answer.path("choices").path(0).path("message");
    assertThat(message.path("content").asText("")).as(file.toString()).isEqualTo(text.toString());
    assertThat(message.path("reasoning_content").asText("").replace("\n\n", ""))
        .as(file.toString())
        .isEqualTo(thinking.toString().replace("\n\n", ""));
    assertThat(message.path("tool_calls").size()).as(file.toString()).isEqualTo(calls);
    assertThat(message.path("thinking_blocks").size()).as(file.toString()).isEqualTo(signatures);
    assertThat(answer.path("usage").path("completion_tokens").asLong())
        .as(file.toString())
        .isEqualTo(output);
  }

  @Test
  void everyAnswerIsToldAndEveryErrorIsAnError() throws IOException {
    int read = 0;
    int errors = 0;
    for (Path file : recorded(".json")) {
      String name = file.getFileName().toString();
      if (name.endsWith(".request.json")
          || name.endsWith(".reads.json")
          || name.equals("response-headers.samples.json")) {
        continue;
      }
      byte[] body = Recordings.read(file);
      if (name.contains("--error")) {
        int status = Integer.parseInt(name.replaceFirst(".*--error(\\d+)\\..*", "$1"));
        for (boolean stream : new boolean[] {true, false}) {
          ProviderFailure failure =
              Told.of(ANTHROPIC, stream, status, Map.of(), List.of(body)).failure();
          assertThat(failure).as(name).isNotNull();
          assertThat(failure.error().status()).as(name).isEqualTo(status == 401 ? 502 : status);
        }
        errors++;
        continue;
      }
      JsonNode answer =
          Told.of(ANTHROPIC, false, Splits.of(body, Splits.random(7, body.length))).answer();
      Told.complete(answer);
      assertThat(
              Told.of(ANTHROPIC, true, List.of(streamed(JSON.readTree(body)).getBytes(UTF_8)))
                  .answer())
          .as(name + " as a stream")
          .isEqualTo(answer);
      read++;
    }
    System.out.println("anthropic: " + read + " answers, " + errors + " errors");
  }

  /** The same answer as Anthropic would stream it. */
  private static String streamed(JsonNode message) {
    AnthropicSse sse = new AnthropicSse().start(message);
    int index = 0;
    for (JsonNode block : message.path("content")) {
      sse.block(index++, block, 5);
    }
    return sse.stop(message).toString();
  }
}
