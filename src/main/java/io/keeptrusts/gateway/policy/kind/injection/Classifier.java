package io.keeptrusts.gateway.policy.kind.injection;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * A logistic regression over hashed features, one signed byte a weight: how sure it is that a
 * window of a text orders the model about. Immutable and shared.
 *
 * <p>The log-odds are shifted so that zero is the threshold that was calibrated. Weights are
 * trained by {@code InjectionTrainingTest} in the test sources; the README beside them names sets
 * and licences.
 */
final class Classifier {
  static final int MAGIC = 0x4B544932;

  /** Two words are no order that the rules do not know. */
  private static final int FEWEST = 3;

  /** A text of fewer words must show more: a single word weighs too much in it. */
  private static final int ENOUGH = 10;

  private static final double DOUBT = 0.3;

  private final byte[] weights;
  private final float scale;
  private final float bias;
  private final float slope;

  /**
   * @param slope how much more a text of e times as many windows must show
   */
  Classifier(byte[] weights, float scale, float bias, float slope) {
    this.weights = weights;
    this.scale = scale;
    this.bias = bias;
    this.slope = slope;
  }

  /**
   * Reads a resource: magic number, bias, slope, scale, weights; big endian.
   *
   * @throws UncheckedIOException if it is not a set of weights
   */
  static Classifier load(String resource) {
    try (InputStream in =
            Objects.requireNonNull(Classifier.class.getResourceAsStream(resource), resource);
        DataInputStream data = new DataInputStream(in)) {
      if (data.readInt() != MAGIC) {
        throw new IOException(resource + " holds no weights");
      }
      float bias = data.readFloat();
      float slope = data.readFloat();
      float scale = data.readFloat();
      byte[] weights = data.readNBytes(Features.SIZE);
      if (weights.length != Features.SIZE) {
        throw new IOException(resource + " is too short");
      }
      return new Classifier(weights, scale, bias, slope);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The window that looks most like an order, and how much; the more windows, the less it says. */
  Score score(Words words, Features features) {
    double most = Double.NEGATIVE_INFINITY;
    int best = 0;
    int windows = Windows.count(words.count);
    for (int i = 0; i < windows; i++) {
      features.read(words, Windows.from(i, words.count), Windows.to(i, words.count));
      double logit = logit(features);
      if (logit > most) {
        most = logit;
        best = i;
      }
    }
    return new Score(
        most - slope * Math.log(windows) - doubt(words.count),
        Windows.from(best, words.count),
        Windows.to(best, words.count));
  }

  /**
   * Measured on runs of words from prose: without it 1.3 to 6 in 100 runs of one to eight words
   * were taken for orders, with it at most 3 in 1,000.
   */
  private static double doubt(int words) {
    return words < FEWEST ? Double.POSITIVE_INFINITY : DOUBT * Math.max(0, ENOUGH - words);
  }

  /**
   * @param logit log-odds, zero at the calibrated threshold
   * @param from first word of the window that has it
   * @param to the word after its last
   */
  record Score(double logit, int from, int to) {}

  /** The log-odds of the window that was read. */
  double logit(Features features) {
    float logit = bias;
    int from = 0;
    for (int block = 0; block < Features.BLOCKS; block++) {
      int to = features.end[block];
      int sum = 0;
      for (int i = from; i < to; i++) {
        sum += weights[features.index[i]];
      }
      if (to > from) {
        logit += scale * sum / (float) Math.sqrt(to - from);
      }
      from = to;
    }
    return logit;
  }
}
