package io.keeptrusts.gateway.policy.kind.injection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Makes a classifier of labelled texts. A long attempt is learnt from the windows that look most
 * like one; an attempt inside somebody's text from the windows that hold it.
 */
final class Training {
  private static final int MOST_WINDOWS = 6;
  private static final int BEST_WINDOWS = 3;
  private static final double EVEN_SET = 500;
  private static final double HELD = 0.6;

  private static final Concepts CONCEPTS = Concepts.load();

  private final Features features = new Features();
  private final long seed;

  private Training(long seed) {
    this.seed = seed;
  }

  /** Trains on all sets but those left out, named by their {@link Labelled#side()}. */
  static Trainer train(List<Labelled> texts, Set<String> leftOut, long seed) {
    return new Training(seed).train(texts, leftOut);
  }

  private Trainer train(List<Labelled> texts, Set<String> leftOut) {
    Map<String, Integer> sizes = new HashMap<>();
    texts.forEach(text -> sizes.merge(text.side(), 1, Integer::sum));
    List<List<Trainer.Example>> examples = new ArrayList<>();
    for (Labelled text : texts) {
      if (!leftOut.contains(text.side())) {
        List<Trainer.Example> windows = windows(text, weight(text, sizes.get(text.side())));
        if (!windows.isEmpty()) {
          examples.add(windows);
        }
      }
    }
    Trainer first = Trainer.train(chosen(examples, null), seed);
    return Trainer.train(chosen(examples, first), seed);
  }

  /** A large set shall not drown the others. */
  private static double weight(Labelled text, int size) {
    return text.source().equals("made") ? 1 : Math.min(1, Math.sqrt(EVEN_SET / size));
  }

  private List<Trainer.Example> chosen(List<List<Trainer.Example>> texts, Trainer known) {
    List<Trainer.Example> chosen = new ArrayList<>();
    Random random = new Random(seed);
    for (List<Trainer.Example> windows : texts) {
      List<Trainer.Example> some = new ArrayList<>(windows);
      if (!windows.getFirst().attack()) {
        Collections.shuffle(some, random);
        chosen.addAll(some.subList(0, Math.min(MOST_WINDOWS, some.size())));
      } else {
        if (known != null) {
          some.sort(Comparator.comparingDouble(window -> -known.logit(window)));
        }
        chosen.addAll(some.subList(0, Math.min(BEST_WINDOWS, some.size())));
      }
    }
    return chosen;
  }

  private List<Trainer.Example> windows(Labelled text, double weight) {
    Words words = Words.read(text.text(), CONCEPTS);
    boolean planted = text.to() - text.from() < text.text().length();
    Words before = Words.read(text.text().substring(0, text.from()), CONCEPTS);
    Words until = Words.read(text.text().substring(0, text.to()), CONCEPTS);
    List<Trainer.Example> examples = new ArrayList<>();
    int windows = Windows.count(words.count);
    for (int i = 0; i < windows; i++) {
      int from = Windows.from(i, words.count);
      int to = Windows.to(i, words.count);
      int held = Math.min(to, until.count) - Math.max(from, before.count);
      if (planted && held < HELD * Math.min(Windows.WIDTH, until.count - before.count)) {
        continue;
      }
      features.read(words, from, to);
      examples.add(
          new Trainer.Example(
              Arrays.copyOf(features.index, features.end[Features.BLOCKS - 1]),
              features.end.clone(),
              text.attack(),
              text.attack() ? weight : weight / Math.sqrt(windows)));
    }
    return examples;
  }
}
