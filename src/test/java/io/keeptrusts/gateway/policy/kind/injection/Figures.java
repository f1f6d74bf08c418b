package io.keeptrusts.gateway.policy.kind.injection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Scores of texts and what they come to. */
final class Figures {
  /** More than what weights lose when they are written. */
  private static final double MARGIN = 1e-3;

  private static final Concepts CONCEPTS = Concepts.load();

  private Figures() {}

  static double[] scores(Classifier classifier, List<String> texts) {
    Features features = new Features();
    return texts.stream()
        .mapToDouble(text -> classifier.score(Words.read(text, CONCEPTS), features).logit())
        .toArray();
  }

  /** Words and meaning as they are added. */
  static double[] scores(Classifier classifier, EmbeddingHead head, List<String> texts) {
    Features features = new Features();
    return texts.stream()
        .mapToDouble(
            text -> {
              Words words = Words.read(text, CONCEPTS);
              Classifier.Score score = classifier.score(words, features);
              String span = words.span(score.from(), score.to());
              return score.logit() + head.logit(MiniLm.model().embed(span));
            })
        .toArray();
  }

  /** Windows of a text, as the embedding sees them. */
  static List<String> spans(String text, int most) {
    Words words = Words.read(text, CONCEPTS);
    List<String> spans = new ArrayList<>();
    for (int i = 0; i < Math.min(most, Windows.count(words.count)); i++) {
      spans.add(words.span(Windows.from(i, words.count), Windows.to(i, words.count)));
    }
    return spans;
  }

  /** Log-odds of every window. */
  static double[] windows(Classifier classifier, List<String> texts) {
    Features features = new Features();
    return texts.stream()
        .map(text -> Words.read(text, CONCEPTS))
        .flatMapToDouble(
            words ->
                java.util.stream.IntStream.range(0, Windows.count(words.count))
                    .mapToDouble(
                        i -> {
                          features.read(
                              words, Windows.from(i, words.count), Windows.to(i, words.count));
                          return classifier.logit(features);
                        }))
        .toArray();
  }

  static double share(double[] scores, double threshold) {
    return Arrays.stream(scores).filter(score -> score >= threshold).count()
        / (double) Math.max(1, scores.length);
  }

  /** The score that only so large a share reaches. */
  static double reachedBy(double[] scores, double share) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    int at = (int) Math.min(sorted.length - 1, Math.floor(sorted.length * (1 - share)));
    return sorted[at] + MARGIN;
  }

  static double[] join(double[]... parts) {
    return Arrays.stream(parts).flatMapToDouble(Arrays::stream).toArray();
  }

  /** Area under the curve: how often an attempt scores higher than a harmless text. */
  static double area(double[] attacks, double[] harmless) {
    record Scored(double score, boolean attack) {}
    List<Scored> all = new ArrayList<>();
    Arrays.stream(attacks).forEach(score -> all.add(new Scored(score, true)));
    Arrays.stream(harmless).forEach(score -> all.add(new Scored(score, false)));
    all.sort(Comparator.comparingDouble(Scored::score));
    double ranks = 0;
    for (int i = 0; i < all.size(); ) {
      int j = i;
      while (j < all.size() && all.get(j).score() == all.get(i).score()) {
        j++;
      }
      for (int k = i; k < j; k++) {
        ranks += all.get(k).attack() ? (i + j + 1) / 2.0 : 0;
      }
      i = j;
    }
    double n = attacks.length;
    return (ranks - n * (n + 1) / 2) / (n * harmless.length);
  }

  /** Every second text, beginning with the first or the second. */
  static List<String> half(List<String> texts, int first) {
    List<String> half = new ArrayList<>();
    for (int i = first; i < texts.size(); i += 2) {
      half.add(texts.get(i));
    }
    return half;
  }
}
