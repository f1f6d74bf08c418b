package io.keeptrusts.gateway.policy.kind.citation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.Answer;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.PromptTexts;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.Judge;
import io.keeptrusts.gateway.policy.kind.citation.CitationVerifier.Action;
import io.keeptrusts.gateway.policy.kind.citation.CitationVerifier.Config;
import io.keeptrusts.gateway.policy.kind.citation.CitationVerifier.OutputAction;
import io.keeptrusts.gateway.policy.kind.citation.CitationVerifier.Response;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What each field does. */
class CitationVerifierTest {
  private static final ObjectNode MILL =
      Checked.numbered("The mill beside the canal was built of red brick in 1841.");
  private static final String GOOD = "The mill was built of red brick in 1841 [1].";
  private static final String BARE = "The mill was built of red brick in 1841.";
  private static final String WEAK = "The mill is a lovely place for tired travellers [1].";
  private static final String WRONG = "The mill was built of red brick in 1851 [1].";
  private static final String DANGLING = "The mill was built of red brick in 1841 [2].";
  private static final String FOREIGN = "The mill was built in 1841, see https://example.org/mill.";
  private static final OutputAction BLOCK = new OutputAction(Action.BLOCK, Action.BLOCK);

  private static final Judge NO_JUDGE =
      (target, request) -> {
        throw new IllegalStateException("nobody is asked");
      };

  private static Config config() {
    return new Config(null, null, null, null, null, null, null, null);
  }

  private static Config actions(@Nullable Action unverified, @Nullable Action hallucination) {
    OutputAction action = new OutputAction(unverified, hallucination);
    return new Config(null, null, null, null, null, null, action, null);
  }

  private static Answer answer(String text) {
    return new Answer(List.of(new Answer.Choice(0, text, "", "", 0)));
  }

  private static Verdict.OnAnswer verdict(Config config, ObjectNode body, Answer answer) {
    Prompt prompt = new Prompt("m", false, false, body, PromptTexts.segments(body));
    return Objects.requireNonNull(new CitationVerifier().compile(config).answer())
        .check(answer, prompt, NO_JUDGE);
  }

  /** What happens besides the report: {@code allow}, {@code flag reason}, {@code block reason}. */
  private static String outcome(Config config, String text) {
    return brief(verdict(config, MILL, answer(text)));
  }

  private static String brief(Verdict.OnAnswer verdict) {
    return switch (verdict) {
      case Verdict.Flag(String reason) -> "flag " + reason;
      case Verdict.Block(String reason, _) -> "block " + reason;
      case Verdict.Report(_, Verdict.OnAnswer then) -> brief(then);
      case Verdict.Allow() -> "allow";
      default -> verdict.toString();
    };
  }

  @Test
  void byDefaultEveryFindingIsFlaggedAndNothingIsBlocked() {
    assertThat(outcome(config(), GOOD)).isEqualTo("allow");
    assertThat(outcome(config(), BARE)).isEqualTo("flag citation.missing");
    assertThat(outcome(config(), WEAK)).isEqualTo("flag citation.unverified");
    assertThat(outcome(config(), WRONG)).isEqualTo("flag citation.mismatch");
    assertThat(outcome(config(), DANGLING)).isEqualTo("flag citation.dangling");
    assertThat(outcome(config(), FOREIGN)).isEqualTo("flag citation.unmatched");
  }

  @Test
  void unverifiedActionBlocksWhatIsNotSupported() {
    Config block = actions(Action.BLOCK, null);

    assertThat(outcome(block, GOOD)).isEqualTo("allow");
    assertThat(outcome(block, BARE)).isEqualTo("block citation.missing");
    assertThat(outcome(block, WEAK)).isEqualTo("block citation.unverified");
    assertThat(outcome(block, WRONG)).isEqualTo("flag citation.mismatch");
    assertThat(outcome(block, DANGLING)).isEqualTo("flag citation.dangling");
    assertThat(outcome(block, FOREIGN)).isEqualTo("flag citation.unmatched");
  }

  @Test
  void hallucinationActionBlocksWhatIsMadeUp() {
    Config block = actions(Action.FLAG, Action.BLOCK);

    assertThat(outcome(block, GOOD)).isEqualTo("allow");
    assertThat(outcome(block, BARE)).isEqualTo("flag citation.missing");
    assertThat(outcome(block, WEAK)).isEqualTo("flag citation.unverified");
    assertThat(outcome(block, WRONG)).isEqualTo("block citation.mismatch");
    assertThat(outcome(block, DANGLING)).isEqualTo("block citation.dangling");
    assertThat(outcome(block, FOREIGN)).isEqualTo("flag citation.unmatched");
  }

  @Test
  void requireSourceMatchBlocksCitationsOfWhatWasNotSupplied() {
    Config match = new Config(null, true, null, null, null, null, null, null);

    assertThat(outcome(match, GOOD)).isEqualTo("allow");
    assertThat(outcome(match, WEAK)).isEqualTo("flag citation.unverified");
    assertThat(outcome(match, FOREIGN)).isEqualTo("block citation.unmatched");
    assertThat(outcome(match, DANGLING)).isEqualTo("block citation.unmatched");
  }

  @Test
  void requireSourcesMayBeTurnedOff() {
    Config config = new Config(false, null, null, null, null, null, BLOCK, null);

    assertThat(outcome(config, BARE)).isEqualTo("allow");
    assertThat(outcome(config, WEAK)).isEqualTo("block citation.unverified");
  }

  @Test
  void whatClaimsNothingNeedsNoSource() {
    Config config = new Config(null, null, null, null, null, null, BLOCK, null);

    assertThat(outcome(config, "Hello!")).isEqualTo("allow");
    assertThat(outcome(config, "What else would you like to know?")).isEqualTo("allow");
  }

  @Test
  void minConfidenceIsWhatACitationMustReach() {
    String half = "The mill beside the canal was built of old stones [1].";
    Config low = new Config(null, null, 0.05, null, null, null, null, null);
    Config high = new Config(null, null, 0.99, null, null, null, null, null);

    assertThat(outcome(low, half)).isEqualTo("allow");
    assertThat(outcome(high, half)).isEqualTo("flag citation.unverified");
  }

  @Test
  void minGroundednessIsAskedOfTheWholeAnswer() {
    Config grounded = new Config(false, null, null, 0.5, null, null, BLOCK, null);
    String chat = "I love strawberry ice cream on sunny afternoons, you know.";

    assertThat(outcome(grounded, BARE)).isEqualTo("allow");
    assertThat(outcome(grounded, chat)).isEqualTo("block groundedness.low");
    assertThat(brief(verdict(grounded, Checked.system("Be brief."), answer(chat))))
        .isEqualTo("block citation.unverified");
  }

  @Test
  void extractPatternsSayWhatACitationIs() {
    Config urls = new Config(null, null, null, null, null, List.of(CitationType.URL), null, null);

    assertThat(outcome(urls, DANGLING)).isEqualTo("flag citation.missing");
    assertThat(outcome(urls, FOREIGN)).isEqualTo("flag citation.unmatched");
  }

  @Test
  void callsAndRefusalsAreNotLookedAt() {
    Config config = new Config(null, null, null, null, null, null, BLOCK, null);
    Answer call = new Answer(List.of(new Answer.Choice(0, BARE, "", "", 1)));
    Answer refusal = new Answer(List.of(new Answer.Choice(0, "", "", "I cannot help.", 0)));

    assertThat(brief(verdict(config, MILL, call))).isEqualTo("allow");
    assertThat(brief(verdict(config, MILL, refusal))).isEqualTo("allow");
  }

  @Test
  void theWorstOfSeveralChoicesDecides() {
    Answer two =
        new Answer(
            List.of(new Answer.Choice(0, GOOD, "", "", 0), new Answer.Choice(1, WRONG, "", "", 0)));

    assertThat(brief(verdict(actions(null, Action.BLOCK), MILL, two)))
        .isEqualTo("block citation.mismatch");
  }

  @Test
  void theReportTellsEachCitationAndNoWordOfTheAnswer() {
    assertThat(verdict(config(), MILL, answer(GOOD + " " + FOREIGN)))
        .isInstanceOfSatisfying(
            Verdict.Report.class,
            report -> {
              assertThat(report.report().toString())
                  .startsWith(
                      "{\"citations\":[{\"type\":\"numbered\",\"index\":1,\"status\":\"verified\",\"confidence\":")
                  .contains(
                      "{\"type\":\"url\",\"index\":2,\"status\":\"unmatched\",\"confidence\":0.0,\"source\":null}")
                  .contains("\"claims\":2")
                  .contains("\"sources\":1")
                  .contains("\"coverage\":0.5")
                  .doesNotContain("mill")
                  .doesNotContain("example");
              assertThat(report.report().path("groundedness").isDouble()).isTrue();
            });
  }

  @Test
  void theReportMayBeTurnedOff() {
    Config quiet = new Config(null, null, null, null, null, null, null, new Response(false));

    assertThat(verdict(quiet, MILL, answer(GOOD))).isEqualTo(Verdict.ALLOW);
    assertThat(verdict(quiet, MILL, answer(WRONG)))
        .isEqualTo(new Verdict.Flag("citation.mismatch"));
  }

  @Test
  void severalChoicesAreReportedInOrder() {
    Answer two =
        new Answer(
            List.of(new Answer.Choice(0, GOOD, "", "", 0), new Answer.Choice(1, WRONG, "", "", 0)));

    assertThat(verdict(config(), MILL, two))
        .isInstanceOfSatisfying(
            Verdict.Report.class,
            report ->
                assertThat(report.report().findValuesAsText("status"))
                    .containsExactly("verified", "mismatch"));
  }

  @Test
  void badValuesAreRefusedWithTheirKey() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Config(null, null, 1.5, null, null, null, null, null))
        .withMessage("min_confidence: must be between 0 and 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Config(null, null, null, -0.1, null, null, null, null))
        .withMessage("min_groundedness: must be between 0 and 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Config(null, null, null, null, null, List.of(), null, null))
        .withMessage("extract_patterns: must name at least one pattern");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Config(null, null, null, null, Map.of("url", "x"), null, null, null))
        .withMessageStartingWith("external_resolver: not supported")
        .withMessageContaining("no text leaves");
  }

  @Test
  void quotesAloneAsCitationsAreWarnedOf() {
    Config quotes =
        new Config(null, null, null, null, null, List.of(CitationType.QUOTE), null, null);

    assertThat(new CitationVerifier().warnings(quotes)).hasSize(1);
    assertThat(new CitationVerifier().warnings(config())).isEmpty();
  }

  @Test
  void answersThatAreHeldForNothingAreWarnedOf() {
    Response silent = new Response(false);
    OutputAction blocks = new OutputAction(null, CitationVerifier.Action.BLOCK);
    CitationVerifier kind = new CitationVerifier();

    assertThat(kind.warnings(new Config(null, null, null, null, null, null, null, silent)))
        .singleElement()
        .asString()
        .startsWith("nothing blocks and the report is off");
    assertThat(kind.warnings(new Config(null, null, null, null, null, null, blocks, silent)))
        .isEmpty();
    assertThat(kind.warnings(new Config(null, true, null, null, null, null, null, silent)))
        .isEmpty();
    assertThat(kind.warnings(new Config(null, null, null, 0.0, null, null, null, null)))
        .containsExactly(
            "min_groundedness: 0 is reached by every answer to a request with documents");
  }
}
