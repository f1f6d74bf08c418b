package io.keeptrusts.gateway.policy.kind.language;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells languages of one script apart by runs of one to four letters and by whole words: naive
 * Bayes over profiles made from sample sentences. Immutable once built.
 */
final class Grams {
  private static final int LONGEST = 4;
  private static final int TELLING = 3;

  /** How much a kind of run counts, by its length; 0 stands for whole words. */
  private static final double[] WEIGHTS = {0.45, 0.06, 0.12, 0.15, 0.15};

  private static final double SMOOTHING = 0.3;

  /** A place to put runs: a run of letters is packed in its key, 16 bits a letter. */
  @FunctionalInterface
  private interface Sink {
    void take(int length, long key);
  }

  private final List<String> languages;

  /** Runs by key; words have a map of their own, as their keys are hashes. */
  private final Table runs;

  private final Table words;
  private final float[][] unseen = new float[LONGEST + 1][];

  /**
   * @param samples words by language
   */
  Grams(Map<String, List<String>> samples) {
    languages = List.copyOf(samples.keySet());
    List<Map<Long, int[]>> counts = new ArrayList<>();
    int[][] all = new int[LONGEST + 1][languages.size()];
    for (int length = 0; length <= LONGEST; length++) {
      counts.add(new HashMap<>());
    }
    for (int i = 0; i < languages.size(); i++) {
      int language = i;
      for (String word : samples.getOrDefault(languages.get(i), List.of())) {
        each(
            word,
            (length, key) -> {
              counts.get(length)
                  .computeIfAbsent(key, first -> new int[languages.size()])[language]++;
              all[length][language]++;
            });
      }
    }
    Map<Long, float[]> knownRuns = new HashMap<>();
    Map<Long, float[]> knownWords = new HashMap<>();
    for (int length = 0; length <= LONGEST; length++) {
      int kinds = counts.get(length).size();
      int[] total = all[length];
      double weight = WEIGHTS[length];
      unseen[length] = logs(new int[languages.size()], total, kinds, weight);
      Map<Long, float[]> known = length == 0 ? knownWords : knownRuns;
      counts.get(length).forEach((key, count) -> known.put(key, logs(count, total, kinds, weight)));
    }
    runs = new Table(knownRuns);
    words = new Table(knownWords);
  }

  private static float[] logs(int[] count, int[] all, int kinds, double weight) {
    float[] logs = new float[count.length];
    for (int i = 0; i < logs.length; i++) {
      double part = (count[i] + SMOOTHING) / (all[i] + SMOOTHING * kinds);
      logs[i] = (float) (Math.log(part) * weight);
    }
    return logs;
  }

  private static void each(String word, Sink to) {
    long hash = 0xcbf29ce484222325L; // FNV-1a
    long key = ' ';
    int letters = word.length();
    for (int i = 0; i <= letters; i++) {
      char c = i < letters ? word.charAt(i) : ' ';
      hash = (hash ^ c) * 0x100000001b3L;
      key = key << 16 | c;
      if (i < letters) {
        to.take(1, c);
      }
      for (int length = 2; length <= Math.min(LONGEST, i + 2); length++) {
        to.take(length, length == LONGEST ? key : key & (1L << 16 * length) - 1);
      }
    }
    to.take(0, hash);
  }

  List<String> languages() {
    return languages;
  }

  /** How likely each language is, in the order of {@link #languages}; the sum is 1. */
  double[] weigh(List<String> text) {
    double[] score = new double[languages.size()];
    for (String word : text) {
      each(
          word,
          (length, key) -> {
            float[] known = (length == 0 ? words : runs).get(key);
            float[] logs = known == null ? unseen[length] : known;
            for (int i = 0; i < score.length; i++) {
              score[i] += logs[i];
            }
          });
    }
    double best = Arrays.stream(score).max().orElse(0);
    double sum = 0;
    for (int i = 0; i < score.length; i++) {
      score[i] = Math.exp(score[i] - best);
      sum += score[i];
    }
    for (int i = 0; i < score.length; i++) {
      score[i] /= sum;
    }
    return score;
  }

  /** Which part of the runs of three letters stands in the sample of a language. */
  double familiar(List<String> text, int language) {
    int[] seen = new int[2];
    float limit = unseen[TELLING][language];
    for (String word : text) {
      each(
          word,
          (length, key) -> {
            if (length == TELLING) {
              float[] logs = runs.get(key);
              seen[0]++;
              seen[1] += logs != null && logs[language] > limit ? 1 : 0;
            }
          });
    }
    return seen[0] == 0 ? 0 : (double) seen[1] / seen[0];
  }
}
