package io.keeptrusts.gateway.policy.kind.quality;

import io.keeptrusts.gateway.exchange.Answer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Measures of a whole answer, without a model: the same answer to the same request always has the
 * same scores. They see words, not meaning: a swapped "not" goes unseen. Immutable, thread-safe,
 * linear in the length of the texts.
 */
final class Measures {

  /**
   * A good answer may use other words than the question: what overlap can give is the smaller part.
   */
  private static final double RELEVANCY_FLOOR = 0.6;

  /** So many words in a row that were said before are a loop. */
  private static final int LOOP_WORDS = 4;

  /** Less is too little to be faithful to. */
  private static final int CONTEXT_TERMS = 8;

  /** Less states nothing. */
  private static final int STATED_TERMS = 3;

  /** How much pairs of words count beside single ones. */
  private static final double PAIRS = 0.3;

  private static final double UNFINISHED = 0.7;
  private static final double CUT = 0.6;
  private static final int SHORT = 40;

  private final int minChars;
  private final int minSentences;

  /**
   * @param minChars 0 or 1: nothing is asked
   * @param minSentences likewise
   */
  Measures(@Nullable Integer minChars, @Nullable Integer minSentences) {
    this.minChars = minChars == null ? 0 : minChars;
    this.minSentences = minSentences == null ? 0 : minSentences;
  }

  /** The scores that an answer has; faithfulness and accuracy need a context. */
  Map<Measure, Double> of(Answer.Choice choice, Asked asked) {
    String text = choice.content();
    List<String> words = Words.of(text);
    Map<Measure, Double> scores = new EnumMap<>(Measure.class);
    scores.put(Measure.COMPLETENESS, completeness(choice, words));
    scores.put(Measure.COHERENCE, coherence(words));
    scores.put(Measure.RELEVANCY, relevancy(words, asked));
    if (!asked.context().isEmpty()) {
      put(scores, Measure.FAITHFULNESS, faithfulness(words, Words.of(asked.context())));
      put(scores, Measure.ACCURACY, Facts.accuracy(text, asked));
    }
    return scores;
  }

  private double completeness(Answer.Choice choice, List<String> words) {
    if (words.isEmpty()) {
      return 0;
    }
    String text = choice.content().strip();
    double length = share(text.length(), minChars);
    double sentences = share(Words.sentences(text).size(), minSentences);
    double end = choice.finish().equals("length") ? CUT : endsWell(text) ? 1 : UNFINISHED;
    return Math.min(length, sentences) * end;
  }

  private static double share(int is, int wanted) {
    return wanted == 0 ? 1 : Math.min(1, (double) is / wanted);
  }

  /**
   * Whether the text ends as texts end: not in the middle of a sentence, with its code fences
   * closed.
   */
  private static boolean endsWell(String text) {
    int last = text.codePointBefore(text.length());
    boolean open = Character.isAlphabetic(last) || last == ',' || last == '(' || last == '-';
    return fences(text) % 2 == 0 && (!open || text.length() < SHORT);
  }

  private static int fences(String text) {
    int count = 0;
    for (int at = text.indexOf("```"); at >= 0; at = text.indexOf("```", at + 3)) {
      count++;
    }
    return count;
  }

  /**
   * One minus the share of word runs that the text has said before: loops score low, prose scores
   * near one.
   */
  private static double coherence(List<String> words) {
    if (words.size() < 2 * LOOP_WORDS) {
      return words.isEmpty() ? 0 : 1;
    }
    Set<List<String>> seen = new HashSet<>();
    int runs = words.size() - LOOP_WORDS + 1;
    for (int i = 0; i < runs; i++) {
      seen.add(words.subList(i, i + LOOP_WORDS));
    }
    return (double) seen.size() / runs;
  }

  private static double relevancy(List<String> words, Asked asked) {
    if (words.isEmpty()) {
      return 0;
    }
    Set<String> terms = new HashSet<>(Words.terms(Words.of(asked.question())));
    if (terms.isEmpty()) {
      return 1;
    }
    Set<String> said = new HashSet<>(Words.terms(words));
    long met = terms.stream().filter(said::contains).count();
    return RELEVANCY_FLOOR + (1 - RELEVANCY_FLOOR) * Math.min(1, met / Math.min(3.0, terms.size()));
  }

  private static void put(Map<Measure, Double> scores, Measure measure, @Nullable Double score) {
    if (score != null) {
      scores.put(measure, score);
    }
  }

  /**
   * The share of its terms, and of its pairs of words, that are the context's; null if it states
   * nothing, or there is nothing to speak of in the context.
   */
  private static @Nullable Double faithfulness(List<String> words, List<String> context) {
    Set<String> given = new HashSet<>(Words.terms(context));
    List<String> terms = Words.terms(words);
    if (given.size() < CONTEXT_TERMS || terms.size() < STATED_TERMS) {
      return null;
    }
    double single = share(terms, given);
    return (1 - PAIRS) * single + PAIRS * share(pairs(words), new HashSet<>(pairs(context)));
  }

  private static <T> double share(List<T> of, Set<T> known) {
    return of.isEmpty() ? 0 : (double) of.stream().filter(known::contains).count() / of.size();
  }

  private static List<List<String>> pairs(List<String> words) {
    List<List<String>> pairs = new ArrayList<>();
    for (int i = 0; i + 1 < words.size(); i++) {
      pairs.add(words.subList(i, i + 2));
    }
    return pairs;
  }
}
