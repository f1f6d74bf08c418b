package io.keeptrusts.gateway.policy.kind.injection;

/**
 * What the classifiers know; loaded once per process, when the first pack uses it (half a
 * megabyte).
 *
 * @param direct for what users write
 * @param inData for what tools bring
 */
record Models(Concepts concepts, Classifier direct, Classifier inData) {
  private static final class Loaded {
    static final Models MODELS =
        new Models(
            Concepts.load(),
            Classifier.load("/prompt-injection/direct.weights"),
            Classifier.load("/prompt-injection/indirect.weights"));
  }

  static Models shared() {
    return Loaded.MODELS;
  }
}
