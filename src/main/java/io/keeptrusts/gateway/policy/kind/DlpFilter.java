package io.keeptrusts.gateway.policy.kind;

import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.TextRule;
import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.text.Masking;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps an organisation's own words in: its terms and expressions, and the markings it puts on
 * documents.
 */
@Singleton
public final class DlpFilter implements PolicyKind<DlpFilter.Config> {
  private static final String NAME = "dlp-filter";

  /** The label of a document's marking. */
  public static final String MARKING = "CLASSIFICATION";

  /**
   * Upper case or a whole formula, so that "a confidential talk" and "keep it secret" stay what
   * they are.
   */
  private static final List<Rule> HIGH =
      List.of(
          marking(
              "(STRICTLY |COMPANY |HIGHLY )?CONFIDENTIAL|PROPRIETARY( AND CONFIDENTIAL)?|INTERNAL( USE)? ONLY"
                  + "|TLP:(AMBER(\\+STRICT)?|RED)"),
          marking(
              "(?i)((strictly|company|highly)[ -]confidential|for internal use( only)?|internal(ly)? use only"
                  + "|internal only|proprietary and confidential|not for (public )?(distribution|release))"));

  private static final List<Rule> RESTRICTED =
      List.of(
          marking(
              "(TOP )?SECRET(//[A-Z/ -]{1,40})?|NOFORN|ORCON|RESTRICTED|CLASSIFIED|EYES ONLY|TS//SCI"),
          marking(
              "(?i)(do not (distribute|disseminate|forward|copy)|eyes only|need[ -]to[ -]know basis"
                  + "|attorney[ -]client privileged?)"));

  /** What counts as a marking besides the pack's own terms. */
  public enum Sensitivity {
    /** Nothing. */
    STANDARD,
    /** CONFIDENTIAL, INTERNAL ONLY, TLP:RED and the like. */
    HIGH,
    /** Also SECRET, TOP SECRET, NOFORN, "do not distribute" and the like. */
    RESTRICTED
  }

  /**
   * The keys of {@code policy.dlp-filter}.
   *
   * @param detectPatterns expressions, labelled {@code PATTERN}
   * @param blockedTerms words and phrases in any case, labelled {@code TERM}
   * @param action redact (default) or block, for all of it
   * @param fuzzyMatching terms also match when misspelt; default false
   * @param maxDistance how many letters may be wrong; 0 to 8, with fuzzy matching at most 2;
   *     default 1
   * @param sensitivityLevel markings to look for; default standard
   */
  public record Config(
      List<String> detectPatterns,
      List<String> blockedTerms,
      Action action,
      Boolean fuzzyMatching,
      Integer maxDistance,
      Sensitivity sensitivityLevel) {
    public Config {
      detectPatterns = detectPatterns == null ? List.of() : List.copyOf(detectPatterns);
      blockedTerms = blockedTerms == null ? List.of() : List.copyOf(blockedTerms);
      action = action == null ? Action.REDACT : action;
      if (action == Action.ESCALATE) {
        throw new IllegalArgumentException("action: must be redact or block");
      }
      fuzzyMatching = fuzzyMatching != null && fuzzyMatching;
      maxDistance = maxDistance == null ? 1 : maxDistance;
      sensitivityLevel = sensitivityLevel == null ? Sensitivity.STANDARD : sensitivityLevel;
      UserPatterns.rules("detect_patterns", "PATTERN", detectPatterns);
      UserTerms.check("blocked_terms", blockedTerms, fuzzyMatching, maxDistance);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<Config> config() {
    return Config.class;
  }

  @Override
  public Mode mode() {
    return Mode.REALTIME;
  }

  @Override
  public boolean supports(Mode mode) {
    return true;
  }

  @Override
  public Policy compile(Config config) {
    var rules =
        new ArrayList<>(UserPatterns.rules("detect_patterns", "PATTERN", config.detectPatterns()));
    rules.addAll(
        UserTerms.rules(
            "TERM", config.blockedTerms(), config.fuzzyMatching(), config.maxDistance()));
    rules.addAll(
        switch (config.sensitivityLevel()) {
          case STANDARD -> List.of();
          case HIGH -> HIGH;
          case RESTRICTED ->
              java.util.stream.Stream.concat(HIGH.stream(), RESTRICTED.stream()).toList();
        });
    List<TextRule> checks =
        rules.stream().map(rule -> new TextRule(rule, config.action(), Masking.LABELS)).toList();
    return Policy.of(NAME).withInput(checks).withOutput(checks);
  }

  @Override
  public List<String> warnings(Config config) {
    var warnings =
        new ArrayList<>(
            UserTerms.warnings(
                "blocked_terms",
                config.blockedTerms(),
                config.fuzzyMatching(),
                config.maxDistance()));
    if (config.detectPatterns().isEmpty()
        && config.blockedTerms().isEmpty()
        && config.sensitivityLevel() == Sensitivity.STANDARD) {
      warnings.add(
          "nothing to look for: add blocked_terms or detect_patterns, or raise sensitivity_level");
    }
    return List.copyOf(warnings);
  }

  private static Rule marking(String body) {
    return Rule.of(MARKING, body).after("^|[^\\w]").before("[^\\w]|$");
  }
}
