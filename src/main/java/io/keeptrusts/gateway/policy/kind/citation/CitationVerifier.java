package io.keeptrusts.gateway.policy.kind.citation;

import io.keeptrusts.gateway.exchange.Answer;
import io.keeptrusts.gateway.exchange.Prompt;
import io.keeptrusts.gateway.exchange.Verdict;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code citation-verifier}: finds the citations of a whole answer, looks for what they cite among
 * the documents of the request (results of tools, {@code documents}, text files, and what in system
 * and user texts is marked or long enough to be one), and tells how much of the answer these
 * documents say. No model and no call to anyone: the same answer to the same request is always
 * judged the same.
 *
 * <p>A citation is
 *
 * <ul>
 *   <li><em>verified</em> if a document is what it cites and supports the claim before it with at
 *       least {@code min_confidence}; a quotation if its words stand there;
 *   <li><em>unverified</em> if the document says too little of the claim, or the request has no
 *       documents;
 *   <li><em>unmatched</em> if no document is what it cites; <em>dangling</em> if that is a number;
 *   <li>a <em>mismatch</em> if the document says almost the same with another number or name, with
 *       or without a negation, or the quotation in other words.
 * </ul>
 *
 * <p>What only looks like a claim is one: questions are not, nor are answers that call tools or
 * refuse.
 */
@Singleton
public final class CitationVerifier implements PolicyKind<CitationVerifier.Config> {

  /** What is done about a finding. */
  public enum Action {
    /** The answer goes on; the report, metrics and the trail tell it. */
    FLAG,
    BLOCK
  }

  /**
   * {@code policy.citation-verifier}.
   *
   * @param requireSources an answer that claims something and has no citation is unverified;
   *     default true
   * @param requireSourceMatch block if a citation names no document of the request, whatever the
   *     actions say; default false: it is flagged
   * @param minConfidence what a citation must reach to be verified; default 0.8
   * @param minGroundedness an answer below it is hallucinated, one to a request without documents
   *     unverified; absent: not asked for
   * @param externalResolver refused: what an answer cites would leave to a host that is no provider
   * @param extractPatterns what counts as a citation; default: all
   */
  public record Config(
      @Nullable Boolean requireSources,
      @Nullable Boolean requireSourceMatch,
      @Nullable Double minConfidence,
      @Nullable Double minGroundedness,
      @Nullable Map<String, String> externalResolver,
      @Nullable List<CitationType> extractPatterns,
      @Nullable OutputAction outputAction,
      @Nullable Response response) {

    public Config {
      within("min_confidence", minConfidence);
      within("min_groundedness", minGroundedness);
      if (externalResolver != null) {
        throw new IllegalArgumentException(
            "external_resolver: not supported; citations are checked against the request's own"
                + " documents, so that no text leaves to a host outside of the providers");
      }
      if (extractPatterns != null && extractPatterns.isEmpty()) {
        throw new IllegalArgumentException("extract_patterns: must name at least one pattern");
      }
    }

    private static void within(String key, @Nullable Double value) {
      if (value != null && !(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException(key + ": must be between 0 and 1");
      }
    }

    Set<CitationType> wanted() {
      return extractPatterns == null
          ? EnumSet.allOf(CitationType.class)
          : EnumSet.copyOf(extractPatterns);
    }

    boolean reports() {
      return response == null || !Boolean.FALSE.equals(response.includeVerificationReport);
    }

    boolean blocks() {
      return Boolean.TRUE.equals(requireSourceMatch)
          || outputAction != null
              && (outputAction.unverifiedAction == Action.BLOCK
                  || outputAction.hallucinationAction == Action.BLOCK);
    }

    double confidence() {
      return minConfidence == null ? 0.8 : minConfidence;
    }
  }

  /**
   * @param unverifiedAction when a citation, or the lack of one, leaves a claim unverified; default
   *     flag
   * @param hallucinationAction when a citation is dangling or a mismatch, or the answer is below
   *     {@code min_groundedness}; default flag
   */
  public record OutputAction(
      @Nullable Action unverifiedAction, @Nullable Action hallucinationAction) {}

  /**
   * @param includeVerificationReport whether the client gets the report; default true
   */
  public record Response(@Nullable Boolean includeVerificationReport) {}

  @Override
  public String name() {
    return "citation-verifier";
  }

  @Override
  public Class<Config> config() {
    return Config.class;
  }

  @Override
  public Mode mode() {
    return Mode.BUFFERED;
  }

  @Override
  public List<String> warnings(Config config) {
    boolean marks = config.wanted().stream().anyMatch(type -> type != CitationType.QUOTE);
    List<String> warnings = new ArrayList<>();
    if (!Boolean.FALSE.equals(config.requireSources) && !marks) {
      warnings.add("with require_sources every answer that claims something must quote");
    }
    if (config.minGroundedness != null && config.minGroundedness == 0) {
      warnings.add("min_groundedness: 0 is reached by every answer to a request with documents");
    }
    if (!config.reports() && !config.blocks()) {
      warnings.add(
          "nothing blocks and the report is off: answers are held to their end for metrics and"
              + " trail alone");
    }
    return List.copyOf(warnings);
  }

  @Override
  public Policy compile(Config config) {
    return Policy.of(name()).withAnswer((answer, prompt, _) -> check(config, answer, prompt));
  }

  private static Verdict.OnAnswer check(Config config, Answer answer, Prompt prompt) {
    Sources sources = Sources.of(prompt.body());
    List<Check> checks = new ArrayList<>();
    for (Answer.Choice choice : answer.choices()) {
      // A call or a refusal is no prose that could cite.
      if (choice.toolCalls() == 0 && choice.refusal().isEmpty()) {
        checks.add(
            new Verifier(choice.content(), sources, config.wanted(), config.confidence()).check());
      }
    }
    Verdict.OnAnswer verdict = Judgement.of(config, checks);
    return checks.isEmpty() || !config.reports()
        ? verdict
        : new Verdict.Report(Reports.of(checks), verdict);
  }
}
