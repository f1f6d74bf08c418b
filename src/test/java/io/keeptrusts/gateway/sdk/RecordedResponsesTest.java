package io.keeptrusts.gateway.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseOutputItem;
import com.openai.models.responses.ResponseOutputMessage;
import com.openai.models.responses.ResponseStreamEvent;
import io.keeptrusts.gateway.sdk.Recorded.Call;
import io.keeptrusts.gateway.testing.RawClient;
import io.keeptrusts.gateway.testing.Recording;
import io.keeptrusts.gateway.testing.Sse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * OpenAI's Java client asks for responses: recorded ones that are passed through, and the recorded
 * chats of every provider over the bridge.
 */
class RecordedResponsesTest {
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

  /** What is compared of a response. */
  private record Said(String text, List<Call> calls, String status) {
    static Said of(Response response) {
      StringBuilder text = new StringBuilder();
      List<Call> calls = new ArrayList<>();
      for (ResponseOutputItem item : response.output()) {
        item.message().ifPresent(message -> message.content().forEach(part -> add(part, text)));
        item.functionCall().ifPresent(call -> calls.add(Call.of(call.name(), call.arguments())));
        item.customToolCall().ifPresent(call -> calls.add(Call.of(call.name(), call.input())));
      }
      String status = response.status().map(known -> known.asString()).orElse("");
      return new Said(text.toString(), calls, status);
    }

    private static void add(ResponseOutputMessage.Content part, StringBuilder text) {
      part.outputText().ifPresent(output -> text.append(output.text()));
    }
  }

  private static Stream<DynamicTest> bridged(boolean stream, Consumer<Recording> law) {
    return RecordedChatTest.chats().stream()
        .filter(recording -> recording.status() == 200 && recording.stream() == stream)
        .filter(recording -> Recorded.of(recording).bridgeable)
        .map(recording -> dynamicTest(recording.name(), () -> law.accept(recording)));
  }

  private static ResponseCreateParams ask(String model) {
    return ResponseCreateParams.builder().model(model).input("Hello").build();
  }

  private static Response streamed(Stage stage, Recording recording, String model) {
    stage.play(recording);
    ResponseAccumulator accumulator = ResponseAccumulator.create();
    try (StreamResponse<ResponseStreamEvent> answer =
        stage.client.responses().createStreaming(ask(model))) {
      answer.stream().forEach(accumulator::accumulate);
    }
    return accumulator.response();
  }

  private static Response whole(Stage stage, Recording recording, String model) {
    stage.play(recording);
    return stage.client.responses().create(ask(model));
  }

  @TestFactory
  Stream<DynamicTest> aStreamOverTheBridgeSaysWhatWasRecorded() {
    return bridged(
        true,
        recording -> {
          Recorded said = Recorded.of(recording);
          String model = Stage.bridged(recording);
          if (said.whole || said.unfinished) { // the end itself counts: a response has no finish
            says(said, streamed(open, recording, model));
          } else {
            assertThatThrownBy(() -> streamed(open, recording, model))
                .isInstanceOf(OpenAIException.class);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> anAnswerOverTheBridgeSaysWhatWasRecorded() {
    return bridged(
        false,
        recording -> {
          Recorded said = Recorded.of(recording);
          String model = Stage.bridged(recording);
          if (said.whole || said.unfinished) { // the end itself counts: a response has no finish
            says(said, whole(open, recording, model));
          } else {
            assertThatThrownBy(() -> whole(open, recording, model))
                .isInstanceOf(OpenAIException.class);
          }
        });
  }

  private static void says(Recorded recorded, Response response) {
    Said said = Said.of(response);
    Recorded.Choice expected = recorded.choices.get(0);
    if (!expected.mixed) {
      assertThat(said.text()).isEqualTo(expected.content.toString());
      assertThat(said.calls()).isEqualTo(expected.calls());
    }
    boolean cut = List.of("length", "content_filter").contains(expected.finish);
    if (!expected.finish.equals(Recorded.ANY)) {
      assertThat(said.status()).isEqualTo(cut ? "incomplete" : "completed");
    }
    if (recorded.completionTokens > 0) {
      assertThat(response.usage().orElseThrow().outputTokens())
          .isEqualTo(recorded.completionTokens);
    }
  }

  @TestFactory
  Stream<DynamicTest> aStreamOverTheBridgeKeepsTheLawsOfEvents() {
    return bridged(true, RecordedResponsesTest::keepsTheLaws);
  }

  private static void keepsTheLaws(Recording recording) {
    Recorded said = Recorded.of(recording);
    if (!said.whole) {
      return; // the other test has seen it fail
    }
    checked.play(recording);
    try (RawClient client = RawClient.connect(checked.gateway.url())) {
      String body =
          "{\"model\":\"%s\",\"stream\":true,\"input\":\"Hello\"}"
              .formatted(Stage.bridged(recording));
      List<JsonNode> events = EventLaws.hold(client.post("/v1/responses", body).readAll());
      StringBuilder text = new StringBuilder();
      events.stream()
          .filter(event -> event.path("type").asText().equals("response.output_text.delta"))
          .forEach(event -> text.append(event.path("delta").asText()));
      if (!said.choices.get(0).mixed) {
        assertThat(text).hasToString(Stage.masked(said.choices.get(0).content.toString()));
      }
    }
  }

  private static List<Recording> responses() {
    return Stage.recordings("/responses").stream()
        .filter(recording -> recording.status() == 200)
        .toList();
  }

  @TestFactory
  Stream<DynamicTest> aRecordedResponseIsReadAsItWasSaid() {
    return responses().stream()
        .map(recording -> dynamicTest(recording.name(), () -> readsWhatWasSaid(recording)));
  }

  private static void readsWhatWasSaid(Recording recording) {
    String model = Stage.vendor(recording);
    JsonNode last = ResponsesEnd.of(recording);
    if (last == null) {
      assertThatThrownBy(() -> streamed(open, recording, model))
          .isInstanceOf(OpenAIException.class);
      return;
    }
    for (Stage stage : List.of(open, checked)) {
      Response response =
          recording.stream() ? streamed(stage, recording, model) : whole(stage, recording, model);
      Said said = Said.of(response);
      Said expected = ResponsesEnd.said(last);
      assertThat(said.text())
          .isEqualTo(stage == checked ? Stage.masked(expected.text()) : expected.text());
      assertThat(said.calls())
          .isEqualTo(stage == checked ? Stage.masked(expected.calls()) : expected.calls());
      assertThat(said.status()).isEqualTo(expected.status());
      long tokens = last.at("/usage/output_tokens").asLong(-1);
      assertThat(response.usage().map(usage -> usage.outputTokens()).orElse(-1L)).isEqualTo(tokens);
    }
  }

  /** What a recorded response says of itself at its end. */
  private static final class ResponsesEnd {
    /** The whole response; null if the stream failed or was cut. */
    static JsonNode of(Recording recording) {
      if (!recording.stream()) {
        return Recorded.json(new String(recording.body(), StandardCharsets.UTF_8));
      }
      JsonNode last = null;
      for (Sse.Event event : Sse.parse(recording.body())) {
        if (event.data().startsWith("{")) {
          JsonNode json = Recorded.json(event.data());
          if (json.path("type").asText().matches("response\\.(completed|incomplete)")) {
            last = json.path("response");
          }
        }
      }
      return last;
    }

    static Said said(JsonNode response) {
      StringBuilder text = new StringBuilder();
      List<Call> calls = new ArrayList<>();
      for (JsonNode item : response.path("output")) {
        switch (item.path("type").asText()) {
          case "message" ->
              item.path("content").forEach(part -> text.append(part.path("text").asText("")));
          case "function_call" ->
              calls.add(Call.of(item.path("name").asText(), item.path("arguments").asText()));
          case "custom_tool_call" ->
              calls.add(Call.of(item.path("name").asText(), item.path("input").asText()));
          default -> {}
        }
      }
      return new Said(text.toString(), calls, response.path("status").asText());
    }
  }

  @Test
  void countsAreTold() {
    Map<String, Map<String, Long>> counts = counted(responses());
    System.out.println("Responses through openai-java: " + counts);
    System.out.println("Chats over the bridge: " + counted(RecordedChatTest.chats()));
    Stage.recordings("/responses").stream()
        .filter(recording -> recording.status() != 200)
        .forEach(recording -> System.out.println("  left out, an error: " + recording));
    assertThat(counts.keySet()).contains("openai", "azure");
  }

  private static Map<String, Map<String, Long>> counted(List<Recording> recordings) {
    return recordings.stream()
        .filter(recording -> recording.status() == 200)
        .collect(
            Collectors.groupingBy(
                Recording::family,
                TreeMap::new,
                Collectors.groupingBy(
                    r -> r.stream() ? "streams" : "whole", TreeMap::new, Collectors.counting())));
  }
}
