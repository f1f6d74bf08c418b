package io.keeptrusts.gateway.policy.kind.quality;

import java.util.EnumMap;
import java.util.Map;

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

  private final Map<Measure, Double> weights = new EnumMap<>(Measure.class);

  Industry(
      double faithfulness,
      double relevancy,
      double coherence,
      double completeness,
      double accuracy) {
    weights.put(Measure.FAITHFULNESS, faithfulness);
    weights.put(Measure.RELEVANCY, relevancy);
    weights.put(Measure.COHERENCE, coherence);
    weights.put(Measure.COMPLETENESS, completeness);
    weights.put(Measure.ACCURACY, accuracy);
  }

  double weight(Measure measure) {
    return weights.getOrDefault(measure, 0.0);
  }
}
