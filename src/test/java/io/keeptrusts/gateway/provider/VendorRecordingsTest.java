package io.keeptrusts.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.testing.Manifest;
import io.keeptrusts.gateway.testing.Manifest.Entry;
import io.keeptrusts.gateway.testing.Splits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Ollama, Azure, Mistral, Groq and vLLM were recorded to say, read by the rows of the table
 * that are theirs.
 */
class VendorRecordingsTest {
  private static final int SEEDS = 6;

  /** Ollama's second API is OpenAI-shaped: who wants it configures it as such a vendor. */
  private static String vendor(Entry entry) {
    boolean second =
        entry.endpoint().startsWith("/v1")
            || entry.file().endsWith("structured-mode-2.json"); // mislabelled
    return entry.provider().equals("ollama") && second ? "vllm" : entry.provider();
  }

  private static boolean isChat(Entry entry) {
    return entry.endpoint().contains("/chat");
  }

  private static List<Entry> chats(String provider, boolean stream) {
    return Manifest.of(provider).stream()
        .filter(entry -> isChat(entry) && entry.status() == 200 && entry.stream() == stream)
        .toList();
  }

  private static boolean failsInside(Entry entry) {
    return new String(entry.body(), StandardCharsets.UTF_8).contains("event: error");
  }

  /** What the client has asked for, or the vendor's own say: left as it came. */
  private static List<String> asked(Entry entry) {
    if (entry.file().contains("continuous-usage")) {
      return List.of("usage beside a choice", "usage twice");
    }
    // groq/compound gives each chunk another id.
    return entry.file().contains("web_search_tool")
        ? List.of("id, model or object differ")
        : List.of();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ollama", "azure", "mistral", "groq", "vllm"})
  void streamsKeepTheLawsOfChatChunks(String provider) {
    Map<String, Object> wrong = new TreeMap<>();
    for (Entry entry : chats(provider, true)) {
      Played played = Played.stream(vendor(entry), entry.body());
      List<String> broken = new ArrayList<>(played.transcript().broken());
      broken.removeAll(asked(entry));
      if (failsInside(entry)) {
        assertThat(played.failure()).as(entry.file()).isNotNull();
      } else if (played.failure() != null || !played.done() || !broken.isEmpty()) {
        wrong.put(entry.file(), played.failure() != null ? played.failure().error() : broken);
      }
    }
    System.out.println(provider + ": " + chats(provider, true).size() + " streams");
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ollama", "azure", "mistral", "groq", "vllm"})
  void wholeAnswersKeepTheLaws(String provider) {
    Map<String, Object> wrong = new TreeMap<>();
    for (Entry entry : chats(provider, false)) {
      Played played = Played.whole(vendor(entry), entry.body());
      if (played.failure() != null
          || !played.done()
          || played.frames().size() != 1
          || !played.transcript().broken().isEmpty()) {
        wrong.put(
            entry.file(),
            played.failure() != null ? played.failure().error() : played.transcript().broken());
      } else if (played.transcript().usage() == null || played.usage() == null) {
        wrong.put(entry.file(), "no usage");
      }
    }
    System.out.println(provider + ": " + chats(provider, false).size() + " whole answers");
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ollama", "azure", "mistral", "groq", "vllm"})
  void aStreamMeansTheSameHoweverItIsCut(String provider) {
    for (Entry entry : chats(provider, true)) {
      byte[] body = entry.body();
      String once = told(Played.stream(vendor(entry), body));
      for (int seed = 0; seed < SEEDS; seed++) {
        List<byte[]> pieces = Splits.of(body, Splits.random(seed, body.length));
        assertThat(told(Played.stream(vendor(entry), pieces)))
            .as("%s, seed %d", entry, seed)
            .isEqualTo(once);
      }
      int[] reads = entry.reads();
      Arrays.parallelPrefix(reads, Integer::sum);
      int[] cuts = Arrays.stream(reads).filter(cut -> cut < body.length).toArray();
      assertThat(told(Played.stream(vendor(entry), Splits.of(body, cuts))))
          .as(entry.file())
          .isEqualTo(once);
      if (body.length < 2000) {
        Splits.single(body.length)
            .forEach(
                cut ->
                    assertThat(told(Played.stream(vendor(entry), Splits.of(body, cut))))
                        .as(entry.file())
                        .isEqualTo(once));
      }
    }
  }

  /** Everything a client sees but what is invented anew each time. */
  private static String told(Played played) {
    return String.join("\n", played.frames())
            .replaceAll("\"(chatcmpl-[0-9a-f-]{36}|call_[0-9a-f]{24})\"", "\"made\"")
        + played.done()
        + (played.failure() == null ? "" : played.failure().error());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ollama", "azure", "mistral", "groq", "vllm"})
  void aStreamThatIsCutShortIsNeverAnAnswer(String provider) {
    for (Entry entry : chats(provider, true)) {
      byte[] body = entry.body();
      Played played = Played.stream(vendor(entry), Arrays.copyOf(body, body.length / 3));
      assertThat(played.done()).as(entry.file()).isFalse();
      assertThat(played.failure()).as(entry.file()).isNotNull();
      assertThat(String.join("", played.frames()))
          .as(entry.file())
          .doesNotContain("\"finish_reason\":\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ollama", "azure", "mistral", "groq", "vllm"})
  void recordedRefusalsBecomeErrorsOfTheContract(String provider) {
    for (Entry entry : Manifest.of(provider)) {
      if (entry.status() != 200) {
        Played played =
            Played.play(vendor(entry), false, entry.status(), Map.of(), List.of(entry.body()));
        assertThat(played.failure()).as(entry.file()).isNotNull();
        int status = played.failure().error().status();
        boolean auth = entry.status() == 401 || entry.status() == 403;
        assertThat(status).as(entry.file()).isEqualTo(auth ? 502 : entry.status());
        assertThat(played.failure().error().message()).as(entry.file()).isNotBlank();
      }
    }
  }

  @Test
  void everyOtherRecordingIsLeftOutByName() {
    Map<String, List<String>> left = new TreeMap<>();
    for (String provider : List.of("ollama", "azure", "mistral", "groq", "vllm")) {
      Manifest.of(provider).stream()
          .filter(entry -> !isChat(entry))
          .forEach(
              entry ->
                  left.computeIfAbsent(provider + " " + kind(entry), key -> new ArrayList<>())
                      .add(entry.file()));
    }
    left.forEach((kind, files) -> System.out.println("left out, " + kind + ": " + files));
    assertThat(left.keySet())
        .allMatch(
            kind ->
                kind.endsWith("completions")
                    || kind.endsWith("generate")
                    || kind.endsWith("responses"));
  }

  private static String kind(Entry entry) {
    return entry.endpoint().replaceFirst("\\?.*", "").replaceFirst(".*/", "");
  }

  @Test
  void textOfAnOllamaStreamIsTheTextOfItsLines() {
    for (Entry entry : chats("ollama", true)) {
      if (entry.endpoint().equals("/api/chat")) {
        StringBuilder content = new StringBuilder();
        StringBuilder thinking = new StringBuilder();
        long tokens = 0;
        for (String line : new String(entry.body(), StandardCharsets.UTF_8).split("\n")) {
          JsonNode said = Played.tree(line);
          content.append(said.path("message").path("content").asText(""));
          thinking.append(said.path("message").path("thinking").asText(""));
          tokens += said.path("eval_count").asLong(0);
        }
        Transcript transcript = Played.stream("ollama", entry.body()).transcript();
        assertThat(transcript.only().content.toString())
            .as(entry.file())
            .isEqualTo(content.toString());
        assertThat(transcript.only().reasoning.toString())
            .as(entry.file())
            .isEqualTo(thinking.toString());
        assertThat(transcript.usage().path("completion_tokens").asLong())
            .as(entry.file())
            .isEqualTo(tokens);
      }
    }
  }

  /**
   * Each recorded stream of Ollama, told as the one object that `stream: false` would have given.
   */
  @Test
  void anOllamaStreamSaysWhatTheWholeAnswerSays() {
    for (Entry entry : chats("ollama", true)) {
      if (entry.endpoint().equals("/api/chat")) {
        StringBuilder content = new StringBuilder();
        StringBuilder thinking = new StringBuilder();
        ObjectNode whole = null;
        ArrayNode calls = new ObjectMapper().createArrayNode();
        for (String line : new String(entry.body(), StandardCharsets.UTF_8).split("\n")) {
          whole = (ObjectNode) Played.tree(line);
          content.append(whole.path("message").path("content").asText(""));
          thinking.append(whole.path("message").path("thinking").asText(""));
          whole.path("message").path("tool_calls").forEach(calls::add);
        }
        whole
            .withObject("/message")
            .put("content", content.toString())
            .put("thinking", thinking.toString())
            .set("tool_calls", calls);

        Transcript told = Played.whole("ollama", whole.toString()).transcript();

        assertThat(told.broken()).as(entry.file()).isEmpty();
        Transcript streamed = Played.stream("ollama", entry.body()).transcript();
        assertThat(told.only()).as(entry.file()).hasToString(streamed.only().toString());
        assertThat(told.usage()).as(entry.file()).isEqualTo(streamed.usage());
      }
    }
  }
}
