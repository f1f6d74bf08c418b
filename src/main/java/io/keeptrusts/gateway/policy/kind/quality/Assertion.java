package io.keeptrusts.gateway.policy.kind.quality;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that must hold for an answer.
 *
 * @param name in reports; default the type
 * @param value what the type looks for
 * @param threshold the score between 0 and 1 that it must reach; default by type
 * @param weight 0 to 10 in a weighted average; default 1
 * @param mode default {@code enforce}
 * @param severity default {@code warning}
 * @param enabled default true
 * @param negate must not hold; default false
 * @param caseSensitive default true
 * @param provider the judge: a target's id; default the only one that the block lists
 * @param config of the judge's request
 */
public record Assertion(
    AssertionType type,
    @Nullable String name,
    @Nullable JsonNode value,
    @Nullable Double threshold,
    @Nullable Double weight,
    Enforcement mode,
    Severity severity,
    @Nullable Boolean enabled,
    @Nullable Boolean negate,
    @Nullable Boolean caseSensitive,
    @Nullable String provider,
    @Nullable String pack,
    Map<String, JsonNode> config) {
  private static final int LONGEST_NAME = 64;
  private static final double MOST = 10;

  public Assertion {
    if (type == null) {
      throw new IllegalArgumentException("type: is missing");
    }
    if (name != null && (name.isBlank() || name.length() > LONGEST_NAME)) {
      throw new IllegalArgumentException("name: must have 1 to " + LONGEST_NAME + " characters");
    }
    QualityScorer.share("threshold", threshold);
    if (weight != null && !(weight >= 0 && weight <= MOST)) {
      throw new IllegalArgumentException("weight: must be between 0 and 10");
    }
    if (pack != null) {
      throw new IllegalArgumentException(
          "pack: assertions are not taken from elsewhere; write them here");
    }
    mode = mode == null ? Enforcement.ENFORCE : mode;
    severity = severity == null ? Severity.WARNING : severity;
    config = config == null ? Map.of() : config;
    type.check(caseSensitive, provider, config, mode);
  }

  String label() {
    return name == null ? type.toString() : name;
  }

  boolean runs() {
    return !Boolean.FALSE.equals(enabled);
  }

  boolean isNegated() {
    return type.negated() != Boolean.TRUE.equals(negate);
  }

  /** What the failure of an assertion may do. */
  public enum Enforcement {
    /** May decide. */
    ENFORCE,
    /** Is reported, and flagged in metrics and trail. */
    AUDIT,
    /** Is written to the debug log. */
    SHADOW
  }

  /** How much an enforced assertion decides. */
  public enum Severity {
    /** Alone. */
    CRITICAL,
    /** As the pass policy says. */
    WARNING,
    /** Nothing: it is reported. */
    INFO
  }
}
