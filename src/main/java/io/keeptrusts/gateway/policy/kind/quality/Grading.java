package io.keeptrusts.gateway.policy.kind.quality;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Answer;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.AnswerCheck;
import io.keeptrusts.gateway.policy.Judge;
import io.keeptrusts.gateway.policy.kind.quality.QualityScorer.Config;
import io.keeptrusts.gateway.policy.kind.quality.QualityScorer.FailAction;
import io.keeptrusts.gateway.policy.kind.quality.QualityScorer.FailureAction;
import java.util.ArrayList;
import java.util.List;

/** From an answer to a verdict: one grade per choice, and what follows if one does not pass. */
final class Grading implements AnswerCheck {
  private static final String APOLOGY =
      "I cannot give you an answer that I can stand behind. Please put the question in other words, or ask a person.";

  private final Grader grader;
  private final FailureAction action;
  private final boolean reports;

  /**
   * @throws IllegalArgumentException names the key of what does not fit together
   */
  Grading(Config config) {
    this.grader = new Grader(config);
    this.action = config.failureAction();
    this.reports = Boolean.TRUE.equals(config.report());
  }

  @Override
  public Verdict.OnAnswer check(Answer answer, Prompt prompt, Judge judge) {
    Asked asked = Asked.of(prompt);
    List<Grade> grades = new ArrayList<>();
    for (Answer.Choice choice : answer.choices()) {
      // An answer that calls tools or refuses is not prose to be graded.
      if (choice.toolCalls() == 0 && choice.refusal().isEmpty()) {
        grades.add(grader.grade(new Scorer.Subject(choice, asked), judge));
      }
    }
    Verdict.OnAnswer verdict = verdict(grades);
    return reports && !grades.isEmpty() ? new Verdict.Report(report(grades), verdict) : verdict;
  }

  private Verdict.OnAnswer verdict(List<Grade> grades) {
    for (Grade grade : grades) {
      if (grade.failure() != null) {
        return follows(action.action(), grade.failure());
      }
    }
    for (Grade grade : grades) {
      String audited = grade.audited();
      if (audited != null) {
        return new Verdict.Flag("quality_scorer.audit." + audited);
      }
    }
    return Verdict.ALLOW;
  }

  private Verdict.OnAnswer follows(FailAction next, String failure) {
    String reason = "quality_scorer." + failure;
    return switch (next) {
      case BLOCK -> new Verdict.Block(reason, action.message());
      case RETRY -> new Verdict.Retry(reason, follows(action.then(), failure));
      case FALLBACK, REPLACE ->
          new Verdict.Replace(action.message() == null ? APOLOGY : action.message(), reason);
      case ESCALATE -> new Verdict.Escalate(reason);
      case FLAG -> new Verdict.Flag(reason);
    };
  }

  private static ObjectNode report(List<Grade> grades) {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    var choices = report.putArray("choices");
    grades.forEach(grade -> choices.add(grade.report()));
    return report;
  }
}
