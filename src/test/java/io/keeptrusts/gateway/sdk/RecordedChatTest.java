package io.keeptrusts.gateway.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIServiceException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import io.keeptrusts.gateway.testing.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** OpenAI's Java client reads the recorded chats of every provider through the gateway. */
class RecordedChatTest {
  private static Stage open;
  private static Stage checked;

  @BeforeAll
  static void start() {
    open = new Stage("");
    checked = new Stage("pii-detector");
  }

  @AfterAll
  static void stop() {
    open.close();
    checked.close();
  }

  /** All that a client of this gateway can be answered with. */
  static List<Recording> chats() {
    return Stream.of("/chat", "/v1/messages", "enerateContent")
        .flatMap(endpoint -> Stage.recordings(endpoint).stream())
        .toList();
  }

  private static Stream<DynamicTest> each(
      boolean stream, java.util.function.Consumer<Recording> law) {
    return chats().stream()
        .filter(recording -> recording.status() == 200 && recording.stream() == stream)
        .map(recording -> dynamicTest(recording.name(), () -> law.accept(recording)));
  }

  private static ChatCompletionCreateParams.Builder ask(Recording recording) {
    return ChatCompletionCreateParams.builder()
        .model(Stage.vendor(recording))
        .addUserMessage("Hello");
  }

  private static Read streamed(Stage stage, Recording recording, boolean odd) {
    stage.play(recording);
    ChatCompletionCreateParams params =
        ask(recording)
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    List<ChatCompletionChunk> chunks = new ArrayList<>();
    try (StreamResponse<ChatCompletionChunk> answer =
        stage.client.chat().completions().createStreaming(params)) {
      answer.stream().forEach(chunks::add);
    }
    Read read = Read.of(chunks);
    if (!odd) {
      ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
      chunks.forEach(accumulator::accumulate);
      assertThat(Read.of(accumulator.chatCompletion())).isEqualTo(read);
    }
    return read;
  }

  private static Read whole(Stage stage, Recording recording) {
    stage.play(recording);
    return Read.of(stage.client.chat().completions().create(ask(recording).build()));
  }

  @TestFactory
  Stream<DynamicTest> aStreamIsReadToItsEndAndSaysWhatWasRecorded() {
    return each(
        true,
        recording -> {
          Recorded said = Recorded.of(recording);
          if (said.whole) {
            says(said, streamed(open, recording, said.odd), false);
            says(said, streamed(checked, recording, said.odd), true);
          } else {
            // The client's helper throws the other one: no finish came.
            assertThatThrownBy(() -> streamed(open, recording, false))
                .isInstanceOfAny(OpenAIException.class, IllegalStateException.class);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> anAnswerThatIsNotStreamedSaysWhatWasRecorded() {
    return each(
        false,
        recording -> {
          Recorded said = Recorded.of(recording);
          if (said.whole) {
            says(said, whole(open, recording), false);
            says(said, whole(checked, recording), true);
          } else {
            assertThatThrownBy(() -> whole(open, recording)).isInstanceOf(OpenAIException.class);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> aRefusalIsTheClientsOwnException() {
    return chats().stream()
        .filter(recording -> recording.status() >= 400)
        .map(recording -> dynamicTest(recording.name(), () -> refuses(recording)));
  }

  private static void refuses(Recording recording) {
    OpenAIServiceException refusal =
        catchThrowableOfType(
            OpenAIServiceException.class,
            () -> {
              if (recording.stream()) {
                streamed(open, recording, false);
              } else {
                whole(open, recording);
              }
            });

    // A key that is refused is the operator's fault; Google says it with a 400.
    boolean key = refusal.code().orElse("").equals("provider_auth");
    assertThat(refusal.statusCode()).isEqualTo(key ? 502 : recording.status());
    assertThat(key || !List.of(401, 403).contains(recording.status())).isTrue();
    assertThat(refusal.getMessage()).isNotBlank();
  }

  private static void says(Recorded said, Read read, boolean masked) {
    assertThat(read.choices().keySet()).isEqualTo(said.choices.keySet());
    read.choices()
        .forEach(
            (index, choice) -> {
              Recorded.Choice expected = said.choices.get(index);
              if (!expected.mixed) {
                String text = expected.content.toString();
                assertThat(choice.content()).isEqualTo(masked ? Stage.masked(text) : text);
                assertThat(choice.calls())
                    .isEqualTo(masked ? Stage.masked(expected.calls()) : expected.calls());
              }
              if (!expected.finish.equals(Recorded.ANY)) {
                assertThat(choice.finish()).isEqualTo(expected.finish);
              }
            });
    if (said.completionTokens > 0) {
      assertThat(read.completionTokens()).isEqualTo(said.completionTokens);
    }
  }

  @Test
  void countsAreToldAndWhatIsLeftOutIsNamed() {
    List<Recording> chats = chats();
    Map<String, Map<String, Long>> counts =
        chats.stream()
            .collect(
                Collectors.groupingBy(
                    Recording::family,
                    TreeMap::new,
                    Collectors.groupingBy(
                        r -> r.status() != 200 ? "refused" : r.stream() ? "streams" : "whole",
                        TreeMap::new,
                        Collectors.counting())));
    System.out.println("Chats through openai-java: " + counts);
    chats.stream()
        .filter(recording -> recording.status() == 200 && !Recorded.of(recording).whole)
        .forEach(recording -> System.out.println("  no whole answer, fails: " + recording));
    List<Recording> responses = Stage.recordings("/responses");
    Stage.recordings("").stream()
        .filter(recording -> !chats.contains(recording) && !responses.contains(recording))
        .forEach(
            recording ->
                System.out.println("  left out, no such endpoint here: " + recording.name()));
    assertThat(counts.keySet()).containsExactlyInAnyOrderElementsOf(Stage.PROVIDERS);
  }
}
