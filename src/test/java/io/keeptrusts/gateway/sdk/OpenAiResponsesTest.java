package io.keeptrusts.gateway.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIServiceException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFailedEvent;
import com.openai.models.responses.ResponseStreamEvent;
import io.keeptrusts.gateway.responses.Told;
import io.keeptrusts.gateway.testing.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What OpenAI's Java client makes of responses that came through the gateway. */
class OpenAiResponsesTest {
  private static final ResponseCreateParams ASK =
      ResponseCreateParams.builder().model("gpt-4o").input("Hello").build();

  private static List<ResponseStreamEvent> events(Sdk sdk) {
    List<ResponseStreamEvent> events = new ArrayList<>();
    try (StreamResponse<ResponseStreamEvent> answer = sdk.client.responses().createStreaming(ASK)) {
      answer.stream().forEach(events::add);
    }
    return events;
  }

  private static Response accumulated(List<ResponseStreamEvent> events) {
    ResponseAccumulator accumulator = ResponseAccumulator.create();
    events.forEach(accumulator::accumulate);
    return accumulator.response();
  }

  private static String text(Response response) {
    StringBuilder text = new StringBuilder();
    response
        .output()
        .forEach(
            item ->
                item.message()
                    .ifPresent(
                        message ->
                            message
                                .content()
                                .forEach(
                                    part ->
                                        part.outputText()
                                            .ifPresent(output -> text.append(output.text())))));
    return text.toString();
  }

  @Test
  void textReasoningAndACallArriveMasked() {
    try (Sdk sdk = new Sdk("pii-detector", "")) {
      sdk.upstream.reply(
          Reply.sse(
                  Told.begin()
                      .reasoning("The user is jane.doe", "@example.com.")
                      .text("Write to jane.d", "oe@exam", "ple.com now.")
                      .call("mail", "{\\\"to\\\":\\\"jane.doe@", "example.com\\\"}")
                      .completed())
              .cutRandomly(3));

      List<ResponseStreamEvent> events = events(sdk);

      Response response = accumulated(events);
      assertThat(text(response)).isEqualTo("Write to [EMAIL_REDACTED] now.");
      assertThat(response.output().get(0).asReasoning().summary().getFirst().text())
          .isEqualTo("The user is [EMAIL_REDACTED].");
      assertThat(response.output().get(2).asFunctionCall().arguments())
          .isEqualTo("{\"to\":\"[EMAIL_REDACTED]\"}");
      assertThat(response.usage().orElseThrow().totalTokens()).isEqualTo(21);
      StringBuilder deltas = new StringBuilder();
      events.forEach(
          event -> event.outputTextDelta().ifPresent(delta -> deltas.append(delta.delta())));
      assertThat(deltas).hasToString("Write to [EMAIL_REDACTED] now.");
      assertThat(events.toString()).doesNotContain("jane").doesNotContain("example.com");
    }
  }

  @Test
  void aBlockInMidStreamIsAFailedResponse() {
    try (Sdk sdk = new Sdk("pii-detector", "pii-detector: {action: block}")) {
      String stream =
          Told.begin().text("So far so good. ", "jane.doe@example.com ", "more").completed();
      int first = stream.indexOf("jane") - 100;
      sdk.upstream.reply(Reply.sse(stream).cuts(first).delay(Duration.ofMillis(200)));

      List<ResponseStreamEvent> events = events(sdk);

      ResponseFailedEvent failed = events.getLast().failed().orElseThrow();
      assertThat(failed.sequenceNumber()).isEqualTo(events.size() - 1);
      assertThat(failed.response().id()).isEqualTo("resp_1");
      assertThat(failed.response().error().orElseThrow().code().asString())
          .isEqualTo("output_blocked");
      assertThat(failed.response().error().orElseThrow().message()).contains("pii-detector");
      assertThat(sdk.upstream.requests()).hasSize(1);
    }
  }

  @Test
  void aStreamThatBreaksOffIsAnErrorAndNoAnswer() {
    try (Sdk sdk = new Sdk(Map.of(), "pii-detector", "")) {
      sdk.upstream.reply(Reply.sse(Told.begin().text("So far so good. ").cut()));

      OpenAIServiceException error =
          catchThrowableOfType(OpenAIServiceException.class, () -> events(sdk));

      assertThat(error.code()).contains("upstream_error");
    }
  }

  @Test
  void anAnswerThatIsNotStreamedIsTheSame() {
    try (Sdk sdk = new Sdk("pii-detector", "")) {
      sdk.upstream.reply(
          Reply.json(200, Told.begin().text("Write to jane.doe@example.com.").whole()));

      Response response = sdk.client.responses().create(ASK);

      assertThat(text(response)).isEqualTo("Write to [EMAIL_REDACTED].");
    }
  }

  @Test
  void aBlockedAnswerThatIsNotStreamedIsOneFailure() {
    try (Sdk sdk = new Sdk("pii-detector", "pii-detector: {action: block}")) {
      sdk.upstream.reply(
          Reply.json(200, Told.begin().text("Write to jane.doe@example.com.").whole()));

      OpenAIServiceException error =
          catchThrowableOfType(
              OpenAIServiceException.class, () -> sdk.client.responses().create(ASK));

      assertThat(error.statusCode()).isEqualTo(409);
      assertThat(error.code()).contains("output_blocked");
      assertThat(sdk.upstream.requests()).hasSize(1);
    }
  }
}
