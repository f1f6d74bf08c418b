package io.keeptrusts.gateway.policy.kind.injection;

/**
 * A second look at texts whose words leave it open, by what they mean. Loads its model at the first
 * text it looks at. Thread-safe; takes milliseconds.
 */
final class Meaning {
  /** Log-odds beside the threshold of the words between which the meaning decides. */
  private static final double DOUBT = -1.75;

  private static final double CERTAINTY = 1;

  private static final class Loaded {
    static final EmbeddingHead HEAD = EmbeddingHead.load("/prompt-injection/meaning.weights");
  }

  private final double threshold;

  /**
   * @param threshold log-odds, words and meaning together, from which it is an attempt
   */
  Meaning(double threshold) {
    this.threshold = threshold;
  }

  /** False in a native executable, which holds neither the model nor its runtime. */
  static boolean runsHere() {
    return !"runtime".equals(System.getProperty("org.graalvm.nativeimage.imagecode"));
  }

  /** Whether words so far beside their threshold leave it open. */
  boolean wanted(double beside) {
    return beside >= DOUBT && beside < CERTAINTY;
  }

  /**
   * @param words log-odds of the words
   * @param text folded, in lower case
   * @throws IllegalStateException if the model does not run here
   */
  boolean isAttempt(double words, String text) {
    try {
      return words + Loaded.HEAD.logit(MiniLm.model().embed(text)) >= threshold;
    } catch (LinkageError e) {
      throw new IllegalStateException("the embedding model does not run on this platform", e);
    }
  }
}
