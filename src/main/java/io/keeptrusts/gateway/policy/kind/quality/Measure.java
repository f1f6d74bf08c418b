package io.keeptrusts.gateway.policy.kind.quality;

import java.util.Locale;

/** What an answer is measured by; each score lies between 0 and 1. */
public enum Measure {
  /** Its words are those of the context that the request gives. */
  FAITHFULNESS,
  /** It speaks of what was asked. */
  RELEVANCY,
  /** It does not go round in circles. */
  COHERENCE,
  /** It is long enough, and comes to an end. */
  COMPLETENESS,
  /** Its numbers and names are in the context or the question. */
  ACCURACY;

  /** The key in a pack and in a report. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
