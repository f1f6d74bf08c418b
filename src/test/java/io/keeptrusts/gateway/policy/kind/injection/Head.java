package io.keeptrusts.gateway.policy.kind.injection;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Trains the head over embeddings: one hidden layer, stochastic gradient descent with momentum. */
final class Head {
  private static final int HIDDEN = 32;
  private static final int EPOCHS = 12;

  record Example(float[] embedding, boolean attack, double weight) {}

  private final float[][] in = new float[HIDDEN][MiniLm.SIZE];
  private final float[] shift = new float[HIDDEN];
  private final float[] out = new float[HIDDEN];
  private float bias;

  static Head train(List<Example> examples, long seed) {
    Head head = new Head();
    Random random = new Random(seed);
    for (float[] row : head.in) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) (random.nextGaussian() * 0.5);
      }
    }
    for (int i = 0; i < HIDDEN; i++) {
      head.out[i] = (float) (random.nextGaussian() * 0.3);
    }
    List<Example> order = new ArrayList<>(examples);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      Collections.shuffle(order, random);
      float rate = 0.1f * (1 - epoch / (float) EPOCHS);
      for (Example example : order) {
        head.learn(example, rate);
      }
    }
    return head;
  }

  private final float[] hidden = new float[HIDDEN];

  double logit(float[] embedding) {
    double logit = bias;
    for (int h = 0; h < HIDDEN; h++) {
      float sum = shift[h];
      for (int i = 0; i < embedding.length; i++) {
        sum += in[h][i] * embedding[i];
      }
      hidden[h] = Math.max(0, sum);
      logit += out[h] * hidden[h];
    }
    return logit;
  }

  /** As it is before its threshold is known. */
  EmbeddingHead untuned() {
    return new EmbeddingHead(in, shift, out, bias);
  }

  /**
   * As {@link EmbeddingHead#load} reads it; {@code threshold} is taken off, in shares of the sum.
   */
  void write(Path file, double threshold) throws IOException {
    try (var data = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      data.writeInt(EmbeddingHead.MAGIC);
      data.writeInt(HIDDEN);
      data.writeFloat((float) (bias - threshold));
      for (int unit = 0; unit < HIDDEN; unit++) {
        data.writeFloat(shift[unit]);
        data.writeFloat(out[unit]);
        for (float weight : in[unit]) {
          data.writeFloat(weight);
        }
      }
    }
  }

  private void learn(Example example, float rate) {
    double p = 1 / (1 + Math.exp(-logit(example.embedding)));
    float error = (float) ((p - (example.attack ? 1 : 0)) * example.weight) * rate;
    bias -= error;
    for (int h = 0; h < HIDDEN; h++) {
      float back = error * out[h];
      out[h] -= error * hidden[h] + rate * 1e-5f * out[h];
      if (hidden[h] > 0) {
        shift[h] -= back;
        for (int i = 0; i < MiniLm.SIZE; i++) {
          in[h][i] -= back * example.embedding[i] + rate * 1e-5f * in[h][i];
        }
      }
    }
  }
}
