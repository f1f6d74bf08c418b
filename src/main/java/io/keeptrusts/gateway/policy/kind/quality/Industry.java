package io.keeptrusts.gateway.policy.kind.quality;

/**
 * What weighs how much where. The weights are ours: where a wrong number does harm, being true to
 * the sources counts most; where people are talked to, being to the point.
 */
public enum Industry {
  GENERAL(0.15, 0.2, 0.28, 0.27, 0.1),
  FINANCE(0.3, 0.1, 0.15, 0.2, 0.25),
  HEALTHCARE(0.35, 0.1, 0.15, 0.2, 0.2),
  LEGAL(0.35, 0.1, 0.15, 0.2, 0.2),
  INSURANCE(0.3, 0.1, 0.15, 0.2, 0.25),
  GOVERNMENT(0.3, 0.15, 0.15, 0.2, 0.2),
  EDUCATION(0.2, 0.2, 0.25, 0.25, 0.1),
  RETAIL(0.15, 0.3, 0.2, 0.25, 0.1),
  TECHNOLOGY(0.2, 0.2, 0.2, 0.3, 0.1);

  private final double faithfulness;
  private final double relevancy;
  private final double coherence;
  private final double completeness;
  private final double accuracy;

  Industry(
      double faithfulness,
      double relevancy,
      double coherence,
      double completeness,
      double accuracy) {
    this.faithfulness = faithfulness;
    this.relevancy = relevancy;
    this.coherence = coherence;
    this.completeness = completeness;
    this.accuracy = accuracy;
  }

  double weight(Measure measure) {
    return switch (measure) {
      case FAITHFULNESS -> faithfulness;
      case RELEVANCY -> relevancy;
      case COHERENCE -> coherence;
      case COMPLETENESS -> completeness;
      case ACCURACY -> accuracy;
    };
  }
}
