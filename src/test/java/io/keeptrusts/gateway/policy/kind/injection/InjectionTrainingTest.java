package io.keeptrusts.gateway.policy.kind.injection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Writes the weights that ship: {@code ./mvnw -q test -Ptrain}. Seeded; takes some minutes, most of
 * them for embeddings. Thresholds come from texts that are neither trained on nor in the figures:
 * the first part of NotInject and every other text of XSTest and of the second mails.
 */
@Tag("train")
class InjectionTrainingTest {
  private static final long SEED = 7;
  private static final Path RESOURCES = Path.of("src/main/resources/prompt-injection");

  /** Of the texts that are hardest not to mistake. */
  private static final double MISTAKEN = 0.07;

  private static final double MISTAKEN_ELSEWHERE = 0.01;

  /** Of kinds of text that no training saw. */
  private static final double MISTAKEN_UNSEEN = 0.02;

  /** Of the made-up texts one in so many is embedded: that is what takes the time. */
  private static final int MADE = 4;

  /** Sets that the tail of harmless windows is read from; left out for it. */
  private static final Set<String> PROSE = Set.of("moderation-", "news-", "filings-");

  @Test
  void direct() throws IOException {
    List<Labelled> texts = Corpus.direct(SEED);
    Trainer.Weights shipped = direct(texts, Set.of());
    System.out.printf("direct: slope %.3f bias %.3f%n", shipped.slope(), shipped.bias());
    shipped.write(RESOURCES.resolve("direct.weights"));
    assertThat(Figures.share(Figures.scores(shipped.classifier(), Sources.notInject("one")), 0))
        .isLessThanOrEqualTo(MISTAKEN);
    meaning(texts, shipped.classifier());
  }

  /** All of the recipe, as of the weights that ship; sets left out are so for the slope, too. */
  static Trainer.Weights direct(List<Labelled> texts, Set<String> leftOut) {
    Trainer.Weights weights =
        Training.train(texts, leftOut, SEED).quantized().withSlope(slope(texts, leftOut));
    return weights.withThreshold(threshold(list -> Figures.scores(weights.classifier(), list)));
  }

  @Test
  void inData() throws IOException {
    List<Labelled> texts = Corpus.inData(SEED);
    Set<String> carriers = Set.of("mails-", "code-answers-", "moderation-", "news-", "filings-");
    Trainer.Weights without = Training.train(texts, carriers, SEED).quantized();
    InData calibrated = calibrate(without, unseen(texts, carriers));
    System.out.println("in data: " + calibrated);
    calibrated
        .applied(Training.train(texts, Set.of(), SEED).quantized())
        .write(RESOURCES.resolve("indirect.weights"));
  }

  /** Slope and threshold of what is inside other people's texts. */
  record InData(double slope, double threshold) {
    Trainer.Weights applied(Trainer.Weights weights) {
      return weights.withSlope(slope).withThreshold(threshold);
    }
  }

  static List<String> unseen(List<Labelled> texts, Set<String> leftOut) {
    return texts.stream()
        .filter(text -> !text.attack() && leftOut.contains(text.side()))
        .map(Labelled::text)
        .toList();
  }

  /** From windows that were not trained on: a mail or a page has many, and few may be mistaken. */
  static InData calibrate(Trainer.Weights weights, List<String> unseen) {
    Classifier classifier = weights.classifier();
    double[] windows = Figures.windows(classifier, unseen);
    double slope = tail(windows);
    Classifier steep = weights.withSlope(slope).classifier();
    double threshold =
        Math.max(
            Figures.reachedBy(Figures.scores(steep, unseen), MISTAKEN_UNSEEN),
            Figures.reachedBy(
                Figures.scores(steep, Figures.half(Sources.otherMails(), 0)), MISTAKEN_ELSEWHERE));
    return new InData(slope, threshold);
  }

  /** The head that adds the meaning, trained beside the words. */
  private static void meaning(List<Labelled> texts, Classifier words) throws IOException {
    Map<String, Long> sizes =
        texts.stream().collect(Collectors.groupingBy(Labelled::side, Collectors.counting()));
    List<Head.Example> examples = new ArrayList<>();
    int made = 0;
    for (Labelled text : texts) {
      if (text.source().equals("made") && made++ % MADE != 0) {
        continue;
      }
      List<String> spans = Figures.spans(text.text(), text.attack() ? 2 : 4);
      double even = Math.min(1, Math.sqrt(500.0 / sizes.get(text.side())));
      double weight = text.source().equals("made") ? 0.7 : even;
      for (String span : spans) {
        examples.add(
            new Head.Example(
                MiniLm.model().embed(span), text.attack(), weight / Math.sqrt(spans.size())));
      }
    }
    Path file = RESOURCES.resolve("meaning.weights");
    Head head = Head.train(examples, SEED);
    double threshold = threshold(list -> Figures.scores(words, head.untuned(), list));
    System.out.printf("meaning: threshold %.3f of %d%n", threshold, examples.size());
    head.write(file, threshold / EmbeddingHead.SHARE);
  }

  /** Calibrated where the meaning of harmless texts is least obvious. */
  private static double threshold(Function<List<String>, double[]> scores) {
    double[] others =
        Figures.join(
            scores.apply(Figures.half(Sources.xsTest("safe"), 0)),
            scores.apply(Figures.half(Sources.otherMails(), 0)));
    return Math.max(
        Figures.reachedBy(scores.apply(Sources.notInject("one")), MISTAKEN),
        Figures.reachedBy(others, MISTAKEN_ELSEWHERE));
  }

  private static double slope(List<Labelled> texts, Set<String> leftOut) {
    Set<String> untrained = new HashSet<>(leftOut);
    untrained.addAll(PROSE);
    Set<String> prose = new HashSet<>(PROSE);
    prose.removeAll(leftOut);
    Classifier without = Training.train(texts, untrained, SEED).quantized().classifier();
    return tail(Figures.windows(without, unseen(texts, prose)));
  }

  /** How much higher the score is that one window in so many times e reaches. */
  private static double tail(double[] windows) {
    return (Figures.reachedBy(windows, 0.005) - Figures.reachedBy(windows, 0.05)) / Math.log(10);
  }
}
