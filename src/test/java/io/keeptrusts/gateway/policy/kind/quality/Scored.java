package io.keeptrusts.gateway.policy.kind.quality;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.dialect.Chat;
import io.keeptrusts.gateway.exchange.Answer;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.pack.KindCatalog;
import io.keeptrusts.gateway.pack.PackReader;
import io.keeptrusts.gateway.pack.Problem;
import io.keeptrusts.gateway.pack.Read;
import io.keeptrusts.gateway.pack.Secrets;
import io.keeptrusts.gateway.pack.VendorNames;
import io.keeptrusts.gateway.policy.AnswerCheck;
import io.keeptrusts.gateway.policy.Judge;
import io.keeptrusts.gateway.policy.kind.pii.PiiDetector;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a {@code quality-scorer} block as a pack is read, and has it grade answers. */
final class Scored {
  private static final ObjectMapper JSON = new ObjectMapper();
  static final Judge NOBODY =
      (target, request) -> {
        throw new AssertionError("nobody is to be asked");
      };

  private final AnswerCheck check;
  private Judge judge = NOBODY;
  private Prompt prompt = asking("Which city is the capital of France?");

  private Scored(AnswerCheck check) {
    this.check = check;
  }

  /**
   * @param block the members of the block, as in {@code thresholds: {min_aggregate: 0.7}}
   */
  static Scored by(String block) {
    return switch (read(block)) {
      case Read.Checked checked ->
          new Scored(
              Objects.requireNonNull(checked.document().chain().getLast().policy().answer()));
      case Read.Refused refused -> throw new AssertionError("refused: " + refused.problems());
    };
  }

  /**
   * What a pack with this block says is wrong, hints left out, as {@code path: message
   * (suggestion)}.
   */
  static List<String> problems(String block) {
    List<Problem> problems =
        switch (read(block)) {
          case Read.Checked checked -> checked.notes();
          case Read.Refused refused -> refused.problems();
        };
    return problems.stream()
        .filter(problem -> problem.severity() != Problem.Severity.INFO)
        .map(
            problem ->
                problem.code()
                    + " "
                    + problem.path().replaceFirst("^policy\\.quality-scorer\\.?", "")
                    + ": "
                    + problem.message()
                    + (problem.suggestion() == null ? "" : " (" + problem.suggestion() + ")"))
        .toList();
  }

  private static Read read(String block) {
    return read(block, "pii-detector, quality-scorer");
  }

  static Read read(String block, String chain) {
    String pack =
        """
        pack: {name: test, version: 1.0.0}
        providers:
          targets:
            - {id: main, provider: openai, model: gpt-4o}
            - {id: judge, provider: openai, model: gpt-4o-mini}
        policies: {chain: [%s]}
        policy:
          pii-detector: {}
          quality-scorer:
        %s
        """
            .formatted(chain, block.indent(4));
    return new PackReader(new Secrets(Map.of("OPENAI_API_KEY", "sk-test"), null))
        .read(
            "pack.yaml",
            pack.getBytes(UTF_8),
            new KindCatalog(List.of(new PiiDetector(), new QualityScorer())),
            VENDORS);
  }

  Scored judgedBy(Judge by) {
    judge = by;
    return this;
  }

  Scored asked(String question) {
    prompt = asking(question);
    return this;
  }

  /** With this request body. */
  Scored on(String body) {
    prompt = new Chat().read(body.getBytes(UTF_8));
    return this;
  }

  private static Prompt asking(String question) {
    ObjectNode body = JSON.createObjectNode().put("model", "gpt-4o");
    body.putArray("messages").addObject().put("role", "user").put("content", question);
    return new Chat().read(body.toString().getBytes(UTF_8));
  }

  Verdict.OnAnswer answer(String text) {
    return answer(new Answer.Choice(0, text, "", "", 0, "stop"));
  }

  Verdict.OnAnswer answer(Answer.Choice... choices) {
    return check.check(new Answer(List.of(choices)), prompt, judge);
  }

  boolean passes(String text) {
    return answer(text) instanceof Verdict.Allow;
  }

  /** The report of the first choice; the block must ask for one. */
  JsonNode report(String text) {
    return report(new Answer.Choice(0, text, "", "", 0, "stop"));
  }

  JsonNode report(Answer.Choice choice) {
    Verdict.OnAnswer verdict = answer(choice);
    assertThat(verdict).isInstanceOf(Verdict.Report.class);
    return ((Verdict.Report) verdict).report().path("choices").get(0);
  }

  /** A measure in the report; null if the answer does not have it. */
  @Nullable Double score(String measure, String text) {
    JsonNode score = report(text).path("scores").path(measure);
    return score.isNumber() ? score.doubleValue() : null;
  }

  private static final VendorNames VENDORS =
      new VendorNames() {
        @Override
        public Set<String> names() {
          return Set.of("openai");
        }

        @Override
        public List<String> keyVariables(String vendor) {
          return List.of("OPENAI_API_KEY");
        }

        @Override
        public boolean keyOptional(String vendor) {
          return false;
        }
      };
}
