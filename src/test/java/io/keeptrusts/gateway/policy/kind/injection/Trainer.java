package io.keeptrusts.gateway.policy.kind.injection;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Logistic regression by stochastic gradient descent (AdaGrad, L2). Seeded, one thread. */
final class Trainer {
  private static final int EPOCHS = 8;
  private static final double RATE = 0.15;
  private static final double DECAY = 2e-5;

  /** One window of a text, read. */
  record Example(int[] index, int[] end, boolean attack, double weight) {}

  private final float[] weights = new float[Features.SIZE];
  private final float[] squares = new float[Features.SIZE];
  private double bias;
  private double biasSquares;

  private Trainer() {
    Arrays.fill(squares, 1e-6f);
  }

  static Trainer train(List<Example> examples, long seed) {
    Trainer trainer = new Trainer();
    List<Example> order = new ArrayList<>(examples);
    Random random = new Random(seed);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      Collections.shuffle(order, random);
      for (Example example : order) {
        trainer.learn(example);
      }
    }
    return trainer;
  }

  double logit(Example example) {
    double logit = bias;
    int from = 0;
    for (int to : example.end()) {
      double sum = 0;
      for (int i = from; i < to; i++) {
        sum += weights[example.index()[i]];
      }
      logit += to > from ? sum / Math.sqrt(to - from) : 0;
      from = to;
    }
    return logit;
  }

  private void learn(Example example) {
    double p = 1 / (1 + Math.exp(-logit(example)));
    double error = (p - (example.attack() ? 1 : 0)) * example.weight();
    int from = 0;
    for (int to : example.end()) {
      float step = (float) (error / Math.sqrt(Math.max(1, to - from)));
      for (int i = from; i < to; i++) {
        int at = example.index()[i];
        float gradient = step + (float) DECAY * weights[at];
        squares[at] += gradient * gradient;
        weights[at] -= (float) (RATE * gradient / Math.sqrt(squares[at]));
      }
      from = to;
    }
    biasSquares += error * error;
    bias -= RATE * error / Math.sqrt(biasSquares + 1e-6);
  }

  /** One byte a weight. */
  Weights quantized() {
    float most = 0;
    for (float weight : weights) {
      most = Math.max(most, Math.abs(weight));
    }
    float scale = most / 127;
    byte[] bytes = new byte[weights.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(weights[i] / scale);
    }
    return new Weights(bytes, scale, (float) bias, 0);
  }

  /** A classifier as it is written; see {@link Classifier#load}. */
  record Weights(byte[] bytes, float scale, float bias, float slope) {
    Classifier classifier() {
      return new Classifier(bytes, scale, bias, slope);
    }

    Weights withThreshold(double threshold) {
      return new Weights(bytes, scale, (float) (bias - threshold), slope);
    }

    Weights withSlope(double steep) {
      return new Weights(bytes, scale, bias, (float) steep);
    }

    void write(Path file) throws IOException {
      Files.createDirectories(file.getParent());
      try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
        out.writeInt(Classifier.MAGIC);
        out.writeFloat(bias);
        out.writeFloat(slope);
        out.writeFloat(scale);
        out.write(bytes);
      }
    }
  }
}
