package io.keeptrusts.gateway.policy.kind.injection;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * One hidden layer over an embedding: how much its meaning is an order to the model, as log-odds to
 * be added to those of the words. Immutable and shared.
 */
final class EmbeddingHead {
  static final int MAGIC = 0x4B544548;

  /** What the meaning weighs beside the words; more was worse on every set that was left out. */
  static final float SHARE = 0.3f;

  private final float[][] in;
  private final float[] shift;
  private final float[] out;
  private final float bias;

  /**
   * @param in weights of a hidden unit, then the next one's
   * @param bias shifted so that the sum with the words' log-odds has its threshold at zero
   */
  EmbeddingHead(float[][] in, float[] shift, float[] out, float bias) {
    this.in = in;
    this.shift = shift;
    this.out = out;
    this.bias = bias;
  }

  /**
   * Reads a resource: magic number, units, bias, then for each unit its shift, its weight and the
   * weights of its inputs; big endian floats.
   */
  static EmbeddingHead load(String resource) {
    try (InputStream file =
            Objects.requireNonNull(EmbeddingHead.class.getResourceAsStream(resource), resource);
        DataInputStream data = new DataInputStream(new BufferedInputStream(file))) {
      if (data.readInt() != MAGIC) {
        throw new IOException(resource + " holds no weights");
      }
      int units = data.readInt();
      float bias = data.readFloat();
      float[][] in = new float[units][MiniLm.SIZE];
      float[] shift = new float[units];
      float[] out = new float[units];
      for (int unit = 0; unit < units; unit++) {
        shift[unit] = data.readFloat();
        out[unit] = data.readFloat();
        for (int i = 0; i < MiniLm.SIZE; i++) {
          in[unit][i] = data.readFloat();
        }
      }
      return new EmbeddingHead(in, shift, out, bias);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Log-odds to be added to those of the words. */
  double logit(float[] embedding) {
    double logit = bias;
    for (int unit = 0; unit < out.length; unit++) {
      float sum = shift[unit];
      for (int i = 0; i < embedding.length; i++) {
        sum += in[unit][i] * embedding[i];
      }
      logit += out[unit] * Math.max(0, sum);
    }
    return SHARE * logit;
  }
}
