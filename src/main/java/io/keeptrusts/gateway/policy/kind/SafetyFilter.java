package io.keeptrusts.gateway.policy.kind;

import io.keeptrusts.gateway.policy.Action;
import io.keeptrusts.gateway.policy.Policy;
import io.keeptrusts.gateway.policy.PolicyKind;
import io.keeptrusts.gateway.policy.TextRule;
import io.keeptrusts.gateway.policy.text.Masking;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/**
 * Stops requests and answers that are about doing harm in one field of work, by phrases:
 * deterministic, no model, no judgement of intent. Questions about safety pass.
 */
@Singleton
public final class SafetyFilter implements PolicyKind<SafetyFilter.Config> {
  private static final String NAME = "safety-filter";
  private static final int OLDEST_MINOR = 17;

  /** The field whose phrases apply. */
  public enum Theme {
    /** Sabotage of plants, grids and their safety systems. */
    CRITICAL_INFRASTRUCTURE,
    /** Disabled or hijacked safety functions of vehicles. */
    AUTOMOTIVE,
    /** Self-harm, predatory contact, what minors must not have. */
    EDUCATION,
    /** Tampering with evidence, unlawful force, people and operations given away. */
    LAW_ENFORCEMENT
  }

  /**
   * The keys of {@code policy.safety-filter}.
   *
   * @param mode the field; default critical_infrastructure
   * @param blockIf terms of the pack, added to those of the mode; every regular English form of
   *     their words is meant
   * @param action block (default) or escalate
   * @param fuzzyMatching terms of the pack also match when misspelt; default false
   * @param maxDistance how many letters may be wrong; default 1
   * @param maxAge how old the users of this gateway are at most, in years: 1 to 17 adds what minors
   *     must not be helped to, below 13 also what children must not meet; 0 (default) adds nothing
   */
  public record Config(
      Theme mode,
      List<String> blockIf,
      Action action,
      Boolean fuzzyMatching,
      Integer maxDistance,
      Integer maxAge) {
    public Config {
      mode = mode == null ? Theme.CRITICAL_INFRASTRUCTURE : mode;
      blockIf = blockIf == null ? List.of() : List.copyOf(blockIf);
      action = action == null ? Action.BLOCK : action;
      if (action == Action.REDACT) {
        throw new IllegalArgumentException("action: must be block or escalate");
      }
      fuzzyMatching = fuzzyMatching != null && fuzzyMatching;
      maxDistance = maxDistance == null ? 1 : maxDistance;
      maxAge = maxAge == null ? 0 : maxAge;
      if (maxAge < 0 || maxAge > OLDEST_MINOR) {
        throw new IllegalArgumentException(
            "max_age: must be 1 to "
                + OLDEST_MINOR
                + " for an audience of minors, 0 for everybody else");
      }
      UserTerms.check("block_if", blockIf, fuzzyMatching, maxDistance);
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
    var rules = new ArrayList<>(SafetyThemes.of(config.mode()));
    rules.addAll(AgeThemes.upTo(config.maxAge()));
    config.blockIf().forEach(term -> rules.add(Terms.inflected("TERM", term)));
    if (config.fuzzyMatching()) {
      rules.addAll(UserTerms.rules("TERM", config.blockIf(), true, config.maxDistance()));
    }
    List<TextRule> checks =
        rules.stream().map(rule -> new TextRule(rule, config.action(), Masking.LABELS)).toList();
    return Policy.of(NAME).withInput(checks).withOutput(checks);
  }

  @Override
  public List<String> warnings(Config config) {
    return UserTerms.warnings(
        "block_if", config.blockIf(), config.fuzzyMatching(), config.maxDistance());
  }
}
