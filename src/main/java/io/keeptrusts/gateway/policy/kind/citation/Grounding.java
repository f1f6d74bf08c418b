package io.keeptrusts.gateway.policy.kind.citation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How far sources support a claim: a logistic score of how its words and their order recur in the
 * sentences that speak of the same things. No model but seven coefficients, which the trainer among
 * the tests found on the development part of BEGIN (Dziri et al. 2022, CC BY 4.0).
 */
final class Grounding {
  static final int FEATURES = 7;

  private static final int MOST_TALK = 3;

  private static final double[] WEIGHTS = {
    -2.256, // nothing
    4.317, // words found
    2.202, // words found in the same order
    -2.010, // content words of which not even the beginning is found
    -0.291, // function words not found
    -1.693, // the speaker and the one spoken to
    -0.323, // talk
  };

  /**
   * @param score probability that all of the claim is in the sources
   * @param units where it was looked for, the best first
   */
  record Support(double score, List<Evidence.Unit> units) {}

  private final Evidence evidence;

  Grounding(Evidence evidence) {
    this.evidence = evidence;
  }

  /** The words from..to of an answer, at most {@link Evidence#LONGEST}, against some sources. */
  Support support(Words answer, int from, int to, int[] sources) {
    List<Evidence.Unit> units = evidence.about(contents(answer, from, to), sources);
    double[] features = features(answer, from, to, units);
    return new Support(probability(WEIGHTS, features), units);
  }

  static double probability(double[] weights, double[] features) {
    double sum = 0;
    for (int i = 0; i < FEATURES; i++) {
      sum += weights[i] * features[i];
    }
    return 1 / (1 + Math.exp(-sum));
  }

  static int[] contents(Words answer, int from, int to) {
    int[] stems = new int[to - from];
    int count = 0;
    for (int i = from; i < to; i++) {
      if (answer.isContent(i)) {
        stems[count++] = answer.stem(i);
      }
    }
    return Arrays.stream(stems, 0, count).distinct().toArray();
  }

  static double[] features(Words answer, int from, int to, List<Evidence.Unit> units) {
    Set<Integer> said = new HashSet<>();
    Set<Integer> roots = new HashSet<>();
    for (Evidence.Unit unit : units) {
      for (int i = unit.from(); i < unit.to(); i++) {
        said.add(unit.words().stem(i));
        roots.add(unit.words().root(i));
      }
    }
    int novel = 0;
    int joints = 0;
    int known = 0;
    int persons = 0;
    int talk = 0;
    for (int i = from; i < to; i++) {
      if (said.contains(answer.stem(i))) {
        known++;
      } else {
        boolean content = answer.isContent(i);
        novel += content && !roots.contains(answer.root(i)) ? 1 : 0;
        joints += content ? 0 : 1;
        persons += answer.is(i, Vocabulary.PERSON) ? 1 : 0;
        talk += answer.is(i, Vocabulary.OPINION) ? 1 : 0;
      }
    }
    double length = Math.max(1, to - from);
    return new double[] {
      1,
      known / length,
      common(answer, from, to, units) / length,
      Math.log1p(novel),
      Math.log1p(joints),
      Math.min(MOST_TALK, persons),
      Math.min(MOST_TALK, talk),
    };
  }

  /**
   * The length of the longest common subsequence of a claim and the units, in the order of their
   * finding; bit-parallel (Hyyrö 2004).
   */
  private static int common(Words answer, int from, int to, List<Evidence.Unit> units) {
    Map<Integer, Long> places = new HashMap<>();
    for (int i = from; i < to; i++) {
      places.merge(answer.stem(i), 1L << (i - from), (a, b) -> a | b);
    }
    long row = -1L;
    for (Evidence.Unit unit : units) {
      for (int i = unit.from(); i < unit.to(); i++) {
        long here = places.getOrDefault(unit.words().stem(i), 0L);
        long matched = row & here;
        row = (row + matched) | (row - matched);
      }
    }
    return Long.bitCount(~row & (to - from == 64 ? -1L : (1L << (to - from)) - 1));
  }
}
