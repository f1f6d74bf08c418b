package io.keeptrusts.gateway.recorded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.recorded.Replay.Got;
import io.keeptrusts.gateway.testing.Recording;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** What holds for every recorded answer that is not a stream, and for every error. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AnswerLaws {
  private static final long SEED = 21;

  private List<Recording> answers = List.of();
  private Replay open;
  private Replay checked;

  /** The recordings, shortest first; skips the test where they are missing. */
  abstract List<Recording> recordings();

  @BeforeAll
  void start() {
    answers = recordings().stream().filter(recording -> !recording.stream()).toList();
    open = Replay.withoutPolicies();
    checked = Replay.withPolicies();
  }

  @AfterAll
  void stop() {
    if (open != null) {
      open.close();
      checked.close();
    }
  }

  private Stream<DynamicTest> each(Predicate<Recording> which, Consumer<Recording> law) {
    return answers.stream()
        .filter(which)
        .map(answer -> dynamicTest(answer.name(), () -> law.accept(answer)));
  }

  private static boolean isAnswer(Recording recording) {
    return recording.status() == 200;
  }

  private static JsonNode recorded(Recording recording) {
    return Tape.json(new String(recording.body(), UTF_8));
  }

  private static Got ask(Replay replay, Recording answer, boolean stream) {
    return replay.ask(answer, Replay.reply(answer, answer.body()).cutRandomly(SEED), stream, false);
  }

  @Test
  void countsAreTold() {
    Map<String, Long> counts =
        answers.stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.provider() + (isAnswer(row) ? "" : " " + row.status()),
                    TreeMap::new,
                    Collectors.counting()));

    List<String> masked =
        answers.stream()
            .filter(row -> isAnswer(row) && !Expected.of(recorded(row)).isUnmasked())
            .map(Recording::name)
            .toList();
    System.out.println(
        "Answers by provider and status (0: an error without one): "
            + counts
            + ", masked by a policy: "
            + masked);
    assertThat(answers.stream().filter(AnswerLaws::isAnswer)).isNotEmpty();
    assertThat(answers.stream().filter(row -> !isAnswer(row))).isNotEmpty();
  }

  @TestFactory
  Stream<DynamicTest> withoutPoliciesTheAnswerIsTheRecordedTree() {
    return each(
        AnswerLaws::isAnswer,
        answer -> {
          Got got = ask(open, answer, false);

          assertThat(got.status()).isEqualTo(200);
          assertThat(got.headers()).containsEntry("Content-Type", "application/json");
          assertThat(Tape.json(got.body())).isEqualTo(recorded(answer));
        });
  }

  @TestFactory
  Stream<DynamicTest> withPoliciesOnlyMatchesAreMissing() {
    return each(
        AnswerLaws::isAnswer,
        answer -> {
          Got got = ask(checked, answer, false);

          assertThat(got.status()).isEqualTo(200);
          Expected.of(recorded(answer)).matches(Tape.json(got.body()));
        });
  }

  @TestFactory
  Stream<DynamicTest> errorsHaveTheStatusOfTheContractAndNeverAKey() {
    return each(
        row -> !isAnswer(row),
        answer -> {
          for (Replay replay : List.of(open, checked)) {
            for (boolean stream : new boolean[] {false, true}) {
              errorIsMapped(answer, ask(replay, answer, stream));
            }
          }
        });
  }

  private static void errorIsMapped(Recording answer, Got got) {
    JsonNode said =
        recorded(answer).path("error").isObject()
            ? recorded(answer).path("error")
            : recorded(answer);
    JsonNode error = Tape.json(got.body()).path("error");
    int status = answer.status() == 0 ? 400 : answer.status();

    assertThat(error.propertyStream().map(Map.Entry::getKey))
        .containsExactly("type", "message", "policy", "code", "param");
    assertThat(error.path("policy").isNull()).isTrue();
    assertThat(error.path("message").asText()).isNotBlank();
    assertThat(got.body())
        .doesNotContain(Replay.KEY)
        .doesNotContain(Replay.KEY.substring(Replay.KEY.length() - 4));
    assertThat(got.headers().toString()).doesNotContain(Replay.KEY);
    switch (status) {
      case 401, 403 -> {
        assertThat(got.status()).isEqualTo(502);
        assertThat(error.path("type").asText()).isEqualTo("upstream_error");
        assertThat(error.path("code").asText()).isEqualTo("provider_auth");
      }
      case 429, 498 -> {
        assertThat(got.status()).isEqualTo(429);
        assertThat(error.path("type").asText()).isEqualTo("rate_limit");
        assertThat(error.path("code")).isEqualTo(said.path("code"));
        assertThat(got.headers()).containsEntry("Retry-After", "7");
      }
      case 400, 404, 413, 422 -> {
        assertThat(got.status()).isEqualTo(status);
        assertThat(error.path("type").asText()).isEqualTo("validation_error");
        String code = said.path("code").asText("");
        assertThat(error.path("code").asText())
            .isEqualTo(code.isEmpty() || code.equals("null") ? "invalid_request" : code);
        assertThat(error.path("param").asText(null)).isEqualTo(said.path("param").asText(null));
      }
      case 500, 502, 503 -> {
        assertThat(got.status()).isEqualTo(502);
        assertThat(error.path("type").asText()).isEqualTo("upstream_error");
        assertThat(error.path("code").asText()).isEqualTo("upstream_error");
      }
      default -> throw new AssertionError("no expectation for status " + status);
    }
  }
}
