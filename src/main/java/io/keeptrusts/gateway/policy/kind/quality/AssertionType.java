package io.keeptrusts.gateway.policy.kind.quality;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.policy.kind.quality.Assertion.Enforcement;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an assertion may look at. A type that begins with {@code not-} is the same one negated.
 * {@link Scorers} says what each does.
 */
public enum AssertionType {
  CONTAINS(Family.TEXT),
  ICONTAINS(Family.FOLDED),
  CONTAINS_ALL(Family.TEXT),
  ICONTAINS_ALL(Family.FOLDED),
  CONTAINS_ANY(Family.TEXT),
  ICONTAINS_ANY(Family.FOLDED),
  STARTS_WITH(Family.TEXT),
  ENDS_WITH(Family.TEXT),
  EQUALS(Family.TEXT),
  REGEX(Family.TEXT),
  NOT_CONTAINS(CONTAINS),
  NOT_ICONTAINS(ICONTAINS),
  NOT_CONTAINS_ALL(CONTAINS_ALL),
  NOT_CONTAINS_ANY(CONTAINS_ANY),
  NOT_ICONTAINS_ANY(ICONTAINS_ANY),
  NOT_STARTS_WITH(STARTS_WITH),
  NOT_ENDS_WITH(ENDS_WITH),
  NOT_EQUALS(EQUALS),
  NOT_REGEX(REGEX),
  IS_JSON(Family.FORM),
  CONTAINS_JSON(Family.FORM),
  JSON_SCHEMA(Family.FORM),
  NOT_IS_JSON(IS_JSON),
  NOT_CONTAINS_JSON(CONTAINS_JSON),
  MIN_LENGTH(Family.FORM),
  MAX_LENGTH(Family.FORM),
  WORD_COUNT(Family.FORM),
  SENTENCE_COUNT(Family.FORM),
  IS_REFUSAL(Family.FORM),
  NOT_IS_REFUSAL(IS_REFUSAL),
  SIMILAR(Family.LIKENESS),
  LEVENSHTEIN(Family.LIKENESS),
  ROUGE_1(Family.LIKENESS),
  ROUGE_L(Family.LIKENESS),
  BLEU(Family.LIKENESS),
  LLM_RUBRIC(Family.JUDGE),
  MODEL_GRADED_CLOSEDQA(Family.JUDGE),
  FACTUALITY(Family.JUDGE),
  MODEL_GRADED_FACTUALITY(FACTUALITY, false),
  ANSWER_RELEVANCE(Family.JUDGE),
  CONTEXT_FAITHFULNESS(Family.JUDGE);

  /** What the types of a kind have in common. */
  private enum Family {
    TEXT,
    /** As TEXT, whatever the case. */
    FOLDED,
    FORM,
    LIKENESS,
    JUDGE
  }

  private static final double LIKE = 0.75;
  private static final double JUDGED = 0.7;

  private final Family family;
  private final @Nullable AssertionType base;
  private final boolean negated;

  AssertionType(Family family) {
    this.family = family;
    this.base = null;
    this.negated = false;
  }

  AssertionType(AssertionType of) {
    this(of, true);
  }

  AssertionType(AssertionType of, boolean negated) {
    this.family = of.family;
    this.base = of;
    this.negated = negated;
  }

  /** The type that does the work. */
  AssertionType base() {
    return base == null ? this : base;
  }

  boolean negated() {
    return negated;
  }

  boolean asksJudge() {
    return family == Family.JUDGE;
  }

  boolean ignoresCase() {
    return family == Family.FOLDED;
  }

  /** The score at which it holds, where the pack does not say. */
  double threshold() {
    return switch (family) {
      case TEXT, FOLDED, FORM -> 1;
      case LIKENESS -> LIKE;
      case JUDGE -> JUDGED;
    };
  }

  /** Refuses settings that would have no effect on this type. */
  void check(
      @Nullable Boolean caseSensitive,
      @Nullable String provider,
      Map<String, JsonNode> config,
      Enforcement mode) {
    if (caseSensitive != null && family != Family.TEXT && family != Family.LIKENESS) {
      throw new IllegalArgumentException("case_sensitive: has no meaning for `" + this + "`");
    }
    if (!asksJudge()) {
      if (provider != null) {
        throw new IllegalArgumentException("provider: `" + this + "` asks no judge");
      }
      if (!config.isEmpty()) {
        throw new IllegalArgumentException("config: `" + this + "` has no settings");
      }
      return;
    }
    JudgeOptions.check("config", config);
    if (mode == Enforcement.SHADOW) {
      throw new IllegalArgumentException(
          "mode: a judge in the shadow would delay the answer for a line in the log; use `audit`");
    }
  }

  /** As it stands in a pack. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
