package io.keeptrusts.gateway.policy.kind.citation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds the coefficients of {@link Grounding} on the development part of BEGIN (Dziri et al. 2022;
 * github.com/google/BEGIN-dataset, CC BY 4.0), by logistic regression with a small ridge, from
 * nothing, in a fixed number of steps: every run prints the same. The test part is never read here.
 */
public final class GroundingTrainer {
  private static final Path DATA =
      Path.of(System.getProperty("shared.dir", "../shared"), "detect/grounding");
  private static final int STEPS = 60_000;
  private static final double RATE = 0.3;
  private static final double RIDGE = 1e-4;

  private record Example(double[] features, boolean attributable) {}

  private GroundingTrainer() {}

  public static void main(String[] args) throws IOException {
    List<Example> examples = new ArrayList<>();
    for (String name : List.of("begin_dev_wow.tsv", "begin_dev_cmu.tsv")) {
      for (String line : Files.readAllLines(DATA.resolve(name))) {
        String[] fields = line.split("\t", -1);
        if (fields.length == 6 && !fields[0].equals("model_name")) {
          examples.add(
              new Example(features(fields[2], fields[4]), fields[5].equals("Fully attributable")));
        }
      }
    }
    for (double weight : train(examples)) {
      System.out.printf(Locale.ROOT, "%.3f,%n", weight);
    }
  }

  /** The features of a whole response; of a long one, the mean over its parts. */
  private static double[] features(String knowledge, String response) {
    Vocabulary vocabulary = new Vocabulary();
    Evidence evidence = new Evidence(List.of(Words.of(knowledge, vocabulary)), vocabulary);
    Words words = Words.of(response, vocabulary);
    double[] mean = new double[Grounding.FEATURES];
    for (int from = 0; from < words.size(); from += Evidence.LONGEST) {
      int to = Math.min(words.size(), from + Evidence.LONGEST);
      var units = evidence.about(Grounding.contents(words, from, to), new int[] {0});
      double[] part = Grounding.features(words, from, to, units);
      for (int f = 0; f < mean.length; f++) {
        mean[f] += part[f] * (to - from) / words.size();
      }
    }
    return mean;
  }

  private static double[] train(List<Example> examples) {
    double[] weights = new double[Grounding.FEATURES];
    for (int step = 0; step < STEPS; step++) {
      double[] slope = new double[weights.length];
      for (Example example : examples) {
        double error =
            (example.attributable ? 1 : 0) - Grounding.probability(weights, example.features);
        for (int f = 0; f < slope.length; f++) {
          slope[f] += error * example.features[f] / examples.size();
        }
      }
      for (int f = 0; f < weights.length; f++) {
        weights[f] += RATE * (slope[f] - (f == 0 ? 0 : RIDGE * weights[f]));
      }
    }
    return weights;
  }
}
