package io.keeptrusts.gateway.policy.kind.quality;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.exchange.Answer;
import io.keeptrusts.gateway.exchange.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the measures see in an answer, and what thresholds and weights make of it. */
class MeasuresTest {
  private static final String REPORT = "report: true";
  private static final String LOOP = "the city is the city and ".repeat(40) + "the end.";
  private static final String SOURCE =
      "Context: The Orlen bridge was opened in 1874 by mayor Ida Valk. It is 412 metres long, carries a tram line and"
          + " two footpaths, and was rebuilt after the flood of 1931 by the engineer Tomas Reyl. Its four towers are"
          + " made of red granite from the quarries of Holm, and the lamps were replaced by copies in 1987.";
  private static final String RAG =
      """
      {"model":"gpt-4o","messages":[
        {"role":"system","content":"%s"},
        {"role":"user","content":"How long is the Orlen bridge, and who opened it?"}]}"""
          .formatted(SOURCE);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Paris.",
        "Paris",
        "It is Paris.",
        "The capital of France is Paris.",
        "42",
        "Yes, that is right.",
        "Hello! How can I help you today?",
        "```python\nprint('hi')\n```",
        "Die Hauptstadt ist Paris.",
        "- one\n- two\n- three"
      })
  void theSeedsThresholdLetsShortGoodAnswersPass(String answer) {
    Scored scored = Scored.by("thresholds: {min_aggregate: 0.7}");

    assertThat(scored.passes(answer)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n ", "...", "!!!"})
  void theSeedsThresholdStopsAnswersThatSayNothing(String answer) {
    Scored scored = Scored.by("thresholds: {min_aggregate: 0.7}");

    assertThat(scored.answer(answer)).isEqualTo(Verdict.block("quality_scorer.low_aggregate"));
  }

  @Test
  void theSeedsThresholdStopsLoops() {
    assertThat(Scored.by("thresholds: {min_aggregate: 0.7}").passes(LOOP)).isFalse();
  }

  @Test
  void withoutAThresholdAnAggregateOfAHalfIsEnough() {
    Scored scored = Scored.by("{}");

    assertThat(scored.passes("Paris.")).isTrue();
    assertThat(scored.passes("")).isFalse();
  }

  @Test
  void aloopIsIncoherentAndProseIsNot() {
    Scored scored = Scored.by(REPORT);

    assertThat(scored.score("coherence", LOOP)).isLessThan(0.1);
    assertThat(scored.score("coherence", SOURCE)).isGreaterThan(0.95);
  }

  @ParameterizedTest
  @CsvSource({
    "'It is Paris, which lies on the river Seine in the north.', 1.0",
    "'It is Paris, which lies on the river Seine in the', 0.7",
    "'It is this:\n```\nparis', 0.7",
    "'', 0.0"
  })
  void anAnswerThatBreaksOffIsIncomplete(String answer, double score) {
    assertThat(Scored.by(REPORT).score("completeness", answer)).isEqualTo(score);
  }

  @Test
  void anAnswerThatRanOutOfTokensIsIncomplete() {
    Answer.Choice cut = new Answer.Choice(0, "It is Paris.", "", "", 0, "length");

    assertThat(Scored.by(REPORT).report(cut).at("/scores/completeness").asDouble()).isEqualTo(0.6);
  }

  @Test
  void lengthAndSentencesAreAskedFor() {
    String answer = "It is Paris. Surely.";

    assertThat(Scored.by("{report: true, min_output_chars: 40}").score("completeness", answer))
        .isEqualTo(0.5);
    assertThat(Scored.by("{report: true, min_sentences: 4}").score("completeness", answer))
        .isEqualTo(0.5);
    assertThat(Scored.by("{report: true, min_sentences: 2}").score("completeness", answer))
        .isEqualTo(1);
  }

  @Test
  void anAnswerThatTakesUpTheQuestionIsMoreRelevant() {
    Scored scored = Scored.by(REPORT).asked("Which rivers flow through the city of Lyon?");

    assertThat(scored.score("relevancy", "Two rivers flow through Lyon.")).isEqualTo(1);
    assertThat(scored.score("relevancy", "The Saone and the Rhone.")).isEqualTo(0.6);
    assertThat(scored.score("relevancy", "")).isZero();
  }

  @Test
  void faithfulnessAndAccuracyNeedAContext() {
    Scored scored = Scored.by(REPORT);

    assertThat(scored.score("faithfulness", "It has 412 towers in Holm.")).isNull();
    assertThat(scored.score("accuracy", "It has 412 towers in Holm.")).isNull();
  }

  @Test
  void anAnswerInWordsOfTheContextIsFaithful() {
    Scored scored = Scored.by(REPORT).on(RAG);

    assertThat(
            scored.score("faithfulness", "The Orlen bridge was opened in 1874 by mayor Ida Valk."))
        .isEqualTo(1);
    assertThat(
            scored.score("faithfulness", "The bridge is 412 metres long and was opened in 1874."))
        .isBetween(0.8, 0.95);
    assertThat(
            scored.score(
                "faithfulness", "Painters loved its yellow arches when romantic poets gathered."))
        .isLessThan(0.3);
  }

  @ParameterizedTest
  @CsvSource({
    "'The bridge is 412 metres long and was opened by Ida Valk.', 1.0",
    "'The bridge is 512 metres long and was opened by Ida Valk.', 0.667",
    "'The bridge is 512 metres long and was opened by Olga Brandt.', 0.0"
  })
  void numbersAndNamesOfTheContextAreAccurate(String answer, double score) {
    assertThat(Scored.by(REPORT).on(RAG).score("accuracy", answer)).isEqualTo(score);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "I could not find that in the documents I was given.",
        "All done! Your table is booked, enjoy the evening.",
        "Sorry, nothing here speaks of it."
      })
  void theSeedsThresholdLetsHonestAnswersPassThatShareNoWordWithTheContext(String answer) {
    assertThat(Scored.by("thresholds: {min_aggregate: 0.7}").on(RAG).passes(answer)).isTrue();
  }

  @Test
  void aNumberIsTheSameHoweverItIsGrouped() {
    String body =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"And?\"},"
            + "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"{\\\"sum\\\": 1250.50}\"}]}";

    assertThat(Scored.by(REPORT).on(body).score("accuracy", "The sum is 1,250.5 in all."))
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hm?\"},{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"%s\"}]}",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hm?\"}],\"documents\":[{\"text\":\"%s\"}]}",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"},{\"role\":\"user\",\"content\":\"Hm?\"}]}"
      })
  void contextIsWhatToolsDocumentsAndMarkedTextsSay(String body) {
    Scored scored = Scored.by(REPORT).on(body.formatted(SOURCE));

    assertThat(scored.score("faithfulness", "It is 412 metres long, carries a tram line."))
        .isGreaterThan(0.95);
  }

  @Test
  void aLongTextThatIsNotMarkedIsNoContext() {
    String plain = SOURCE.replace("Context: ", "Translate this. ");

    assertThat(
            Scored.by(REPORT).asked(plain).score("faithfulness", "Die Bruecke ist lang und alt."))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "min_relevancy: 0.7, low_relevancy",
    "min_coherence: 0.99, low_coherence",
    "min_completeness: 0.8, low_completeness",
    "min_faithfulness: 0.5, low_faithfulness",
    "min_accuracy: 0.5, low_accuracy",
    "min_aggregate: 0.95, low_aggregate"
  })
  void eachThresholdStopsAnAnswerBelowIt(String threshold, String code) {
    Scored scored = Scored.by("thresholds: {" + threshold + "}").on(RAG);
    String poor = "Some say Olga did it, some say Olga did it, some say that Olga did it and";

    assertThat(scored.answer(poor)).isEqualTo(Verdict.block("quality_scorer." + code));
    assertThat(scored.passes("The Orlen bridge is 412 metres long; Ida Valk opened it.")).isTrue();
  }

  @Test
  void aMeasureThatAnAnswerDoesNotHaveGivesItsWeightToTheOthers() {
    Scored scored = Scored.by("{report: true, weights: {faithfulness: 1, accuracy: 1}}");

    assertThat(scored.report("The capital city of France is Paris.").path("aggregate").asDouble())
        .isEqualTo(1);
  }

  @Test
  void weightsShiftTheAggregate() {
    String unfinished = "It is Paris, which lies on the river Seine in the";
    String only = "{report: true, weights: {relevancy: 0, coherence: 0, completeness: %s}}";

    double completeness =
        Scored.by(only.formatted("1")).report(unfinished).path("aggregate").asDouble();
    double usual = Scored.by(REPORT).report(unfinished).path("aggregate").asDouble();

    assertThat(completeness).isEqualTo(0.7);
    assertThat(usual).isBetween(0.75, 0.9);
  }

  @Test
  void theIndustrySetsTheWeights() {
    String invented = "The Orlen bridge opened. Yellow arches charmed romantic poets and painters.";
    Scored retail = Scored.by("{report: true, industry: retail}").on(RAG);
    Scored legal = Scored.by("{report: true, industry: legal}").on(RAG);
    Scored own =
        Scored.by(
                "{report: true, industry: legal, weights: {faithfulness: 0.15, relevancy: 0.3, coherence: 0.2,"
                    + " completeness: 0.25, accuracy: 0.1}}")
            .on(RAG);

    double inRetail = retail.report(invented).path("aggregate").asDouble();

    assertThat(legal.report(invented).path("aggregate").asDouble()).isLessThan(inRetail - 0.05);
    assertThat(own.report(invented).path("aggregate").asDouble()).isEqualTo(inRetail);
  }

  @ParameterizedTest
  @CsvSource({
    "ragas_faithfulness, faithfulness",
    "ragas_relevancy, relevancy",
    "coherence, coherence",
    "completeness, completeness",
    "accuracy, accuracy"
  })
  void aBenchmarkThatIsOffIsNotTaken(String benchmark, String measure) {
    String answer = "The Orlen bridge is 412 metres long; Ida Valk opened it.";
    Scored off = Scored.by("{report: true, benchmarks: {" + benchmark + ": false}}").on(RAG);
    Scored on = Scored.by("{report: true, benchmarks: {" + benchmark + ": true}}").on(RAG);

    assertThat(off.score(measure, answer)).isNull();
    assertThat(on.score(measure, answer)).isNotNull();
  }

  @Test
  void callsAndRefusalsAreNotGraded() {
    Scored scored = Scored.by("{}");

    assertThat(scored.answer(new Answer.Choice(0, "", "", "", 1, "tool_calls")))
        .isEqualTo(Verdict.ALLOW);
    assertThat(scored.answer(new Answer.Choice(0, "", "", "I will not.", 0, "stop")))
        .isEqualTo(Verdict.ALLOW);
  }

  @Test
  void oneChoiceThatDoesNotPassStopsTheAnswer() {
    Answer.Choice good = new Answer.Choice(0, "It is Paris.", "", "", 0, "stop");
    Answer.Choice empty = new Answer.Choice(1, "", "", "", 0, "stop");

    assertThat(Scored.by("{}").answer(good, empty))
        .isEqualTo(Verdict.block("quality_scorer.low_aggregate"));
  }
}
